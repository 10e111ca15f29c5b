import { Button } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useCountries } from "@/parts/regions";
import { ChoiceField, TextField } from "./Field";
import { Findings } from "./Findings";
import { useNewOrder } from "./useNewOrder";

type Part = "line1" | "line2" | "postal_code" | "city" | "region";

/** Where people write from the large to the small. */
const LARGE_FIRST = new Set(["CN", "HK", "JP", "KR", "MO", "TW"]);
const ORDER: Part[] = ["line1", "line2", "postal_code", "city", "region"];
const ORDER_LARGE_FIRST: Part[] = ["postal_code", "region", "city", "line1", "line2"];
const SPANS: Record<Part, number> = { line1: 12, line2: 12, postal_code: 3, city: 5, region: 4 };

/** What the API has asked for so far, by country: it stays marked once it is filled in. */
function useRequired(country: string): (path: string) => boolean {
  const { findings } = useNewOrder();
  const asked = useRef(new Set<string>());
  for (const { field, code, severity } of findings) {
    if (code === "REQUIRED" && severity === "error") asked.current.add(`${country} ${field}`);
  }
  return (path) => asked.current.has(`${country} ${path}`);
}

export function AddressFields() {
  const { t } = useTranslation("neworder");
  const { draft, change, shownAt } = useNewOrder();
  const address = draft.shipping_address;
  const countries = useCountries();
  const isRequired = useRequired(address.country);
  const set = (part: Partial<typeof address>) =>
    change({ shipping_address: { ...address, ...part } });
  const { name, phone } = draft.customer;
  const parts = LARGE_FIRST.has(address.country) ? ORDER_LARGE_FIRST : ORDER;
  return (
    <section className="panel" aria-labelledby="address-title">
      <div className="panel-head">
        <h2 id="address-title">{t("address.title")}</h2>
        <Button
          size="small"
          disabled={!name && !phone}
          onClick={() => set({ name: address.name || name, phone: address.phone || phone })}
        >
          {t("address.as_customer")}
        </Button>
      </div>
      <Findings findings={shownAt("shipping_address")} />
      <div className="fields">
        <ChoiceField
          path="shipping_address.country"
          label={t("address.country")}
          value={address.country}
          choices={countries}
          searchable
          required
          onChange={(country) => set({ country })}
        />
        <TextField
          path="shipping_address.name"
          label={t("address.name")}
          value={address.name}
          onChange={(to) => set({ name: to })}
        />
        {parts.map((part) => (
          <TextField
            key={part}
            path={`shipping_address.${part}`}
            label={t(`address.${part}`)}
            span={SPANS[part]}
            maxLength={part === "postal_code" ? 20 : 200}
            required={isRequired(`shipping_address.${part}`)}
            value={address[part]}
            onChange={(value) => set({ [part]: value })}
          />
        ))}
        <TextField
          path="shipping_address.phone"
          label={t("address.phone")}
          inputMode="tel"
          maxLength={120}
          value={address.phone}
          onChange={(value) => set({ phone: value })}
        />
      </div>
    </section>
  );
}
