/** Which of the queries that were asked may answer differently after a change of orders. */
import type { Query } from "@tanstack/react-query";

/** Answers about many orders. */
const LISTS = ["/api/v1/orders", "/api/v1/tasks", "/api/v1/messages"];

/** Figures over all orders that one change may move; those over days are asked for by the clock. */
const BOARDS = ["/api/v1/dashboard/overview", "/api/v1/dashboard/backlog"];

/** Answers about one order: `/api/v1/orders/{order_id}` and what is below it. */
const ONE_ORDER = "/api/v1/orders/{order_id}";

interface Asked {
  params?: { path?: { order_id?: string } };
}

export function isAffected(query: Query, orders: ReadonlySet<string>): boolean {
  const [, path, asked] = query.queryKey as [unknown, unknown, Asked | undefined];
  if (typeof path !== "string") return false;
  if (path.startsWith(ONE_ORDER)) return orders.has(asked?.params?.path?.order_id ?? "");
  return LISTS.includes(path);
}

export function isBoard({ queryKey: [, path] }: Query): boolean {
  return BOARDS.includes(path as string);
}
