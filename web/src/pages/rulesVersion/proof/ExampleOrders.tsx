import { useTranslation } from "react-i18next";
import { Link } from "react-router";

interface ExampleOrdersProps {
  ids: readonly string[] | undefined;
  /** How many there are, of which the ids are the largest. */
  of: number;
}

/** Orders by their ids, each a link, and how many more there are. */
export function ExampleOrders({ ids = [], of }: ExampleOrdersProps) {
  const { t } = useTranslation("rules");
  if (!ids.length) return null;
  return (
    <span className="rule-orders">
      {ids.map((id) => (
        <Link key={id} to={`/orders/${encodeURIComponent(id)}`} title={id}>
          {shortId(id)}
        </Link>
      ))}
      {of > ids.length && (
        <span className="muted">{t("backtest.more", { count: of - ids.length })}</span>
      )}
    </span>
  );
}

/** The end of an id tells orders apart; the beginning is the time they came. */
export function shortId(id: string): string {
  return id.length > 14 ? `…${id.slice(-10)}` : id;
}
