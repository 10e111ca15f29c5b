import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useCodeWord } from "@/i18n/code";
import { ordersLink } from "./links";
import { Nothing } from "./Nothing";
import type { GroupChoice, Loss } from "./queries";
import { useHours, useNumbers } from "./words";

export const TOP = 5;

interface LineProps {
  loss: Loss;
  most: number;
  group: GroupChoice;
}

function Line({ loss, most, group }: LineProps) {
  const { t } = useTranslation("board");
  const word = useCodeWord();
  const { number } = useNumbers();
  const inHours = useHours();
  const { reason, orders, open, previous_orders: before, hours_lost: hours } = loss;
  const way = orders > before ? "up" : orders < before ? "down" : "same";
  return (
    <li className="loss">
      <div className="loss-line">
        <strong>{word("reason", reason)}</strong>
        <span className="numeric">{inHours(hours)}</span>
      </div>
      <div className="loss-bar" aria-hidden="true">
        <span style={{ width: `${most ? (100 * hours) / most : 0}%` }} />
      </div>
      <div className="loss-facts muted">
        <span>{t("losses.orders", { count: orders })}</span>
        <span className="loss-way" data-way={way}>
          <span aria-hidden="true">{{ up: "▲", down: "▼", same: "=" }[way]} </span>
          {t("losses.before", { number: number(before) })}
          <span className="visually-hidden">, {t(`losses.${way}`)}</span>
        </span>
        {open > 0 && (
          <Link to={ordersLink({ group, reason, sort: "urgent" })}>
            {t("losses.open", { number: number(open) })}
          </Link>
        )}
      </div>
    </li>
  );
}

/** What cost the most hours, and whether more or fewer orders met it than before. */
export function TopLosses({ losses, group }: { losses: readonly Loss[]; group: GroupChoice }) {
  const { t } = useTranslation("board");
  const top = losses.slice(0, TOP);
  if (!top.length)
    return <Nothing title={t("losses.empty")} advice={t("losses.empty_advice")} isGood />;
  const most = Math.max(...top.map((each) => each.hours_lost));
  return (
    <ol className="losses">
      {top.map((loss) => (
        <Line key={loss.reason} loss={loss} most={most} group={group} />
      ))}
    </ol>
  );
}
