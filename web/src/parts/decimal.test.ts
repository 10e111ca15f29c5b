import { describe, expect, test } from "vitest";
import {
  add,
  count,
  divide,
  multiply,
  parse,
  placesOf,
  read,
  round,
  subtract,
  write,
} from "./decimal";

describe("what is typed", () => {
  test.each(["0", "12", "12.5", " 19.90 ", "123456789012345.123456"])("%s is an amount", (text) => {
    expect(parse(text)).not.toBeNull();
  });
  test.each(["", "-1", "1,5", "1.", ".5", "1e3", "1.1234567", "１２"])("%s is none", (text) => {
    expect(parse(text)).toBeNull();
  });
});

test("sums lose nothing that a float would lose", () => {
  expect(write(add(read("0.1"), read("0.2")))).toBe("0.3");
  expect(write(subtract(read("9007199254740993.01"), read("0.01")))).toBe("9007199254740993");
  expect(write(subtract(read("1.00"), read("2.5")), 2)).toBe("-1.50");
  expect(write(read("-0.05"), 2)).toBe("-0.05");
});

test("a product has every place, and is written with as many as say something", () => {
  expect(write(multiply(read("19.90"), count(3)), 2)).toBe("59.70");
  expect(write(multiply(read("0.333333"), count(2)), 2)).toBe("0.666666");
  expect(write(read("18.900000"), 2)).toBe("18.90");
  expect(write(read("100"), 0)).toBe("100");
});

test.each([
  ["0.045", "1", 2, "0.05"],
  ["0.0449999", "1", 2, "0.04"],
  ["-0.045", "1", 2, "-0.05"],
  ["10", "3", 2, "3.33"],
  ["20", "3", 2, "6.67"],
  ["1000", "3", 0, "333"],
  ["1", "0.3", 4, "3.3333"],
])("%s divided by %s with %i places is %s", (a, b, places, wanted) => {
  expect(write(divide(read(a), read(b), places), places)).toBe(wanted);
});

test("halves are rounded away from zero", () => {
  expect(write(round(read("2.345"), 2))).toBe("2.35");
  expect(write(round(read("-2.345"), 2))).toBe("-2.35");
  expect(write(round(read("2.3"), 2))).toBe("2.3");
});

test("a currency has its own places", () => {
  expect([placesOf("EUR"), placesOf("JPY"), placesOf("KWD"), placesOf("?")]).toEqual([2, 0, 3, 2]);
});
