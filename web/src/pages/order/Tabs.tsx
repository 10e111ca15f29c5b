import { Tabs as AntdTabs } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import type { OrderDetail } from "@/actions/detail";
import { Content } from "./Content";
import { Decisions } from "./Decisions";
import { Explanation } from "./Explanation";
import { Messages } from "./Messages";
import { Parcels } from "./Parcels";
import { Similar } from "./Similar";
import { Timeline } from "./Timeline";

type Tab = "timeline" | "why" | "content" | "parcels" | "decisions" | "messages" | "similar";

/** The parts of the page that are read one at a time; the address says which is open. */
export function Tabs({ order }: { order: OrderDetail }) {
  const { t } = useTranslation("order");
  const [search, setSearch] = useSearchParams();
  const orderId = order.order.order_id;
  const counts: Partial<Record<Tab, number>> = {
    parcels: order.parcels.length,
    decisions: order.decisions.length,
    similar: order.similar_orders.length,
  };
  const parts: [Tab, ReactNode][] = [
    ["timeline", <Timeline key="timeline" orderId={orderId} />],
    ["why", <Explanation key="why" orderId={orderId} currency={order.order.currency} />],
    ["content", <Content key="content" order={order} />],
    ["parcels", <Parcels key="parcels" order={order} />],
    ["decisions", <Decisions key="decisions" order={order} />],
    ["messages", <Messages key="messages" orderId={orderId} />],
    ["similar", <Similar key="similar" order={order} />],
  ];
  return (
    <AntdTabs
      className="order-tabs"
      aria-label={t("tab.label")}
      activeKey={search.get("tab") ?? "timeline"}
      onChange={(tab) => setSearch({ tab }, { replace: true, preventScrollReset: true })}
      items={parts.map(([key, children]) => ({
        key,
        label: counts[key] ? `${t(`tab.${key}`)} ${counts[key]}` : t(`tab.${key}`),
        children,
      }))}
    />
  );
}
