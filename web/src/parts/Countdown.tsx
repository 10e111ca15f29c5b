import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useDuration } from "./duration";
import { formatInstant } from "./Instant";
import { useNow } from "./now";

/** How long until a deadline, red when it is past; a dash when there is none. */
export function Countdown({ due }: { due: string | null | undefined }) {
  const { t, i18n } = useTranslation();
  const duration = useDuration();
  const now = useNow(15_000);
  if (!due)
    return (
      <span className="muted" title={t("time.none")}>
        —
      </span>
    );
  const seconds = (Date.parse(due) - now) / 1_000;
  const time = duration(seconds);
  const isLate = seconds < 0;
  return (
    <Tooltip title={formatInstant(due, i18n.language, true)}>
      <span className="countdown numeric" data-late={isLate}>
        {isLate ? t("time.past", { time }) : t("time.left", { time })}
      </span>
    </Tooltip>
  );
}
