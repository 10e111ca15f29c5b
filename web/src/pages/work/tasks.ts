/** The caller's tasks, page by page, and what each kind asks for. */
import type { ActionName } from "@/actions/names";
import { api } from "@/api/client";
import type { components } from "@/generated/api";

export type Task = components["schemas"]["TaskOfOrder"];

export const KINDS = [
  "confirm",
  "approve",
  "pick_group",
  "prepare",
  "follow_delivery",
  "resolve_hold",
] as const;
export type Kind = (typeof KINDS)[number];

/** What answers a task; the first is the one that moves the order on. */
export const ANSWERS: Record<Kind, ActionName[]> = {
  confirm: ["confirm"],
  approve: ["approve", "reject", "return_to_submitter"],
  pick_group: ["group"],
  prepare: ["ship"],
  follow_delivery: ["deliver"],
  resolve_hold: ["release"],
};

const PAGE = 30;

export const keyOf = (task: Task) => `${task.order_id} ${task.key}`;

export const isKind = (kind: string): kind is Kind => KINDS.includes(kind as Kind);

export function useTasks() {
  const query = api.useInfiniteQuery(
    "get",
    "/api/v1/tasks",
    { params: { query: { limit: PAGE } } },
    { initialPageParam: null, getNextPageParam: (page) => page.next_cursor },
  );
  const found = new Map<string, Task>();
  // A task whose order changes its place between two pages may come twice.
  for (const task of query.data?.pages.flatMap((page) => page.tasks) ?? []) {
    found.set(keyOf(task), task);
  }
  return { tasks: [...found.values()], query };
}
