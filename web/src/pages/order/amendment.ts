/** The content that an order has after a change: amounts follow the quantities. */

import { decimal, millionths, placesOf, share } from "@/actions/decimal";
import type { OrderDetail, OrderLine } from "@/actions/detail";

export type Content = NonNullable<OrderDetail["content"]>["order"];
export type Address = NonNullable<Content["shipping_address"]>;

export interface Changes {
  /** Pieces by line; 0 leaves the line out. */
  quantities: Record<string, number>;
  address: Partial<Address>;
  notes: string;
}

/** A line with another quantity: its discount and tax in proportion. */
function rescaled(line: OrderLine, quantity: number, places: number): OrderLine {
  if (quantity === line.quantity) return line;
  const [discount, tax] = [line.discount, line.tax].map((amount) =>
    share(millionths(amount), quantity, line.quantity, places),
  ) as [bigint, bigint];
  const goods = millionths(line.unit_price) * BigInt(quantity);
  const total = goods - discount + (line.tax_included ? 0n : tax);
  return {
    ...line,
    quantity,
    discount: decimal(discount, places),
    tax: decimal(tax, places),
    total: decimal(total, places),
  };
}

type Sums = { goods: bigint; discount: bigint; tax: bigint; onTop: bigint };

function sumsOf(lines: readonly OrderLine[]): Sums {
  const sums: Sums = { goods: 0n, discount: 0n, tax: 0n, onTop: 0n };
  for (const line of lines) {
    sums.goods += millionths(line.unit_price) * BigInt(line.quantity);
    sums.discount += millionths(line.discount);
    sums.tax += millionths(line.tax);
    if (!line.tax_included) sums.onTop += millionths(line.tax);
  }
  return sums;
}

/** What was there besides the lines (freight, its tax, a voucher) stays as it is. */
export function amended(order: Content, changes: Changes): Content {
  const places = placesOf(order.currency);
  const lines = order.lines
    .map((line) => rescaled(line, changes.quantities[line.line_id] ?? line.quantity, places))
    .filter((line) => line.quantity > 0);
  const [before, after] = [sumsOf(order.lines), sumsOf(lines)];
  const moved = (amount: string, change: bigint) => decimal(millionths(amount) + change, places);
  const discount = after.discount - before.discount;
  const change = after.goods - before.goods - discount + (after.onTop - before.onTop);
  return {
    ...order,
    lines,
    discount: moved(order.discount, discount),
    tax: moved(order.tax, after.tax - before.tax),
    total: moved(order.total, change),
    shipping_address: order.shipping_address
      ? { ...order.shipping_address, ...changes.address }
      : Object.values(changes.address).some(Boolean)
        ? (changes.address as Address)
        : null,
    notes: changes.notes,
  };
}
