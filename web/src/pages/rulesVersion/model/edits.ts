/** What an editor does to the tables of a draft, each as new tables: nothing is changed in place. */
import {
  ANY,
  type Cell,
  type Column,
  DEFAULT_ROW,
  type Output,
  type Row,
  rowOf,
  sameCell,
  sameOutput,
  type Table,
  type Tables,
} from "./tables";

export type Edit = (table: Table) => Table;

export function edited(tables: Tables, name: string, edit: Edit): Tables {
  const table = tables[name];
  if (!table) return tables;
  const next = edit(table);
  return next === table ? tables : { ...tables, [name]: next };
}

function withRow(table: Table, id: string, change: (row: Row) => Row): Table {
  return { ...table, rules: table.rules.map((row) => (row.id === id ? change(row) : row)) };
}

export function setCondition(id: string, column: Column, cell: Cell): Edit {
  return (table) => {
    const row = table.rules.find((each) => each.id === id);
    if (!row || sameCell(row.when[column.name] ?? ANY, cell)) return table;
    const { [column.name]: _, ...others } = row.when;
    const when = cell.operator === "any" ? others : { ...others, [column.name]: cell };
    return withRow(table, id, (each) => ({ ...each, when }));
  };
}

export function setOutput(id: string, column: Column, value: Output): Edit {
  return (table) => {
    if (id === DEFAULT_ROW && table.default) {
      return { ...table, default: { ...table.default, [column.name]: value } };
    }
    const row = table.rules.find((each) => each.id === id);
    if (!row || sameOutput(row.then[column.name], value)) return table;
    const then = { ...row.then, [column.name]: value };
    return withRow(table, id, (each) => ({ ...each, then }));
  };
}

export function describe(id: string, next: { id: string; note: string }): Edit {
  return (table) => withRow(table, id, (row) => ({ ...row, ...next }));
}

/** A row id that nobody has yet. */
export function freeId(table: Table, wish: string): string {
  const taken = new Set([DEFAULT_ROW, ...table.rules.map((row) => row.id)]);
  if (!taken.has(wish)) return wish;
  const stem = wish.replace(/_\d+$/, "");
  let number = 2;
  while (taken.has(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}

function inserted(table: Table, place: number, row: Row): Table {
  return { ...table, rules: [...table.rules.slice(0, place), row, ...table.rules.slice(place)] };
}

function emptyOutput(column: Column): Output | undefined {
  if (column.optional) return null;
  if (column.type === "text_list") return [];
  if (column.type === "boolean") return false;
  return column.type === "text" && !column.allowed ? "" : undefined;
}

/** A row that accepts anything, at this place. What it must answer is left for the editor. */
export function addRow(place: number, id: string): Edit {
  return (table) => {
    const outputs = table.outputs.map((column) => [column.name, emptyOutput(column)] as const);
    const then = Object.fromEntries(outputs.filter(([, value]) => value !== undefined));
    return inserted(table, place, rowOf(id, then as Row["then"]));
  };
}

export function duplicateRow(id: string, copyId: string): Edit {
  return (table) => {
    const place = table.rules.findIndex((row) => row.id === id);
    const row = table.rules[place];
    return row ? inserted(table, place + 1, { ...structuredClone(row), id: copyId }) : table;
  };
}

export function deleteRow(id: string): Edit {
  return (table) => ({ ...table, rules: table.rules.filter((row) => row.id !== id) });
}

/** Moves a row to a place among the others. */
export function moveRow(id: string, place: number): Edit {
  return (table) => {
    const from = table.rules.findIndex((row) => row.id === id);
    const row = table.rules[from];
    if (!row || place === from || place < 0 || place >= table.rules.length) return table;
    const others = table.rules.filter((each) => each.id !== id);
    return inserted({ ...table, rules: others }, place, row);
  };
}
