import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useLive, useLiveUntil } from "./LiveProvider";

/** Says over the page, without moving it, that it may be old; the header's dot alone is easily missed. */
export function BehindNotice() {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const state = useLive();
  const until = useLiveUntil();
  if (state !== "behind") return null;
  const clock = new Intl.DateTimeFormat(i18n.language, {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
  return (
    <div className="behind-notice" role="alert">
      <span className="behind-dot" aria-hidden="true" />
      <span>{t("live.behind_since", { time: clock.format(until) })}</span>
      <Button size="small" onClick={() => void queries.invalidateQueries()}>
        {t("form.refresh")}
      </Button>
    </div>
  );
}
