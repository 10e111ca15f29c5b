import { Alert } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { ActionDialog, type Asked } from "@/actions/ActionDialog";
import { calledOf, useOrder } from "@/actions/detail";
import { ArrowLeftOutlined } from "@/parts/icons";
import { Loading } from "@/parts/Loading";
import { useTabTitle } from "@/parts/PageTitle";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { ActionBar } from "./ActionBar";
import { AmendDrawer } from "./AmendDrawer";
import { CustomerAnswer } from "./CustomerAnswer";
import { Holds } from "./Holds";
import { OrderTop } from "./OrderTop";
import { StageSteps } from "./StageSteps";
import { Standing } from "./Standing";
import { Tabs } from "./Tabs";
import "./order.css";
import "./orderParts.css";
import "./orderPhone.css";

/** Everything about one order, and what its reader may do to it. */
export default function OrderPage() {
  const { t } = useTranslation("order");
  const { orderId = "" } = useParams();
  const { data: order, error, refetch } = useOrder(orderId);
  const [asked, setAsked] = useState<Asked | null>(null);
  const number = order ? calledOf(order.order) : "";
  useTabTitle(number || t("title"));

  const close = () => setAsked(null);
  return (
    <div className="order">
      <Link to="/orders" className="order-back">
        <ArrowLeftOutlined /> {t("back")}
      </Link>
      {error && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {!order && !error && <Loading rows={12} />}
      {order && (
        <>
          <OrderTop order={order} />
          <ActionBar order={order} onAsk={(name, holdId) => setAsked({ name, orderId, holdId })} />
          {!order.progress && <Alert type="info" showIcon title={t("not_started")} />}
          {order.progress && <StageSteps orderId={orderId} progress={order.progress} />}
          <div className="order-columns">
            <CustomerAnswer orderId={orderId} />
            <Standing order={order} />
          </div>
          {order.holds.length > 0 && (
            <Holds
              order={order}
              onRelease={(holdId) => setAsked({ name: "release", orderId, holdId })}
            />
          )}
          <Tabs order={order} />
        </>
      )}
      {asked && asked.name !== "amend" && <ActionDialog asked={asked} onClose={close} />}
      {asked?.name === "amend" && order?.content && (
        <AmendDrawer order={order} content={order.content} onClose={close} />
      )}
    </div>
  );
}
