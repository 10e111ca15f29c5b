import { Button, Input, Select } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useCodeWord } from "@/i18n/code";
import commonWords from "@/i18n/en/common.json";
import { useNames } from "@/parts/names";
import { STAGES } from "@/parts/Stage";
import { countOf, type Filter, type Filters } from "./filters";

const ALL_STAGES = [...STAGES, "closed_abnormally"];
const REASONS = Object.keys(commonWords.reason);
const ROLES = Object.keys(commonWords.role);

interface Option {
  value: string;
  label: string;
}

interface FilterFieldsProps {
  filters: Filters;
  onChange(changes: Filters): void;
  onReset(): void;
}

function useGroupOptions(): Option[] {
  const { t, i18n } = useTranslation();
  const { data } = api.useQuery("get", "/api/v1/groups");
  const isChinese = i18n.resolvedLanguage === "zh";
  const groups = (data?.groups ?? []).map((group) => ({
    value: group.code,
    label: isChinese ? group.name_zh : group.name_en,
  }));
  return [...groups, { value: "", label: t("group.none") }];
}

function useChannelOptions(): Option[] {
  const word = useCodeWord();
  const { data } = api.useQuery("get", "/api/v1/channels");
  const channels = new Set((data?.items ?? []).map((shop) => shop.channel));
  return [...channels].sort().map((value) => ({ value, label: word("channel", value) }));
}

function useWhoOptions(): Option[] {
  const word = useCodeWord();
  const names = useNames();
  return [
    ...ROLES.map((value) => ({ value, label: word("role", value) })),
    ...Object.entries(names).map(([value, label]) => ({ value, label })),
  ];
}

/** Every condition of the list, each with its label. */
export function FilterFields({ filters, onChange, onReset }: FilterFieldsProps) {
  const { t } = useTranslation(["orders", "common"]);
  const word = useCodeWord();
  const groups = useGroupOptions();
  const channels = useChannelOptions();
  const who = useWhoOptions();
  const id = useId();
  const selects: [(Filter & keyof typeof commonWords) | Filter, Option[]][] = [
    ["stage", ALL_STAGES.map((value) => ({ value, label: word("stage", value) }))],
    ["group", groups],
    ["channel", channels],
    ["reason", REASONS.map((value) => ({ value, label: word("reason", value) }))],
    ["assignee", who],
    ["owner", who],
  ];
  return (
    <div className="filter-fields">
      {selects.map(([name, options]) => (
        <div key={name}>
          <label htmlFor={`${id}-${name}`}>{t(`filter.${name as "stage"}`)}</label>
          <Select
            id={`${id}-${name}`}
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            popupMatchSelectWidth={false}
            value={filters[name] ?? null}
            placeholder={t("common:form.all")}
            options={options}
            onChange={(value: string | null | undefined) =>
              onChange({ [name]: value ?? undefined })
            }
          />
        </div>
      ))}
      <div>
        <label htmlFor={`${id}-country`}>{t("filter.country")}</label>
        <Input
          id={`${id}-country`}
          allowClear
          maxLength={2}
          placeholder="DE"
          defaultValue={filters.country ?? ""}
          key={filters.country ?? ""}
          onChange={(event) => {
            const code = event.target.value.trim().toUpperCase();
            if (code.length !== 1) onChange({ country: code || undefined });
          }}
        />
      </div>
      {(["placed_from", "placed_to"] as const).map((name) => (
        <div key={name}>
          <label htmlFor={`${id}-${name}`}>{t(`filter.${name}`)}</label>
          <Input
            id={`${id}-${name}`}
            type="date"
            value={(filters[name] ?? "").slice(0, 10)}
            onChange={(event) => onChange({ [name]: event.target.value || undefined })}
          />
        </div>
      ))}
      <Button className="filters-reset" disabled={!countOf(filters)} onClick={onReset}>
        {t("reset")}
      </Button>
    </div>
  );
}
