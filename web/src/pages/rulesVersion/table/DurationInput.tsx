import { InputNumber, Select, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { UNIT_NAMES, UNITS, type Unit, unitOf } from "../model/duration";

interface DurationInputProps {
  label: string;
  seconds: number | null;
  autoFocus?: boolean;
  onChange(seconds: number | null): void;
}

/** A span of time as a number and its unit. */
export function DurationInput({ label, seconds, autoFocus, onChange }: DurationInputProps) {
  const { t } = useTranslation("rules");
  const [unit, setUnit] = useState<Unit>(() => (seconds === null ? "min" : unitOf(seconds)));
  const count = seconds === null ? null : seconds / UNITS[unit];
  return (
    <Space.Compact block>
      <InputNumber<number>
        aria-label={label}
        autoFocus={autoFocus ?? false}
        min={0}
        controls={false}
        style={{ width: "100%" }}
        value={count}
        onChange={(next) => onChange(next === null ? null : Math.round(next * UNITS[unit]))}
      />
      <Select<Unit>
        aria-label={t("unit.label")}
        style={{ width: 116 }}
        value={unit}
        options={UNIT_NAMES.map((each) => ({ value: each, label: t(`unit.name.${each}`) }))}
        onChange={(next) => {
          setUnit(next);
          if (count !== null) onChange(Math.round(count * UNITS[next]));
        }}
      />
    </Space.Compact>
  );
}
