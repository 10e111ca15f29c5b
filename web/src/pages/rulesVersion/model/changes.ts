/** What a table says differently from another one, for the cells to show while it is edited. */
import {
  allRows,
  type Column,
  conditionOf,
  type Row,
  sameCell,
  sameOutput,
  sameRow,
  type Table,
} from "./tables";

export type RowChange = "added" | "changed" | "moved" | null;

export interface TableChanges {
  /** The row as it was, by id. */
  before: ReadonlyMap<string, Row>;
  removed: Row[];
  count: number;
  ofRow(row: Row): RowChange;
  hasCondition(row: Row, column: Column): boolean;
  hasOutput(row: Row, column: Column): boolean;
}

/** The longest run of rows that kept their order; those outside of it have moved. */
function stayed(before: string[], after: string[]): Set<string> {
  const places = after.map((id) => before.indexOf(id));
  const best: number[][] = places.map((place) => [place]);
  places.forEach((place, i) => {
    for (let j = 0; j < i; j += 1) {
      const run = best[j] ?? [];
      if ((places[j] ?? 0) < place && run.length + 1 > (best[i]?.length ?? 0)) {
        best[i] = [...run, place];
      }
    }
  });
  const longest = best.reduce((a, b) => (b.length > a.length ? b : a), []);
  return new Set(longest.map((place) => before[place] ?? ""));
}

export function changesOf(base: Table | undefined, table: Table): TableChanges | null {
  if (!base) return null;
  const rows = allRows(table);
  const before = new Map(allRows(base).map((row) => [row.id, row]));
  const ids = new Set(rows.map((row) => row.id));
  const removed = [...before.values()].filter((row) => !ids.has(row.id));
  const common = (list: Row[]) =>
    list.map((row) => row.id).filter((id) => before.has(id) && ids.has(id));
  const inPlace = stayed(common([...before.values()]), common(rows));
  const ofRow = (row: Row): RowChange => {
    const old = before.get(row.id);
    if (!old) return "added";
    if (!sameRow(table, old, row)) return "changed";
    return inPlace.has(row.id) ? null : "moved";
  };
  return {
    before,
    removed,
    count: removed.length + rows.filter((row) => ofRow(row) !== null).length,
    ofRow,
    hasCondition(row, column) {
      const old = before.get(row.id);
      return !!old && !sameCell(conditionOf(old, column), conditionOf(row, column));
    },
    hasOutput(row, column) {
      const old = before.get(row.id);
      return !!old && !sameOutput(old.then[column.name], row.then[column.name]);
    },
  };
}
