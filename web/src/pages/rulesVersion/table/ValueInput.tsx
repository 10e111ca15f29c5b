import { AutoComplete, InputNumber, Segmented, Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { countryOptions } from "../model/countries";
import { fittingList, isNumeric, plainNumber } from "../model/operators";
import type { Column, Output, Value } from "../model/tables";
import { useRuleWords } from "../model/useRuleWords";
import { DurationInput } from "./DurationInput";

export interface Choice {
  value: string;
  label: string;
}

interface ValueInputProps {
  column: Column;
  label: string;
  value: Output | undefined;
  /** What people may want to enter in a column of free text. */
  suggestions?: readonly Choice[];
  autoFocus?: boolean;
  onChange(value: Output): void;
}

/** The choices of a closed column or of countries, null where anything may be entered. */
function useChoices(column: Column): Choice[] | null {
  const { language, codeWord } = useRuleWords();
  return useMemo(() => {
    if (column.type === "country") return countryOptions(language);
    return column.allowed?.map((code) => ({ value: code, label: codeWord(code) })) ?? null;
  }, [column, language, codeWord]);
}

const finds = (typed: string, option?: { label?: unknown; value?: unknown }) =>
  !!option &&
  `${option.label} ${option.value}`.toLocaleLowerCase().includes(typed.toLocaleLowerCase());

/** One value of a column, entered in the way its type asks for. */
export function ValueInput(props: ValueInputProps) {
  const { column, label, value, autoFocus = false, onChange } = props;
  const { t } = useTranslation("rules");
  const choices = useChoices(column);
  const isEmpty = value === null || value === undefined;
  if (column.type === "text_list") {
    return <ListInput {...props} values={Array.isArray(value) ? value : []} />;
  }
  if (column.type === "duration") {
    const seconds = isEmpty ? null : Number(value);
    return <DurationInput {...{ label, seconds, autoFocus }} onChange={onChange} />;
  }
  if (column.type === "boolean") {
    const options = [
      { value: "true", label: t("word.yes") },
      { value: "false", label: t("word.no") },
    ];
    return (
      <Segmented
        aria-label={label}
        options={options}
        value={String(value === true)}
        onChange={(next) => onChange(next === "true")}
      />
    );
  }
  if (choices) {
    return (
      <Select<string>
        aria-label={label}
        autoFocus={autoFocus}
        showSearch={{ filterOption: finds, optionFilterProp: "label" }}
        allowClear={column.optional}
        style={{ width: "100%" }}
        placeholder={t("edit.choose")}
        value={isEmpty || value === "" ? null : String(value)}
        options={choices}
        onChange={(next) => onChange(next ?? null)}
      />
    );
  }
  if (column.type === "text") {
    return (
      <AutoComplete
        aria-label={label}
        autoFocus={autoFocus}
        style={{ width: "100%" }}
        placeholder={t(column.optional ? "edit.may_be_empty" : "edit.text")}
        value={isEmpty ? "" : String(value)}
        options={[...(props.suggestions ?? [])]}
        showSearch={{ filterOption: finds }}
        onChange={(next: string) => onChange(next === "" && column.optional ? null : (next ?? ""))}
      />
    );
  }
  const isWhole = column.type === "integer";
  return (
    <InputNumber<string | number>
      aria-label={label}
      autoFocus={autoFocus}
      stringMode={!isWhole}
      controls={false}
      {...(isWhole ? { precision: 0 } : {})}
      style={{ width: "100%" }}
      suffix={column.unit ?? undefined}
      value={isEmpty ? null : (value as string | number)}
      onChange={(next) => {
        if (next === null || next === "") onChange(column.optional ? null : "");
        else onChange(isWhole ? Number(next) : (plainNumber(String(next)) ?? ""));
      }}
    />
  );
}

interface ListInputProps extends ValueInputProps {
  values: readonly Value[];
}

/** Several values: chosen from a list, or typed one after the other. */
export function ListInput(props: ListInputProps) {
  const { column, label, values, suggestions = [], autoFocus = false, onChange } = props;
  const { t } = useTranslation("rules");
  const choices = useChoices(column);
  return (
    <Select<string[]>
      aria-label={label}
      autoFocus={autoFocus}
      mode={choices ? "multiple" : "tags"}
      tokenSeparators={[",", "，", "、", ";", " "]}
      showSearch={{ filterOption: finds, optionFilterProp: "label" }}
      style={{ width: "100%" }}
      placeholder={t(choices ? "edit.choose_several" : "edit.type_several")}
      value={values.map(String)}
      options={choices ?? (isNumeric(column.type) ? [] : [...suggestions])}
      onChange={(next) => onChange(choices ? next : (fittingList(column, next) as string[]))}
    />
  );
}
