import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useLive } from "./LiveProvider";

/** The dot of the header: live, reconnecting or behind, in a word and a colour. */
export function LiveState() {
  const { t } = useTranslation();
  const state = useLive();
  return (
    <Tooltip title={t(`live.${state}_hint`)}>
      <span className="live" data-state={state} role="status">
        <span className="live-dot" aria-hidden="true" />
        <span className="live-word">{t(`live.${state}`)}</span>
        <span className="visually-hidden">. {t(`live.${state}_hint`)}</span>
      </span>
    </Tooltip>
  );
}
