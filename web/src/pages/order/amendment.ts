/** The content that an order has after a change: amounts follow the quantities. */

import type { OrderDetail, OrderLine } from "@/actions/detail";
import {
  add,
  count,
  type Decimal,
  divide,
  multiply,
  placesOf,
  read,
  subtract,
  sum,
  write,
} from "@/parts/decimal";

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
  const share = (amount: string) =>
    divide(multiply(read(amount), count(quantity)), count(line.quantity), places);
  const [discount, tax] = [share(line.discount), share(line.tax)];
  const goods = multiply(read(line.unit_price), count(quantity));
  const net = subtract(goods, discount);
  return {
    ...line,
    quantity,
    discount: write(discount, places),
    tax: write(tax, places),
    total: write(line.tax_included ? net : add(net, tax), places),
  };
}

function sumsOf(lines: readonly OrderLine[]) {
  const onTop = lines.filter((line) => !line.tax_included);
  return {
    goods: sum(lines.map((line) => multiply(read(line.unit_price), count(line.quantity)))),
    discount: sum(lines.map((line) => read(line.discount))),
    tax: sum(lines.map((line) => read(line.tax))),
    onTop: sum(onTop.map((line) => read(line.tax))),
  };
}

/** What was there besides the lines (freight, its tax, a voucher) stays as it is. */
export function amended(order: Content, changes: Changes): Content {
  const places = placesOf(order.currency);
  const lines = order.lines
    .map((line) => rescaled(line, changes.quantities[line.line_id] ?? line.quantity, places))
    .filter((line) => line.quantity > 0);
  const [before, after] = [sumsOf(order.lines), sumsOf(lines)];
  const moved = (amount: string, by: Decimal) => write(add(read(amount), by), places);
  const discount = subtract(after.discount, before.discount);
  const goods = subtract(after.goods, before.goods);
  const change = add(subtract(goods, discount), subtract(after.onTop, before.onTop));
  return {
    ...order,
    lines,
    discount: moved(order.discount, discount),
    tax: moved(order.tax, subtract(after.tax, before.tax)),
    total: moved(order.total, change),
    shipping_address: order.shipping_address
      ? { ...order.shipping_address, ...changes.address }
      : Object.values(changes.address).some(Boolean)
        ? (changes.address as Address)
        : null,
    notes: changes.notes,
  };
}
