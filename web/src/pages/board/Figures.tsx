import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ordersLink } from "./links";
import type { GroupChoice, Overview } from "./queries";
import { useNumbers, useWeekday } from "./words";

interface FigureProps {
  label: string;
  value: string;
  note?: ReactNode;
  tone?: "bad" | "warn";
  to?: string;
}

function Figure({ label, value, note, tone, to }: FigureProps) {
  const shown = (
    <>
      <span className="figure-label">{label}</span>
      <span className="figure-value numeric">{value}</span>
      <span className="figure-note">{note}</span>
    </>
  );
  return (
    <li className="figure" data-tone={tone}>
      {to ? <Link to={to}>{shown}</Link> : <div>{shown}</div>}
    </li>
  );
}

/** Today's count beside the one of last week: an arrow says which way it went. */
function Against({ now, before, at }: { now: number; before: number; at: string }) {
  const { t } = useTranslation("board");
  const { number } = useNumbers();
  const weekday = useWeekday();
  const arrow = now > before ? "▲" : now < before ? "▼" : "=";
  return (
    <>
      <span aria-hidden="true">{arrow} </span>
      {t("figures.last_week", { number: number(before), day: weekday(at) })}
    </>
  );
}

/** The top line: how much is open and how it stands, and today against last week. */
export function Figures({ overview, group }: { overview: Overview; group: GroupChoice }) {
  const { t } = useTranslation("board");
  const { number, percent } = useNumbers();
  const { at, open, today, last_week: before, auto_pass: passed } = overview;
  const share = (of: number) =>
    t("figures.share", { share: percent(open.orders ? of / open.orders : 0) });
  const flagged = (flag: "red" | "escalated" | "held", tone: "bad" | "warn") => (
    <Figure
      label={t(`figures.${flag}`)}
      value={number(open[flag])}
      note={share(open[flag])}
      tone={open[flag] ? tone : undefined}
      to={ordersLink({ group, flag, sort: "urgent" })}
    />
  );
  return (
    <ul className="figures" aria-label={t("figures.title")}>
      <Figure
        label={t("figures.open")}
        value={number(open.orders)}
        note={t("figures.late", { number: number(open.late) })}
        to={ordersLink({ group })}
      />
      {flagged("red", "bad")}
      {flagged("escalated", "warn")}
      {flagged("held", "warn")}
      <Figure
        label={t("figures.received")}
        value={number(today.received)}
        note={<Against now={today.received} before={before.received} at={at} />}
      />
      <Figure
        label={t("figures.completed")}
        value={number(today.completed)}
        note={<Against now={today.completed} before={before.completed} at={at} />}
      />
      <Figure
        label={t("figures.auto_pass")}
        value={percent(passed.share === null ? null : Number(passed.share))}
        note={
          passed.share === null
            ? t("figures.no_week")
            : t("figures.of_week", {
                automatic: number(passed.automatic),
                decided: number(passed.decided),
              })
        }
      />
    </ul>
  );
}
