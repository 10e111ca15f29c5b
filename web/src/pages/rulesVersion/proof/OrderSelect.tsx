import { Select } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useCodeWord } from "@/i18n/code";
import { formatMoney } from "@/parts/Money";
import { Labelled } from "../Labelled";

interface OrderSelectProps {
  value: string | null;
  onChange(order: string): void;
}

/** An order by its number. */
export function OrderSelect({ value, onChange }: OrderSelectProps) {
  const { t, i18n } = useTranslation("rules");
  const word = useCodeWord();
  const [typed, setTyped] = useState("");
  const q = useDeferredValue(typed.trim());
  const query = q ? { q, limit: 20 } : { limit: 20 };
  const { data, isFetching } = api.useQuery("get", "/api/v1/orders", { params: { query } });
  return (
    <Labelled label={t("whatif.order")}>
      {(id) => (
        <Select<string>
          id={id}
          showSearch={{ filterOption: false, onSearch: setTyped }}
          loading={isFetching}
          placeholder={t("whatif.order_hint")}
          value={value}
          notFoundContent={t("whatif.no_order")}
          options={(data?.orders ?? []).map((order) => ({
            value: order.order_id,
            label: [
              order.number || order.external_id,
              formatMoney(order.total, order.currency, i18n.language),
              order.country,
              word("stage", order.stage || "none"),
            ].join(" · "),
          }))}
          onChange={onChange}
        />
      )}
    </Labelled>
  );
}
