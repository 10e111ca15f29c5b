/** One order as the API shows it, and what its pieces come to. */
import { api } from "@/api/client";
import type { components } from "@/generated/api";

export type OrderDetail = components["schemas"]["OrderDetail"];
export type OrderLine = components["schemas"]["Line"];
export type Hold = components["schemas"]["HoldView"];

export function useOrder(orderId: string, enabled = true) {
  return api.useQuery(
    "get",
    "/api/v1/orders/{order_id}",
    { params: { path: { order_id: orderId } } },
    { enabled },
  );
}

export interface OpenLine {
  line: OrderLine;
  left: number;
}

/** The lines with the pieces that have not left the warehouse; none without the content. */
export function openLines(order: OrderDetail): OpenLine[] {
  const sent = new Map<string, number>();
  for (const { line_id, quantity } of order.parcels.flatMap((parcel) => parcel.lines)) {
    sent.set(line_id, (sent.get(line_id) ?? 0) + quantity);
  }
  return (order.content?.order.lines ?? []).map((line) => ({
    line,
    left: Math.max(0, line.quantity - (sent.get(line.line_id) ?? 0)),
  }));
}

/** What an order is called: its number, else the id that its channel gave it. */
export function calledOf(order: { number: string; external_id: string }): string {
  return order.number || order.external_id;
}
