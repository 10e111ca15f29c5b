/** Addresses of the lists behind the figures, and the group in the board's own address. */
import type { GroupChoice } from "./queries";

/** How the board's address says "no group yet"; the list says it with an empty value. */
export const NO_GROUP = "none";

interface Filters {
  group?: GroupChoice;
  stage?: string;
  flag?: "red" | "escalated" | "late" | "held";
  reason?: string;
  assignee?: string;
  sort?: "urgent" | "oldest";
}

/** The list of open orders with these filters. */
export function ordersLink({ group, ...filters }: Filters): string {
  const query = new URLSearchParams({ open: "true" });
  if (group !== undefined) query.set("group", group);
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value);
  return `/orders?${query}`;
}

export function groupOf(search: URLSearchParams): GroupChoice {
  const group = search.get("group");
  return group === NO_GROUP ? "" : (group ?? undefined);
}

export function groupQuery(group: GroupChoice): string {
  return group === undefined ? "" : `?${new URLSearchParams({ group: group || NO_GROUP })}`;
}
