import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Countdown } from "@/parts/Countdown";
import { HoldTag } from "@/parts/HoldTag";
import { UserOutlined } from "@/parts/icons";
import { PersonName } from "@/parts/PersonName";
import { StageName, StageTag } from "@/parts/Stage";
import { WaitsFor } from "@/parts/WaitsFor";
import { ordersLink } from "./links";
import { Nothing } from "./Nothing";
import type { GroupChoice, Order, Overview } from "./queries";
import { useNumbers } from "./words";

function Why({ order }: { order: Order }) {
  if (!order.held_reasons.length) return <WaitsFor code={order.waits_for} />;
  return (
    <span className="pills">
      {order.held_reasons.map((reason) => (
        <HoldTag key={reason} reason={reason} />
      ))}
    </span>
  );
}

const Owner = ({ order }: { order: Order }) => (
  <PersonName person={order.owner_person || order.owner_label} name={order.owner_name} />
);

const OrderNumber = ({ order }: { order: Order }) => (
  <Link className="red-number" to={`/orders/${encodeURIComponent(order.order_id)}`}>
    {order.number || order.external_id}
  </Link>
);

interface RedOrdersProps {
  orders: readonly Order[];
  /** As cards, for a narrow place. */
  isNarrow?: boolean;
}

/** The reddest orders: which, where, why, whose, and past which deadline. */
export function RedOrders({ orders, isNarrow = false }: RedOrdersProps) {
  const { t } = useTranslation("board");
  if (!orders.length)
    return <Nothing title={t("reds.empty")} advice={t("reds.empty_advice")} isGood />;
  return isNarrow ? <RedCards orders={orders} /> : <RedTable orders={orders} />;
}

function RedTable({ orders }: { orders: readonly Order[] }) {
  const { t } = useTranslation("board");
  return (
    <table className="board-table red-table">
      <thead>
        <tr>
          <th scope="col">{t("reds.order")}</th>
          <th scope="col">{t("reds.stage")}</th>
          <th scope="col">{t("reds.why")}</th>
          <th scope="col">{t("reds.owner")}</th>
          <th scope="col" className="at-end">
            {t("reds.due")}
          </th>
        </tr>
      </thead>
      <tbody>
        {orders.map((order) => (
          <tr key={order.order_id}>
            <th scope="row">
              <OrderNumber order={order} />
            </th>
            <td>
              <StageName stage={order.stage} />
            </td>
            <td>
              <Why order={order} />
            </td>
            <td className="red-owner">
              <Owner order={order} />
            </td>
            <td className="at-end">
              <Countdown due={order.due_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RedCards({ orders }: { orders: readonly Order[] }) {
  return (
    <ul className="red-cards">
      {orders.map((order) => (
        <li key={order.order_id}>
          <div className="red-line">
            <OrderNumber order={order} />
            <Countdown due={order.due_at} />
          </div>
          <div className="pills">
            <StageTag stage={order.stage} />
            <Why order={order} />
          </div>
          <div className="red-owner">
            <UserOutlined /> <Owner order={order} />
          </div>
        </li>
      ))}
    </ul>
  );
}

/** The way from the reddest to all of them; nothing when there are none. */
export function AllReds({ overview, group }: { overview: Overview; group: GroupChoice }) {
  const { t } = useTranslation("board");
  const { number } = useNumbers();
  const { red } = overview.open;
  if (!red) return null;
  return (
    <Link to={ordersLink({ group, flag: "red", sort: "urgent" })}>
      {t("reds.all", { number: number(red) })}
    </Link>
  );
}
