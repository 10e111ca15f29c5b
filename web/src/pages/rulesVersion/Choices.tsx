import { Select } from "antd";
import type { ReactNode } from "react";
import { useIsPhone } from "@/parts/useIsPhone";

interface ChoicesProps {
  /** What is chosen between. */
  label: string;
  value: string;
  items: { key: string; label: string; extra?: ReactNode }[];
  /** Smaller, for a choice within another one. */
  small?: boolean;
  onChange(key: string): void;
}

/** Views of which one is shown: side by side, and a drop-down where there is no room. */
export function Choices({ label, value, items, small = false, onChange }: ChoicesProps) {
  const isPhone = useIsPhone();
  if (isPhone) {
    return (
      <Select
        className="rule-choice"
        aria-label={label}
        value={value}
        options={items.map((item) => ({
          value: item.key,
          label: (
            <span className="rule-tab">
              {item.label} {item.extra}
            </span>
          ),
        }))}
        onChange={onChange}
      />
    );
  }
  return (
    <nav className="rule-choices" data-small={small} aria-label={label}>
      {items.map((item) => (
        <button
          key={item.key}
          type="button"
          aria-current={item.key === value}
          onClick={() => onChange(item.key)}
        >
          {item.label}
          {item.extra}
        </button>
      ))}
    </nav>
  );
}
