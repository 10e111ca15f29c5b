import { useTranslation } from "react-i18next";
import i18n from "@/i18n";
import { countryName } from "./countries";
import { durationParts } from "./duration";
import { arityOf } from "./operators";
import {
  allRows,
  type Cell,
  type Column,
  conditionOf,
  DEFAULT_ROW,
  type Output,
  type Row,
  type Table,
} from "./tables";

/** Where the word of a code is looked for; the API has the same words for its workbooks. */
const PLACES = ["rules:code", "role", "stage", "reason"];

/** The country of example orders that go to none that a table names. */
const ELSEWHERE = "ZZ";

function codeWord(code: string): string {
  const place = PLACES.find((each) => i18n.exists(`${each}.${code}`));
  return place ? i18n.t(`${place}.${code}` as never) : code;
}

function numberWord(text: string, language: string): string {
  try {
    const format = new Intl.NumberFormat(language, { maximumFractionDigits: 18 });
    return format.format(text as Intl.StringNumericLiteral);
  } catch {
    return text;
  }
}

/** Tables, columns and cells of rules in the shown language. */
export function useRuleWords() {
  const { t, i18n: current } = useTranslation("rules");
  const language: "en" | "zh" = current.resolvedLanguage === "zh" ? "zh" : "en";
  const comma = t("word.comma");

  const label = (column: Column) => (language === "zh" ? column.label_zh : column.label_en);
  const title = (table: string) =>
    i18n.exists(`rules:table.${table}.title`)
      ? i18n.t(`rules:table.${table}.title` as never)
      : table;
  const duration = (seconds: number) =>
    durationParts(seconds)
      .map(([count, unit]) => t(`unit.count.${unit}`, { count }))
      .join(" ");
  const text = (column: Column, value: string) => {
    if (value === "") return t("word.blank");
    if (value === ELSEWHERE) return t("word.other_country");
    if (column.type === "country") return countryName(value, language);
    return column.allowed ? codeWord(value) : value;
  };
  /** A value; nothing is a dash. */
  const value = (column: Column, held: Output | undefined): string => {
    if (held === null || held === undefined) return "–";
    if (Array.isArray(held)) {
      return held.length ? held.map((each) => text(column, each)).join(comma) : t("word.blank");
    }
    if (typeof held === "boolean") return held ? t("word.yes") : t("word.no");
    if (column.type === "duration") return duration(Number(held));
    if (column.type === "money" || column.type === "number" || column.type === "integer") {
      const written = numberWord(String(held), language);
      return column.unit ? `${written} ${column.unit}` : written;
    }
    return text(column, String(held));
  };
  /** A condition without its column: "> 2,000 CNY". */
  const condition = (column: Column, cell: Cell): string => {
    const values = cell.values ?? [];
    switch (arityOf(cell.operator)) {
      case "none":
        return t(`said.${cell.operator as "any" | "is_true" | "is_false"}`);
      case "many": {
        const list = values.map((each) => value(column, each)).join(comma);
        return t(`said.${cell.operator as "in" | "not_in"}`, { list });
      }
      case "range":
        return t("said.between", {
          low: value(column, values[0]),
          high: value(column, values[1]),
          low_sign: cell.low_open ? ">" : "≥",
          high_sign: cell.high_open ? "<" : "≤",
        });
      case "one": {
        const sign = { "!=": "≠", "<=": "≤", ">=": "≥" }[cell.operator as string];
        const shown = value(column, values[0]);
        return cell.operator === "=" ? shown : `${sign ?? cell.operator} ${shown}`;
      }
    }
  };
  /** The conditions of a row that say anything, as pairs of column and condition. */
  const conditions = (table: Table, row: Row) =>
    table.inputs
      .map((column) => ({ column, cell: conditionOf(row, column) }))
      .filter(({ cell }) => cell.operator !== "any")
      .map(({ column, cell }) => ({ label: label(column), said: condition(column, cell) }));
  const rowName = (id: string) => (id === DEFAULT_ROW ? t("row.default") : id);
  /** Where a row stands, "3", and an empty text for one that is not there. */
  const place = (table: Table, id: string) => {
    const index = allRows(table).findIndex((row) => row.id === id);
    return index < 0 ? "" : String(index + 1);
  };
  return {
    language,
    label,
    title,
    duration,
    value,
    condition,
    conditions,
    rowName,
    place,
    codeWord,
  };
}

export type RuleWords = ReturnType<typeof useRuleWords>;
