import { Checkbox, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { isLike, TIME_ZONES, useCountries, useCurrencies } from "@/parts/regions";
import type { Options } from "./sending";

interface OptionFieldsProps {
  options: Options;
  onChange(change: Partial<Options>): void;
}

/** What counts where the files are silent. */
export function OptionFields({ options, onChange }: OptionFieldsProps) {
  const { t } = useTranslation("imports");
  const currencies = useCurrencies();
  const countries = useCountries();
  const asFound = { value: "", label: t("option.as_in_file") };
  const search = { filterOption: isLike };
  return (
    <Form layout="vertical" component="div" className="import-options">
      <Form.Item label={t("option.shop")} htmlFor="import-shop" extra={t("option.shop_hint")}>
        <Input
          id="import-shop"
          value={options.shop}
          maxLength={60}
          onChange={(event) => onChange({ shop: event.target.value.trim() })}
        />
      </Form.Item>
      <Form.Item label={t("option.currency")} htmlFor="import-currency">
        <Select
          id="import-currency"
          showSearch={search}
          value={options.currency}
          options={[asFound, ...currencies]}
          onChange={(currency) => onChange({ currency })}
        />
      </Form.Item>
      <Form.Item label={t("option.country")} htmlFor="import-country">
        <Select
          id="import-country"
          showSearch={search}
          value={options.country}
          options={[asFound, ...countries]}
          onChange={(country) => onChange({ country })}
        />
      </Form.Item>
      <Form.Item
        label={t("option.timezone")}
        htmlFor="import-zone"
        extra={t("option.timezone_hint")}
      >
        <Select
          id="import-zone"
          showSearch={search}
          value={options.timezone}
          options={TIME_ZONES}
          onChange={(timezone) => onChange({ timezone })}
        />
      </Form.Item>
      <Form.Item label={t("option.dates")} htmlFor="import-dates">
        <Select
          id="import-dates"
          value={options.dates}
          options={[
            { value: "", label: t("option.dates_auto") },
            { value: "dmy", label: t("option.dates_dmy") },
            { value: "mdy", label: t("option.dates_mdy") },
          ]}
          onChange={(dates) => onChange({ dates })}
        />
      </Form.Item>
      <Form.Item label={t("option.tax")} htmlFor="import-tax">
        <Select
          id="import-tax"
          value={options.tax_included}
          options={[
            asFound,
            { value: "true", label: t("option.tax_yes") },
            { value: "false", label: t("option.tax_no") },
          ]}
          onChange={(tax_included) => onChange({ tax_included })}
        />
      </Form.Item>
      <Form.Item className="import-history" extra={t("option.history_hint")}>
        <Checkbox
          checked={options.history}
          onChange={(event) => onChange({ history: event.target.checked })}
        >
          {t("option.history")}
        </Checkbox>
      </Form.Item>
    </Form>
  );
}
