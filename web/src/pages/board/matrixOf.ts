/** The cells of the board as rows and columns with their totals. */
import type { Cell } from "./queries";

export interface Count {
  orders: number;
  red: number;
  escalated: number;
  held: number;
  /** When the order came into its stage that waits longest there; not of totals. */
  oldest?: string;
}

export interface GroupRow {
  group: string;
  byStage: Map<string, Count>;
  total: Count;
}

export interface Matrix {
  stages: string[];
  rows: GroupRow[];
  byStage: Map<string, Count>;
  total: Count;
}

/** Where open orders can be, in the order they go. */
const OPEN_STAGES = ["pending_confirmation", "in_review", "preparing", "shipped"];

const nothing = (): Count => ({ orders: 0, red: 0, escalated: 0, held: 0 });

function sum(cells: readonly Cell[]): Count {
  return cells.reduce(
    (total, { orders, red, escalated, held }) => ({
      orders: total.orders + orders,
      red: total.red + red,
      escalated: total.escalated + escalated,
      held: total.held + held,
    }),
    nothing(),
  );
}

function countOf({ orders, red, escalated, held, oldest_entered_at: oldest }: Cell): Count {
  return { orders, red, escalated, held, oldest };
}

/** Every known stage has a column, every group with orders or asked for has a row. */
export function matrixOf(cells: readonly Cell[], groups: readonly string[]): Matrix {
  const others = cells.map(({ stage }) => stage).filter((stage) => !OPEN_STAGES.includes(stage));
  const stages = [...new Set(others), ...OPEN_STAGES];
  const codes = [...new Set([...groups, ...cells.map(({ group }) => group)])];
  const rows = codes.map((group) => {
    const own = cells.filter((cell) => cell.group === group);
    const byStage = new Map(own.map((cell) => [cell.stage, countOf(cell)]));
    return { group, byStage, total: sum(own) };
  });
  const byStage = new Map(
    stages.map((stage) => [stage, sum(cells.filter((cell) => cell.stage === stage))]),
  );
  return { stages, rows, byStage, total: sum(cells) };
}
