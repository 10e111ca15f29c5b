import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { TextField } from "./Field";
import { Findings } from "./Findings";
import { useNewOrder } from "./useNewOrder";

export function CustomerFields() {
  const { t } = useTranslation("neworder");
  const { draft, change, shownAt, hasTried } = useNewOrder();
  const { customer } = draft;
  const set = (part: Partial<typeof customer>) => change({ customer: { ...customer, ...part } });
  const isTouched = hasTried || Boolean(customer.name || customer.email || customer.phone);
  return (
    <section className="panel" aria-labelledby="customer-title">
      <div className="panel-head">
        <h2 id="customer-title">{t("customer.title")}</h2>
        <Segmented<"business" | "consumer">
          aria-label={t("customer.kind")}
          value={customer.kind}
          onChange={(kind) => set({ kind })}
          options={[
            { value: "business", label: t("customer.business") },
            { value: "consumer", label: t("customer.consumer") },
          ]}
        />
      </div>
      {isTouched && <Findings findings={shownAt("customer")} />}
      <div className="fields">
        <TextField
          path="customer.name"
          label={t("customer.name")}
          value={customer.name}
          onChange={(name) => set({ name })}
          span={12}
        />
        <TextField
          path="customer.email"
          label={t("customer.email")}
          inputMode="email"
          value={customer.email}
          onChange={(email) => set({ email })}
        />
        <TextField
          path="customer.phone"
          label={t("customer.phone")}
          inputMode="tel"
          placeholder="+49 30 901820"
          maxLength={120}
          value={customer.phone}
          onChange={(phone) => set({ phone })}
        />
      </div>
    </section>
  );
}
