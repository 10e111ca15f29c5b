import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Deadline } from "@/parts/Countdown";
import { HoldTag } from "@/parts/HoldTag";
import { UserOutlined } from "@/parts/icons";
import { PersonName } from "@/parts/PersonName";
import { StageName, StageTag } from "@/parts/Stage";
import { WaitsFor } from "@/parts/WaitsFor";
import { ordersLink } from "./links";
import { Nothing } from "./Nothing";
import type { GroupChoice, Order, Overview } from "./queries";
import { useNumbers } from "./words";

function Waits({ order }: { order: Order }) {
  if (!order.held_reasons.length) return <WaitsFor code={order.waits_for} />;
  return (
    <span className="pills">
      {order.held_reasons.map((reason) => (
        <HoldTag key={reason} reason={reason} />
      ))}
    </span>
  );
}

/** What made it red: a limit that passed, and whom that was told to; then what comes next. */
function Why({ order }: { order: Order }) {
  const { t } = useTranslation("board");
  const isTold = order.flags.includes("escalated");
  const isWarned = order.flags.includes("late");
  return (
    <>
      <strong className="red-why">
        {t(`reds.because.${isTold ? "escalated" : isWarned ? "late" : "red"}`)}
      </strong>
      <Deadline order={{ ...order, red: true }} />
    </>
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

/** The reddest orders: which, where, why, whose, and what comes next. */
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
              <small className="muted">
                <Waits order={order} />
              </small>
            </td>
            <td>
              <Why order={order} />
            </td>
            <td className="red-owner">
              <Owner order={order} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RedCards({ orders }: { orders: readonly Order[] }) {
  const { t } = useTranslation("board");
  return (
    <ul className="red-cards">
      {orders.map((order) => (
        <li key={order.order_id}>
          <div className="red-line">
            <OrderNumber order={order} />
            <StageTag stage={order.stage} />
          </div>
          <div className="red-line">
            <Why order={order} />
          </div>
          <div className="red-line">
            <span className="muted">{t("reds.waits")}</span>
            <Waits order={order} />
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
