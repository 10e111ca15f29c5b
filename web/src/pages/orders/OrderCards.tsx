import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { calledOf } from "@/actions/detail";
import { Deadline } from "@/parts/Countdown";
import { useCountryName } from "@/parts/country";
import { Flags } from "@/parts/Flags";
import { Money } from "@/parts/Money";
import { PersonName } from "@/parts/PersonName";
import { StageTag } from "@/parts/Stage";
import { WaitsFor } from "@/parts/WaitsFor";
import { isEnded, type Summary } from "./columns";

/** The list on a phone: a card per order, all of it a link. */
export function OrderCards({ orders }: { orders: Summary[] }) {
  return (
    <ul className="order-cards">
      {orders.map((order) => (
        <li key={order.order_id}>
          <OrderCard order={order} />
        </li>
      ))}
    </ul>
  );
}

function OrderCard({ order }: { order: Summary }) {
  const { t } = useTranslation();
  const countryName = useCountryName();
  const isRed = order.flags.includes("red");
  return (
    <Link to={`/orders/${order.order_id}`} className="order-card" data-red={isRed}>
      <span className="order-card-head">
        <strong>{calledOf(order)}</strong>
        <StageTag stage={order.stage} />
        <Money amount={order.total} currency={order.currency} />
      </span>
      <span className="order-card-line">
        <Flags flags={order.flags} />
        {order.waits_for && !isEnded(order) && <WaitsFor code={order.waits_for} />}
        {order.due_at && <Deadline order={{ ...order, red: isRed }} />}
      </span>
      <span className="order-card-line muted">
        {order.customer_name && <span>{order.customer_name}</span>}
        <span>{countryName(order.country)}</span>
        <span>{order.group || t("group.none")}</span>
        {order.owner_label && !isEnded(order) && (
          <PersonName
            person={order.owner_person || order.owner_label}
            name={order.owner_name || null}
          />
        )}
      </span>
    </Link>
  );
}
