/** The tables of a rule set as the API gives them; see domain/rules/serialization.py. */
import type { components } from "@/generated/api";

export type ColumnType =
  | "text"
  | "number"
  | "money"
  | "boolean"
  | "country"
  | "duration"
  | "integer"
  | "text_list";

export type Operator =
  | "any"
  | "="
  | "!="
  | "in"
  | "not_in"
  | "<"
  | "<="
  | ">"
  | ">="
  | "between"
  | "is_true"
  | "is_false";

export interface Column {
  name: string;
  type: ColumnType;
  label_en: string;
  label_zh: string;
  /** The only texts it may hold. */
  allowed: string[] | null;
  /** The currency of a money column, or a word. */
  unit: string | null;
  optional: boolean;
}

/** Numbers and money are texts ("2000.01"), durations are whole seconds. */
export type Value = string | number | boolean;
export type Output = Value | string[] | null;

export interface Cell {
  operator: Operator;
  values?: Value[];
  low_open?: boolean;
  high_open?: boolean;
}

export interface Row {
  id: string;
  note: string;
  /** A condition that is missing accepts anything. */
  when: Record<string, Cell>;
  then: Record<string, Output>;
}

export interface Table {
  name: string;
  hit_policy: "FIRST" | "UNIQUE" | "COLLECT";
  inputs: Column[];
  outputs: Column[];
  rules: Row[];
  /** Answers when no row matches; null: nothing does. */
  default: Record<string, Output> | null;
}

export type Tables = Record<string, Table>;

export type VersionView = components["schemas"]["VersionView"];
export type RuleSetView = components["schemas"]["RuleSetView"];

export const ANY: Cell = { operator: "any" };
/** What the API calls the answer of `default`. */
export const DEFAULT_ROW = "default";

const ORDER = [
  "approval",
  "confirmation",
  "routing",
  "stages",
  "escalation",
  "holds",
  "stall",
  "priority",
  "breaker",
];

export function tablesOf(ruleSet: Pick<RuleSetView, "tables">): Tables {
  return ruleSet.tables as Tables;
}

/** Names of the tables in the order in which people think of them. */
export function tableNames(tables: Tables): string[] {
  const place = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return Object.keys(tables).sort((a, b) => place(a) - place(b) || a.localeCompare(b));
}

export function isOpen(version: Pick<VersionView, "state">): boolean {
  return version.state === "draft" || version.state === "checked";
}

export function conditionOf(row: Row, column: Column): Cell {
  return row.when[column.name] ?? ANY;
}

export function sameCell(a: Cell, b: Cell): boolean {
  const parts = (cell: Cell) =>
    JSON.stringify([cell.operator, cell.values ?? [], !!cell.low_open, !!cell.high_open]);
  return parts(a) === parts(b);
}

export function sameOutput(a: Output | undefined, b: Output | undefined): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

export function sameRow(table: Table, a: Row, b: Row): boolean {
  return (
    a.note === b.note &&
    table.inputs.every((column) => sameCell(conditionOf(a, column), conditionOf(b, column))) &&
    table.outputs.every((column) => sameOutput(a.then[column.name], b.then[column.name]))
  );
}

/** What was read again is another object that says the same. */
export function sameTables(a: Tables, b: Tables): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** A row that accepts anything. */
export function rowOf(id: string, outputs: Row["then"]): Row {
  // biome-ignore lint/suspicious/noThenProperty: that is what the API calls it
  return { id, note: "", when: {}, then: outputs };
}

/** The rows with what answers when none matches as the last one. */
export function allRows(table: Table): Row[] {
  if (!table.default) return table.rules;
  return [...table.rules, rowOf(DEFAULT_ROW, table.default)];
}
