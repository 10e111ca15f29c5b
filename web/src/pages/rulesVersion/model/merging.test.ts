import { expect, test } from "vitest";
import { type Contested, contested, mergedTables } from "./merging";
import { DEFAULT_ROW, type Row, rowOf, type Tables } from "./tables";

function row(id: string, above: string): Row {
  return { ...rowOf(id, { tier: id }), when: { amount: { operator: ">", values: [above] } } };
}

function tables(rules: Row[], fallback = "auto"): Tables {
  const column = { type: "text", label_en: "", label_zh: "", allowed: null, unit: null } as const;
  return {
    approval: {
      name: "approval",
      hit_policy: "FIRST",
      inputs: [{ ...column, name: "amount", optional: false }],
      outputs: [{ ...column, name: "tier", optional: false }],
      rules,
      default: { tier: fallback },
    },
  };
}

const [HIGH, LOW, NEW] = [row("high", "10000"), row("low", "2000"), row("new", "500")];
const BASE = tables([HIGH, LOW]);
const asProposed = (each: Contested) => each.proposed;
const ids = (merged: Tables) => merged.approval?.rules.map((each) => each.id);

test("what one side changed is proposed from that side, and there is no clash", () => {
  const yours = tables([row("high", "9000"), LOW]);
  const theirs = tables([HIGH, row("low", "1500")]);
  const found = contested(BASE, yours, theirs);
  expect(found.map(({ row, proposed, isClash }) => [row, proposed, isClash])).toEqual([
    ["high", "yours", false],
    ["low", "theirs", false],
  ]);
  const merged = mergedTables(yours, theirs, found, asProposed);
  expect(merged.approval?.rules).toEqual([row("high", "9000"), row("low", "1500")]);
});

test("a row that both changed is a clash, and whoever saves second decides", () => {
  const [yours, theirs] = [tables([row("high", "9000"), LOW]), tables([row("high", "8000"), LOW])];
  const found = contested(BASE, yours, theirs);
  expect(found.map(({ row, isClash }) => [row, isClash])).toEqual([["high", true]]);
  expect(mergedTables(yours, theirs, found, () => "yours")).toEqual(yours);
  expect(mergedTables(yours, theirs, found, () => "theirs")).toEqual(theirs);
});

test("the same change on both sides is none", () => {
  const both = () => tables([row("high", "9000"), LOW]);
  expect(contested(BASE, both(), both())).toEqual([]);
});

test("a row that only they added comes in where they put it", () => {
  const [yours, theirs] = [tables([HIGH, LOW, NEW]), tables([HIGH, row("mid", "5000"), LOW])];
  const merged = mergedTables(yours, theirs, contested(BASE, yours, theirs), asProposed);
  expect(ids(merged)).toEqual(["high", "mid", "low", "new"]);
});

test("a row that they took out goes, unless it was changed here", () => {
  const theirs = tables([HIGH]);
  const kept = contested(BASE, BASE, theirs);
  expect(ids(mergedTables(BASE, theirs, kept, asProposed))).toEqual(["high"]);
  const yours = tables([HIGH, row("low", "1500")]);
  const found = contested(BASE, yours, theirs);
  expect(found.map(({ row, isClash }) => [row, isClash])).toEqual([["low", true]]);
  expect(ids(mergedTables(yours, theirs, found, asProposed))).toEqual(["high", "low"]);
});

test("the order of the rows is one thing that can differ, and a new row keeps its place", () => {
  const [yours, theirs] = [tables([HIGH, LOW, NEW]), tables([LOW, HIGH])];
  const found = contested(BASE, yours, theirs).filter((each) => each.order);
  expect(found).toMatchObject([{ proposed: "theirs", isClash: false }]);
  expect(ids(mergedTables(yours, theirs, found, asProposed))).toEqual(["low", "high", "new"]);
});

test("what answers when no row matches is chosen like a row", () => {
  const theirs = tables([HIGH, LOW], "manager");
  const found = contested(BASE, BASE, theirs);
  expect(found.map((each) => each.row)).toEqual([DEFAULT_ROW]);
  expect(mergedTables(BASE, theirs, found, asProposed)).toEqual(theirs);
});
