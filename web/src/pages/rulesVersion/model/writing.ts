/** Cells as they are written in a sheet, which is how the API takes single changes. */
import { arityOf } from "./operators";
import type { Cell, Column, Output, Value } from "./tables";

function written(column: Column, value: Value): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (column.type === "duration") return `${value} s`;
  const isWord = (column.type === "text" || column.type === "text_list") && !column.allowed;
  return isWord ? JSON.stringify(value) : String(value);
}

export function writtenCondition(column: Column, cell: Cell): string {
  const values = (cell.values ?? []).map((value) => written(column, value));
  if (cell.operator === "is_true") return "yes";
  if (cell.operator === "is_false") return "no";
  switch (arityOf(cell.operator)) {
    case "none":
      return "any";
    case "many":
      return `${cell.operator === "in" ? "in" : "not in"} ${values.join(", ")}`;
    case "range":
      return `${cell.low_open ? "(" : "["}${values.join(", ")}${cell.high_open ? ")" : "]"}`;
    case "one":
      return `${cell.operator} ${values[0] ?? ""}`;
  }
}

export function writtenOutput(column: Column, value: Output): string {
  if (value === null) return "";
  if (Array.isArray(value)) {
    return value.length ? value.map((each) => written(column, each)).join(", ") : "(none)";
  }
  return value === "" ? "(none)" : written(column, value);
}
