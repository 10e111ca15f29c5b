/** The state of the form: the draft, what the API says of it, and sending it. */
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useMemo, useState } from "react";
import { client } from "@/api/client";
import type { Finding } from "@/api/problem";
import { type Draft, forget, newDraft, store, storedDraft } from "./draft";
import { orderOf, type Submitted, type Sums, sumsOf } from "./order";

const PAUSE_MS = 400;

/** The value as it was when it last rested. */
export function useRested<T>(value: T, pause = PAUSE_MS): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), pause);
    return () => clearTimeout(timer);
  }, [value, pause]);
  return rested;
}

async function check(order: Record<string, unknown>, signal: AbortSignal): Promise<Finding[]> {
  const { data } = await client.POST("/api/v1/validations", { body: order, signal });
  return data?.findings ?? [];
}

async function submit(draft: Draft): Promise<Finding[]> {
  const order = orderOf(draft, sumsOf(draft)) as unknown as Submitted;
  const { data } = await client.POST("/api/v1/orders", {
    params: { header: { "idempotency-key": draft.intent } },
    body: order,
  });
  return data?.findings ?? [];
}

/** What a path such as `lines[0].sku` or `customer.name` holds. */
function valueAt(draft: Draft, path: string): unknown {
  const steps = path.replaceAll(/\[(\d+)\]/g, ".$1").split(".");
  return steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | null)?.[step], draft);
}

export interface NewOrder {
  draft: Draft;
  sums: Sums;
  isChecking: boolean;
  checkError: Error | null;
  /** Everything the API finds now. */
  findings: Finding[];
  /** What to show beside a field: nothing before somebody has been there. */
  shownAt(path: string): Finding[];
  change(change: Partial<Draft>): void;
  visit(path: string): void;
  send: {
    isPending: boolean;
    error: Error | null;
    /** The order that was taken in. */
    sent: Draft | null;
    warnings: Finding[];
    run(): void;
  };
  startAgain(): void;
  hasTried: boolean;
}

export function useNewOrderState(): NewOrder {
  const [draft, setDraft] = useState(storedDraft);
  const [visited, setVisited] = useState<ReadonlySet<string>>(new Set());
  const [hasTried, setHasTried] = useState(false);
  const sums = useMemo(() => sumsOf(draft), [draft]);
  const rested = useRested(draft);
  const order = useMemo(() => orderOf(rested, sumsOf(rested)), [rested]);
  const checked = useQuery({
    queryKey: ["validation", order],
    queryFn: ({ signal }) => check(order, signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const sending = useMutation({
    mutationFn: submit,
    onSuccess: forget,
    onError: () => setHasTried(true),
  });
  const findings = checked.data ?? [];

  const keep = (next: Draft) => {
    setDraft(next);
    store(next);
  };
  return {
    draft,
    sums,
    isChecking: checked.isFetching || rested !== draft,
    checkError: checked.error,
    findings,
    shownAt(path) {
      const isShown = hasTried || visited.has(path) || Boolean(valueAt(draft, path));
      return isShown ? findings.filter((finding) => finding.field === path) : [];
    },
    change: (change) => keep({ ...draft, ...change }),
    visit: (path) =>
      setVisited((before) => (before.has(path) ? before : new Set(before).add(path))),
    send: {
      isPending: sending.isPending,
      error: sending.error,
      sent: sending.isSuccess ? sending.variables : null,
      warnings: sending.data ?? [],
      run() {
        if (sending.isPending) return;
        setHasTried(true);
        const next = { ...draft, placed_at: draft.placed_at ?? new Date().toISOString() };
        keep(next);
        sending.mutate(next);
      },
    },
    startAgain() {
      forget();
      sending.reset();
      setHasTried(false);
      setVisited(new Set());
      setDraft(newDraft(draft));
    },
    hasTried,
  };
}

const Current = createContext<NewOrder | null>(null);
export const NewOrderProvider = Current.Provider;

export function useNewOrder(): NewOrder {
  const current = useContext(Current);
  if (!current) throw new Error("useNewOrder outside of the form");
  return current;
}
