import { Alert, Input } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "@/api/client";
import { useCurrencies } from "@/parts/regions";
import { ChoiceField, spanOf, TextField } from "./Field";
import { useNewOrder, useRested } from "./useNewOrder";

const TERMS = ["", "net7", "net14", "net30", "net60", "cod"] as const;

/** Warns of a number that an order has already: sent again it would change that order. */
function KnownNumber() {
  const { t } = useTranslation("neworder");
  const { draft } = useNewOrder();
  const number = useRested(draft.external_id.trim(), 600);
  const { data } = api.useQuery(
    "get",
    "/api/v1/orders",
    { params: { query: { channel: "api", q: number, limit: 20 } } },
    { enabled: number.length > 0 },
  );
  const known = data?.orders.find(
    (order) => order.external_id === number && order.shop === draft.shop,
  );
  if (!known) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={t("order.known", { number })}
      description={<Link to={`/orders/${known.order_id}`}>{t("order.open_known")}</Link>}
    />
  );
}

export function TermsFields() {
  const { t } = useTranslation("neworder");
  const { draft, change } = useNewOrder();
  const currencies = useCurrencies();
  const notes = useId();
  return (
    <section className="panel" aria-labelledby="order-title">
      <div className="panel-head">
        <h2 id="order-title">{t("order.title")}</h2>
      </div>
      <KnownNumber />
      <div className="fields">
        <TextField
          path="external_id"
          label={t("order.number")}
          required
          maxLength={120}
          hint={t("order.number_hint")}
          value={draft.external_id}
          onChange={(external_id) => change({ external_id })}
        />
        <TextField
          path="shop"
          label={t("order.shop")}
          required
          maxLength={60}
          hint={t("order.shop_hint")}
          value={draft.shop}
          onChange={(shop) => change({ shop: shop.trim() })}
        />
        <ChoiceField
          path="currency"
          label={t("order.currency")}
          span={4}
          required
          searchable
          choices={currencies}
          value={draft.currency}
          onChange={(currency) => change({ currency })}
        />
        <TextField
          path="shipping"
          label={t("order.shipping")}
          span={4}
          inputMode="decimal"
          placeholder="0.00"
          maxLength={24}
          value={draft.shipping}
          onChange={(shipping) => change({ shipping: shipping.trim() })}
        />
        <ChoiceField
          path="payment.status"
          label={t("order.payment")}
          span={4}
          choices={(["pending", "paid"] as const).map((value) => ({
            value,
            label: t(`order.payment_${value}`),
          }))}
          value={draft.payment_status}
          onChange={(status) => change({ payment_status: status as "pending" | "paid" })}
        />
        <ChoiceField
          path="payment.terms"
          label={t("order.terms")}
          span={12}
          choices={TERMS.map((value) => ({ value, label: t(`order.terms_${value || "before"}`) }))}
          value={draft.payment_terms}
          onChange={(payment_terms) => change({ payment_terms })}
        />
        <div className="field" style={spanOf(12)}>
          <label htmlFor={notes}>{t("order.notes")}</label>
          <Input.TextArea
            id={notes}
            rows={3}
            maxLength={2000}
            value={draft.notes}
            onChange={(event) => change({ notes: event.target.value })}
          />
        </div>
      </div>
    </section>
  );
}
