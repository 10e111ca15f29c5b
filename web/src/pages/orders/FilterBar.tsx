import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "@/app/session";
import { useCodeWord } from "@/i18n/code";
import { FilterOutlined } from "@/parts/icons";
import { Sheet } from "@/parts/Sheet";
import { useIsPhone } from "@/parts/useIsPhone";
import { FilterFields } from "./FilterFields";
import { countOf, type Filters } from "./filters";
import { SearchField } from "./SearchField";

const FLAGS = ["red", "escalated", "late", "held"] as const;
const SORTS = ["newest", "urgent", "oldest"] as const;

interface FilterBarProps {
  filters: Filters;
  onChange(changes: Filters): void;
  onReset(): void;
}

/** Search, the filters of one tap, the order, and behind a button (on a phone) all the others. */
export function FilterBar({ filters, onChange, onReset }: FilterBarProps) {
  const { t } = useTranslation("orders");
  const isPhone = useIsPhone();
  const [isOpen, setIsOpen] = useState(false);
  const count = countOf(filters);
  return (
    <search className="filters">
      <div className="filters-first">
        <SearchField value={filters.q ?? ""} onChange={(q) => onChange({ q: q || undefined })} />
        <Select
          aria-label={t("sort.label")}
          value={filters.sort ?? "newest"}
          onChange={(sort) => onChange({ sort: sort === "newest" ? undefined : sort })}
          options={SORTS.map((value) => ({ value, label: t(`sort.${value}`) }))}
        />
        {isPhone && (
          <Button icon={<FilterOutlined />} onClick={() => setIsOpen(true)}>
            {count ? `${t("filter.label")} ${count}` : t("filter.label")}
          </Button>
        )}
      </div>
      <Quick filters={filters} onChange={onChange} />
      {isPhone ? (
        <Sheet open={isOpen} title={t("filter.label")} onClose={() => setIsOpen(false)}>
          <FilterFields filters={filters} onChange={onChange} onReset={onReset} />
        </Sheet>
      ) : (
        <FilterFields filters={filters} onChange={onChange} onReset={onReset} />
      )}
    </search>
  );
}

function Quick({ filters, onChange }: Omit<FilterBarProps, "onReset">) {
  const { t } = useTranslation("orders");
  const word = useCodeWord();
  const { session } = useSession();
  const me = session.person_id;
  const chips = [
    ...FLAGS.map((flag) => ({
      key: flag as string,
      label: word("flag", flag),
      isOn: filters.flag === flag,
      change: { flag: filters.flag === flag ? undefined : (flag as string) } as Filters,
    })),
    {
      key: "open",
      label: t("filter.open"),
      isOn: filters.open === "true",
      change: { open: filters.open === "true" ? undefined : "true" },
    },
    {
      key: "mine",
      label: t("filter.mine"),
      isOn: filters.owner === me,
      change: { owner: filters.owner === me ? undefined : me },
    },
  ];
  return (
    <div className="chips">
      {chips.map(({ key, label, isOn, change }) => (
        <button
          key={key}
          type="button"
          className="chip"
          aria-pressed={isOn}
          onClick={() => onChange(change)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
