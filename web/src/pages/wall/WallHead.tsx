import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useLive } from "@/live/LiveProvider";
import { useNow } from "@/parts/now";
import type { GroupChoice, Overview } from "../board/queries";
import { useClock } from "../board/words";

interface WallHeadProps {
  overview: Overview | undefined;
  group: GroupChoice;
  groupName(code: string): string;
  /** Where leaving goes. */
  back: string;
}

/** Whose orders, how fresh they are, and the time. */
export function WallHead({ overview, group, groupName, back }: WallHeadProps) {
  const { t } = useTranslation(["wall", "board", "common"]);
  const live = useLive();
  const clock = useClock();
  return (
    <header className="wall-head">
      <img src="/favicon.svg" alt="" />
      <h1>{t("board:title")}</h1>
      <span className="wall-group">
        {group === undefined ? t("common:group.all") : groupName(group)}
      </span>
      <span className="live" data-state={live} role="status">
        <span className="live-dot" aria-hidden="true" />
        {live === "behind" ? t("behind") : t(`common:live.${live}`)}
      </span>
      {overview && (
        <span className="muted">{t("as_of", { time: clock(new Date(overview.at)) })}</span>
      )}
      <Link className="wall-leave" to={back}>
        {t("leave")}
      </Link>
      <Clock />
    </header>
  );
}

function Clock() {
  const { i18n } = useTranslation();
  const now = new Date(useNow());
  const date = new Intl.DateTimeFormat(i18n.language, {
    weekday: "long",
    month: "long",
    day: "numeric",
  });
  const time = new Intl.DateTimeFormat(i18n.language, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
  return (
    <>
      <span className="wall-date">{date.format(now)}</span>
      <time className="wall-clock numeric" dateTime={now.toISOString()}>
        {time.format(now)}
      </time>
    </>
  );
}
