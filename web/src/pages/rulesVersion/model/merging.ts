/** Two versions of a draft that were saved over each other, put together row by row. */
import { allRows, DEFAULT_ROW, type Row, sameRow, type Table, type Tables } from "./tables";

export type Side = "yours" | "theirs";

/** A row that differs, or the order of the rows; undefined: that side has no such row. */
export interface Contested {
  key: string;
  table: string;
  /** Empty: it is about the order. */
  row: string;
  /** The rows that both have, in the order of each side. */
  order?: Record<Side, string[]>;
  yours: Row | undefined;
  theirs: Row | undefined;
  /** Which side changed it since both read it: whose is proposed. */
  proposed: Side;
  /** Both did. */
  isClash: boolean;
}

const rowOf = (table: Table | undefined, id: string) =>
  table && allRows(table).find((row) => row.id === id);

function differs(table: Table, a: Row | undefined, b: Row | undefined): boolean {
  return a && b ? !sameRow(table, a, b) : a !== b;
}

/** The rows in which the two differ; `base` is what both had read. */
export function contested(base: Tables, yours: Tables, theirs: Tables): Contested[] {
  return Object.values(yours).flatMap((table) => {
    const other = theirs[table.name];
    return [
      ...contestedRows(base, table, other),
      ...contestedOrder(base[table.name], table, other),
    ];
  });
}

function contestedOrder(
  base: Table | undefined,
  table: Table,
  other: Table | undefined,
): Contested[] {
  const common = (held: Table | undefined) =>
    (held?.rules ?? [])
      .map((row) => row.id)
      .filter((id) => rowOf(table, id) && rowOf(other, id) && rowOf(base, id));
  const [before, yours, theirs] = [common(base), common(table), common(other)];
  if (yours.join("\n") === theirs.join("\n")) return [];
  const iMoved = yours.join("\n") !== before.join("\n");
  const theyMoved = theirs.join("\n") !== before.join("\n");
  return [
    {
      key: `${table.name} `,
      table: table.name,
      row: "",
      order: { yours, theirs },
      yours: undefined,
      theirs: undefined,
      proposed: iMoved ? "yours" : "theirs",
      isClash: iMoved && theyMoved,
    },
  ];
}

function contestedRows(base: Tables, table: Table, other: Table | undefined): Contested[] {
  const ids = new Set([...allRows(table), ...(other ? allRows(other) : [])].map((row) => row.id));
  return [...ids].flatMap((id) => {
    const mine = rowOf(table, id);
    const their = rowOf(other, id);
    if (!differs(table, mine, their)) return [];
    const before = rowOf(base[table.name], id);
    const iChanged = differs(table, before, mine);
    const theyChanged = differs(table, before, their);
    return [
      {
        key: `${table.name} ${id}`,
        table: table.name,
        row: id,
        yours: mine,
        theirs: their,
        proposed: theyChanged && !iChanged ? ("theirs" as const) : ("yours" as const),
        isClash: iChanged && theyChanged,
      },
    ];
  });
}

/** Your tables with the rows of theirs that were chosen. */
export function mergedTables(
  yours: Tables,
  theirs: Tables,
  rows: readonly Contested[],
  sideOf: (row: Contested) => Side,
): Tables {
  const next = { ...yours };
  for (const row of rows) {
    const table = next[row.table];
    if (table && sideOf(row) === "theirs") {
      if (row.row === DEFAULT_ROW) {
        next[row.table] = { ...table, default: row.theirs?.then ?? null };
        continue;
      }
      const rules = row.order
        ? inOrder(table.rules, row.order.theirs)
        : withTheirs(table, theirs[row.table], row);
      next[row.table] = { ...table, rules };
    }
  }
  return next;
}

function withTheirs(table: Table, other: Table | undefined, { row, theirs }: Contested): Row[] {
  const others = table.rules.filter((each) => each.id !== row);
  if (!theirs) return others;
  const place = table.rules.findIndex((each) => each.id === row);
  if (place >= 0) return table.rules.map((each) => (each.id === row ? theirs : each));
  // A row that only they have comes after the one it follows there.
  const theirPlace = other?.rules.findIndex((each) => each.id === row) ?? 0;
  const above = other?.rules[theirPlace - 1]?.id;
  const at = above === undefined ? 0 : others.findIndex((each) => each.id === above) + 1;
  return [...others.slice(0, at), theirs, ...others.slice(at)];
}

/** The rows named in an order stand in it, in the places that they have together. */
function inOrder(rules: Row[], order: string[]): Row[] {
  const sorted = order.flatMap((id) => rules.find((row) => row.id === id) ?? []);
  return rules.map((row) => (order.includes(row.id) ? (sorted.shift() ?? row) : row));
}
