import { Button, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "@/api/client";
import { CheckCircleFilled } from "@/parts/icons";
import { Findings } from "./Findings";
import { useNewOrder } from "./useNewOrder";

const EVERY_MS = 1_000;
const PATIENCE = 45;

/** The order was taken in; it gets its own id when its workflow starts, moments later. */
export function Submitted() {
  const { t } = useTranslation("neworder");
  const { send, startAgain } = useNewOrder();
  const sent = send.sent;
  const isSent = (order: { external_id: string; shop: string }) =>
    order.external_id === sent?.external_id.trim() && order.shop === sent.shop;
  const query = { channel: "api", q: sent?.external_id.trim() ?? "", limit: 20 };
  const found = api.useQuery(
    "get",
    "/api/v1/orders",
    { params: { query } },
    {
      enabled: sent !== null,
      staleTime: 0,
      refetchInterval: ({ state }) =>
        state.data?.orders.some(isSent) || state.dataUpdateCount > PATIENCE ? false : EVERY_MS,
    },
  );
  const order = found.data?.orders.find(isSent);
  const isLate = !order && !found.isFetching && found.isSuccess;
  return (
    <section className="panel submitted" aria-live="polite">
      <CheckCircleFilled />
      <h2>{t("sent.title", { number: sent?.external_id })}</h2>
      {order ? (
        <Link to={`/orders/${order.order_id}`}>
          <Button type="primary" size="large">
            {t("sent.open")}
          </Button>
        </Link>
      ) : (
        <div className="submitted-wait">
          <Spin size="small" /> {t("sent.starting")}
        </div>
      )}
      {isLate && <p className="muted">{t("sent.late")}</p>}
      {send.warnings.length > 0 && (
        <div className="submitted-warnings">
          <p>{t("sent.warnings")}</p>
          <Findings findings={send.warnings} />
        </div>
      )}
      <Button onClick={startAgain}>{t("another")}</Button>
    </section>
  );
}
