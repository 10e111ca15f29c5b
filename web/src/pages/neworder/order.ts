/** A draft as the API's canonical order, with its sums. */
import type { components } from "@/generated/api";
import {
  add,
  count,
  type Decimal,
  divide,
  multiply,
  parse,
  placesOf,
  round,
  subtract,
  sum,
  write,
  ZERO,
} from "@/parts/decimal";
import type { Draft, DraftLine } from "./draft";

export type Submitted = components["schemas"]["SubmittedOrder"];

export interface LineSums {
  gross: Decimal;
  discount: Decimal;
  tax: Decimal;
  total: Decimal;
}

export interface Sums {
  lines: (LineSums | null)[];
  goods: Decimal;
  discount: Decimal;
  shipping: Decimal;
  tax: Decimal;
  total: Decimal;
  places: number;
}

const HUNDRED = count(100);

function taxOf(net: Decimal, line: DraftLine, isIncluded: boolean, places: number): Decimal {
  const rate = parse(line.tax_rate) ?? ZERO;
  if (!rate.digits) return ZERO;
  const base = isIncluded ? add(HUNDRED, rate) : HUNDRED;
  return divide(multiply(net, rate), base, places);
}

function lineSums(line: DraftLine, isIncluded: boolean, places: number): LineSums | null {
  const price = parse(line.unit_price);
  const quantity = /^\d+$/.test(line.quantity) ? parse(line.quantity) : null;
  const discount = line.discount.trim() ? parse(line.discount) : ZERO;
  if (!price || !quantity || !discount) return null;
  const gross = multiply(price, quantity);
  const net = subtract(gross, discount);
  if (net.digits < 0n) return { gross, discount, tax: ZERO, total: ZERO };
  const tax = taxOf(net, line, isIncluded, places);
  return { gross, discount, tax, total: round(isIncluded ? net : add(net, tax), places) };
}

/** What the lines come to; a line that can't be read yet counts nothing. */
export function sumsOf(draft: Draft): Sums {
  const places = placesOf(draft.currency);
  const lines = draft.lines.map((line) => lineSums(line, draft.tax_included, places));
  const known = lines.filter((line) => line !== null);
  const shipping = parse(draft.shipping) ?? ZERO;
  const goods = sum(known.map((line) => line.gross));
  const discount = sum(known.map((line) => line.discount));
  const tax = sum(known.map((line) => line.tax));
  const onTop = draft.tax_included ? ZERO : tax;
  const total = round(add(add(subtract(goods, discount), shipping), onTop), places);
  return { lines, goods, discount, shipping, tax, total, places };
}

/** What is not typed is left out, so that the API says it is missing. */
const typed = (text: string) => text.trim() || undefined;

function lineOf(line: DraftLine, index: number, sums: Sums, isIncluded: boolean) {
  const own = sums.lines[index];
  return {
    line_id: String(index + 1),
    sku: line.sku.trim(),
    title: line.title.trim(),
    // Text that is no number goes as it is: the API words what is wrong with it.
    quantity: /^\d+$/.test(line.quantity) ? Number(line.quantity) : typed(line.quantity),
    unit_price: typed(line.unit_price),
    discount: typed(line.discount) ?? "0",
    tax: write(own?.tax ?? ZERO, sums.places),
    tax_included: isIncluded,
    total: write(own?.total ?? ZERO, sums.places),
  };
}

/** The body of both the check and the submission. */
export function orderOf(draft: Draft, sums: Sums): Record<string, unknown> {
  return {
    channel: "api",
    shop: draft.shop,
    external_id: draft.external_id.trim(),
    number: draft.external_id.trim(),
    placed_at: draft.placed_at ?? new Date(0).toISOString(),
    currency: draft.currency,
    customer: draft.customer,
    shipping_address: draft.shipping_address,
    lines: draft.lines.map((line, index) => lineOf(line, index, sums, draft.tax_included)),
    shipping: typed(draft.shipping) ?? "0",
    discount: write(sums.discount, sums.places),
    tax: write(sums.tax, sums.places),
    total: write(sums.total.digits < 0n ? ZERO : sums.total, sums.places),
    payment: { status: draft.payment_status, terms: draft.payment_terms },
    notes: draft.notes,
  };
}
