/** Which operators a column takes, and what becomes of the values when another one is chosen. */
import type { Cell, Column, ColumnType, Operator, Value } from "./tables";

const SETS: Operator[] = ["any", "=", "!=", "in", "not_in"];
const NUMBERS: Operator[] = ["any", ">", ">=", "<", "<=", "between", "=", "!=", "in", "not_in"];
const DURATIONS = NUMBERS.filter((operator) => operator !== "in" && operator !== "not_in");
const TRUTHS: Operator[] = ["any", "is_true", "is_false"];

export const isNumeric = (type: ColumnType) =>
  type === "money" || type === "number" || type === "duration";

export function operatorsOf(type: ColumnType): Operator[] {
  if (type === "boolean") return TRUTHS;
  if (type === "duration") return DURATIONS;
  return isNumeric(type) ? NUMBERS : SETS;
}

export type Arity = "none" | "one" | "many" | "range";

export function arityOf(operator: Operator): Arity {
  if (operator === "any" || operator === "is_true" || operator === "is_false") return "none";
  if (operator === "in" || operator === "not_in") return "many";
  return operator === "between" ? "range" : "one";
}

/** The cell with another operator; what was entered stays as far as it fits. */
export function withOperator(cell: Cell, operator: Operator): Cell {
  const values = cell.values ?? [];
  switch (arityOf(operator)) {
    case "none":
      return { operator };
    case "many":
      return { operator, values };
    case "one":
      return { operator, values: values.slice(0, 1) };
    case "range":
      return { operator, values: values.slice(0, 2), low_open: false, high_open: false };
  }
}

const isFilled = (value: Value | undefined) => value !== undefined && value !== "";

/** Whether the cell has the values that its operator needs. */
export function isComplete(cell: Cell): boolean {
  const values = cell.values ?? [];
  const arity = arityOf(cell.operator);
  if (arity === "none") return true;
  if (arity === "many") return values.length > 0;
  const needed = arity === "range" ? 2 : 1;
  return values.length === needed && Array.from(values).every(isFilled);
}

const NUMBER = /^-?\d{1,18}(\.\d{1,18})?$/;

/** The shortest text of a number ("2000.00" gives "2000"), null when it is none. */
export function plainNumber(text: string): string | null {
  const bare = text.replace(/[\s,，]/g, "");
  if (!NUMBER.test(bare)) return null;
  const short = bare.includes(".") ? bare.replace(/\.?0+$/, "") : bare;
  const whole = short.replace(/^(-?)0+(?=\d)/, "$1");
  return whole === "-0" ? "0" : whole;
}

/** What is kept of a list that a person typed for this column; what does not fit is left out. */
export function fittingList(column: Column, typed: string[]): Value[] {
  const fitted = isNumeric(column.type)
    ? typed.map(plainNumber).filter((each) => each !== null)
    : typed.map((each) => each.trim()).filter((each) => each !== "");
  return [...new Set(fitted)];
}
