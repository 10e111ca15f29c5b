import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { OrderDetail } from "@/actions/detail";
import { useCodeWord } from "@/i18n/code";
import { EmptyState } from "@/parts/EmptyState";
import { Instant } from "@/parts/Instant";
import { StageTag } from "@/parts/Stage";

/** Orders of other shops that may be the same purchase. */
export function Similar({ order }: { order: OrderDetail }) {
  const { t } = useTranslation("order");
  const word = useCodeWord();
  if (!order.similar_orders.length)
    return <EmptyState title={t("similar.empty")} advice={t("similar.empty_advice")} />;
  return (
    <ul className="rows">
      {order.similar_orders.map((each) => (
        <li key={each.order_id}>
          <Link to={`/orders/${each.order_id}`}>{each.number || each.order_id}</Link>
          <StageTag stage={each.stage} />
          <span className="muted">
            {word("channel", each.channel)} · {each.shop}
          </span>
          <Instant at={each.placed_at} />
        </li>
      ))}
    </ul>
  );
}
