/** The filters of the list, which live in the address, and what they ask of the API. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import type { paths } from "@/generated/api";

export type OrderQuery = NonNullable<paths["/api/v1/orders"]["get"]["parameters"]["query"]>;

export const FILTERS = [
  "q",
  "stage",
  "group",
  "channel",
  "shop",
  "country",
  "flag",
  "reason",
  "assignee",
  "owner",
  "open",
  "placed_from",
  "placed_to",
  "sort",
] as const;
export type Filter = (typeof FILTERS)[number];

/** What the address says; days are written as 2026-11-03, in the viewer's zone. */
export type Filters = Partial<Record<Filter, string>>;

export function useFilters() {
  const [search, setSearch] = useSearchParams();
  const filters = useMemo<Filters>(() => {
    const found: Filters = {};
    // An empty group is a filter too: orders that have none yet.
    for (const name of FILTERS) if (search.has(name)) found[name] = search.get(name) ?? "";
    return found;
  }, [search]);

  const change = useCallback(
    (changes: Filters) => {
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value === undefined) next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: true, preventScrollReset: true },
      );
    },
    [setSearch],
  );
  const reset = useCallback(() => setSearch({}, { replace: true }), [setSearch]);
  return { filters, change, reset };
}

/** The beginning of a day in the viewer's zone, `later` days on; undefined for what is no day. */
function instantOf(day: string | undefined, later = 0): string | undefined {
  if (!day) return undefined;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return Number.isNaN(Date.parse(day)) ? undefined : day;
  const moment = new Date(`${day}T00:00:00`);
  moment.setDate(moment.getDate() + later);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

/** The same as the API asks it. `placed_to` is a whole day, so it ends where the next begins. */
export function queryOf(filters: Filters): OrderQuery {
  const { open, placed_from, placed_to, ...rest } = filters;
  const asked: Record<string, unknown> = {
    ...rest,
    open: open === undefined ? undefined : open === "true",
    placed_from: instantOf(placed_from),
    placed_to: instantOf(placed_to, 1),
  };
  const isKept = ([name, value]: [string, unknown]) =>
    value !== undefined && (value !== "" || name === "group");
  return Object.fromEntries(Object.entries(asked).filter(isKept)) as OrderQuery;
}

/** How many conditions narrow the list, beside the words and the order. */
export function countOf(filters: Filters): number {
  return Object.keys(filters).filter((name) => name !== "q" && name !== "sort").length;
}
