/** Sends an action once per intent, however often it is tapped or tried again. */
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { newIntent } from "@/api/intent";
import { asProblem } from "@/api/problem";
import { request } from "@/api/request";
import type { components } from "@/generated/api";
import { isAffected } from "@/live/affected";
import { type Intent, PATHS } from "./names";

export type ActionAnswer = components["schemas"]["ActionAnswer"];

async function send(intent: Intent, key: string): Promise<ActionAnswer> {
  const path = PATHS[intent.name]
    .replace("{order_id}", encodeURIComponent(intent.orderId))
    .replace("{hold_id}", encodeURIComponent(intent.holdId ?? ""));
  const response = await request(path, {
    method: "POST",
    body: JSON.stringify(intent.body),
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
  });
  return (await response.json()) as ActionAnswer;
}

/** Asks again for all that one order's change may have made old. */
export function refreshOrder(queries: QueryClient, orderId: string): Promise<void> {
  const orders = new Set([orderId]);
  return queries.invalidateQueries({ predicate: (query) => isAffected(query, orders) });
}

/** Whether the action may have been taken although no answer came. */
function isUnknown(error: unknown): boolean {
  const { status } = asProblem(error);
  return status === 0 || status >= 500;
}

interface Attempt {
  said: string;
  key: string;
  flight: Promise<ActionAnswer> | null;
}

/**
 * A mutation whose key stays the same while the same is tried again, and whose refusals refresh
 * what is shown: they mean that the order has changed meanwhile.
 */
export function useAct() {
  const queries = useQueryClient();
  const attempt = useRef<Attempt | null>(null);
  return useMutation<ActionAnswer, Error, Intent>({
    mutationFn: (intent) => {
      const said = JSON.stringify(intent);
      if (attempt.current?.said !== said)
        attempt.current = { said, key: newIntent(), flight: null };
      const mine = attempt.current;
      // The second click of a double click comes before the button is disabled.
      mine.flight ??= send(intent, mine.key).finally(() => {
        mine.flight = null;
      });
      return mine.flight;
    },
    onSettled: (_answer, error, intent) => {
      if (!error || !isUnknown(error)) attempt.current = null;
      void refreshOrder(queries, intent.orderId);
    },
  });
}
