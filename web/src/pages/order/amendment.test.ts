import { expect, test } from "vitest";
import { amended, type Content } from "./amendment";

type Line = Content["lines"][number];

function line(line_id: string, quantity: number, unit_price: string, more: Partial<Line> = {}) {
  const total = more.total ?? (Number(unit_price) * quantity).toFixed(2);
  return { line_id, quantity, unit_price, discount: "0.00", tax: "0.00", total, ...more } as Line;
}

function order(lines: Line[], more: Partial<Content> = {}): Content {
  const amounts = { discount: "0.00", tax: "0.00", shipping: "5.00", total: "105.00" };
  const address = { name: "Robin", city: "Berlin", country: "DE" };
  return { currency: "EUR", lines, shipping_address: address, ...amounts, ...more } as Content;
}

const changes = (quantities: Record<string, number>) => ({ quantities, address: {}, notes: "" });

test("nothing changed leaves every amount as it is", () => {
  const before = order([line("1", 4, "25.00")]);
  expect(amended(before, changes({}))).toEqual({ ...before, notes: "" });
});

test("fewer pieces take their share of discount and tax along, freight stays", () => {
  const lines = [line("1", 3, "30.00", { discount: "1.00", tax: "16.91", total: "105.91" })];
  const before = order(lines, { discount: "1.00", tax: "16.91", total: "110.91" });
  const after = amended(before, changes({ "1": 2 }));
  expect(after.lines[0]).toMatchObject({ discount: "0.67", tax: "11.27", total: "70.60" });
  expect(after).toMatchObject({ discount: "0.67", tax: "11.27", total: "75.60" });
});

test("a tax that the price includes is not added to it", () => {
  const included = { tax: "15.97", tax_included: true };
  const before = order([line("1", 4, "25.00", included)], { tax: "15.97" });
  const after = amended(before, changes({ "1": 1 }));
  expect(after.lines[0]).toMatchObject({ tax: "3.99", total: "25.00" });
  expect(after).toMatchObject({ tax: "3.99", total: "30.00" });
});

test("a line without pieces goes, with all its amounts", () => {
  const lines = [
    line("1", 2, "40.00"),
    line("2", 1, "20.00", { discount: "2.00", total: "18.00" }),
  ];
  const before = order(lines, { discount: "2.00", total: "103.00" });
  const after = amended(before, changes({ "2": 0 }));
  expect(after.lines.map((each) => each.line_id)).toEqual(["1"]);
  expect(after).toMatchObject({ discount: "0.00", total: "85.00" });
});

test("a currency without places gets none", () => {
  const before = order([line("1", 3, "100", { discount: "100", total: "200" })], {
    currency: "JPY",
    discount: "100",
    total: "205",
  });
  const after = amended(before, changes({ "1": 1 }));
  expect(after.lines[0]).toMatchObject({ discount: "33", total: "67" });
  expect(after.total).toBe("72");
});

test("an address is changed where something was typed, and made where there was none", () => {
  const before = order([line("1", 4, "25.00")]);
  const moved = { ...changes({}), address: { city: "Bonn" } };
  expect(amended(before, moved).shipping_address).toMatchObject({ name: "Robin", city: "Bonn" });
  const nowhere = { ...before, shipping_address: null };
  expect(amended(nowhere, moved).shipping_address).toEqual({ city: "Bonn" });
  expect(amended(nowhere, changes({})).shipping_address).toBeNull();
});
