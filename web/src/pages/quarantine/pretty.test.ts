import { expect, test } from "vitest";
import { flawOf, placeOf, pretty } from "./pretty";

test("members stand on lines of their own, and numbers stay as they were sent", () => {
  const sent =
    '{"id":9007199254740993001,"total":"19.90","lines":[],"note":"a \\"b\\", {c}: 1.50"}';
  expect(pretty(sent)).toBe(
    [
      "{",
      '  "id": 9007199254740993001,',
      '  "total": "19.90",',
      '  "lines": [],',
      '  "note": "a \\"b\\", {c}: 1.50"',
      "}",
    ].join("\n"),
  );
  expect(pretty("[1.10, {}]")).toBe("[\n  1.10,\n  {}\n]");
});

test("what is no JSON stays as it is, and is told why", () => {
  expect(pretty("id,total\n1,2")).toBe("id,total\n1,2");
  expect(flawOf("{")).not.toBe("");
  expect(flawOf("{}")).toBe("");
});

test("a finding's field is found by the last of its names", () => {
  const text = pretty('{"address":{"zip":"1"},"lines":[{"sku":"A"}]}');
  const [from, to] = placeOf(text, "address.zip") ?? [0, 0];
  expect(text.slice(from, to)).toBe('"zip": "1"');
  expect(placeOf(text, "lines[0].sku")).not.toBeNull();
  expect(placeOf(text, "lines[0].price")).toBeNull();
  expect(placeOf(text, "")).toBeNull();
});
