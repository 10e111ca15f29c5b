import { useMemo, useState } from "react";
import { calledOf } from "@/actions/detail";
import type { components } from "@/generated/api";
import { keyOf, type Task } from "./tasks";

type Verdict = components["schemas"]["Verdict"];
type ShownOrder = components["schemas"]["ShownOrder"];

/** Decisions to be taken at once: on picked rows, or on all that is pending in a group. */
export interface Batch {
  verdict: Verdict;
  orders: ShownOrder[] | null;
  group: string | null;
  /** How many picked orders each group has. */
  perGroup: Map<string, number>;
  /** What the orders that were on the page are called. */
  called: ReadonlyMap<string, string>;
}

export interface Picks {
  count: number;
  groups: Map<string, number>;
  has(task: Task): boolean;
  toggle(task: Task, contentHash: string): void;
  clear(): void;
  batch: Batch | null;
  decidePicked(verdict: Verdict): void;
  decideGroup(group: string, verdict: Verdict): void;
  closeBatch(): void;
}

function perGroup(tasks: readonly Task[]): Map<string, number> {
  const orders = new Map(tasks.map((task) => [task.order_id, task.group]));
  const found = new Map<string, number>();
  for (const group of orders.values()) found.set(group, (found.get(group) ?? 0) + 1);
  return found;
}

/** Which approvals are picked, each with the content that was shown when it was. */
export function usePicks(tasks: readonly Task[]): Picks {
  const [hashes, setHashes] = useState<ReadonlyMap<string, string>>(new Map());
  const [batch, setBatch] = useState<Batch | null>(null);
  const approvals = useMemo(() => tasks.filter((task) => task.kind === "approve"), [tasks]);
  const called = new Map(tasks.map((task) => [task.order_id, calledOf(task)]));
  // What somebody else has answered meanwhile is picked no more.
  const picked = approvals.filter((task) => hashes.has(keyOf(task)));

  return {
    count: new Set(picked.map((task) => task.order_id)).size,
    groups: perGroup(approvals),
    has: (task) => hashes.has(keyOf(task)),
    toggle(task, contentHash) {
      const next = new Map(hashes);
      if (!next.delete(keyOf(task))) next.set(keyOf(task), contentHash);
      setHashes(next);
    },
    clear: () => setHashes(new Map()),
    batch,
    decidePicked(verdict) {
      const chosen = new Map(picked.map((task) => [task.order_id, hashes.get(keyOf(task)) ?? ""]));
      const orders = [...chosen].map(([order_id, content_hash]) => ({ order_id, content_hash }));
      setBatch({ verdict, orders, group: null, perGroup: perGroup(picked), called });
    },
    decideGroup: (group, verdict) =>
      setBatch({ verdict, orders: null, group, perGroup: new Map(), called }),
    closeBatch() {
      setBatch(null);
      setHashes(new Map());
    },
  };
}
