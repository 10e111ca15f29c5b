/** Which messages are shown, kept in the address. */
import { useSearchParams } from "react-router";
import type { Message } from "./MessageState";

export const STATES: Message["state"][] = [
  "pending",
  "waiting",
  "sent",
  "failed",
  "dead",
  "obsolete",
];

export interface Filter {
  /** Everybody's instead of one's own. */
  isAll: boolean;
  state: Message["state"] | "";
  order: string;
}

export function useFilter(): [Filter, (change: Partial<Filter>) => void] {
  const [search, setSearch] = useSearchParams();
  const state = STATES.find((each) => each === search.get("state")) ?? "";
  const order = search.get("order") ?? "";
  const filter: Filter = { isAll: search.get("of") === "all", state, order };
  const change = (part: Partial<Filter>) => {
    const next = { ...filter, ...part };
    setSearch({
      ...(next.isAll && { of: "all" }),
      ...(next.state && { state: next.state }),
      ...(next.order && { order: next.order }),
    });
  };
  return [filter, change];
}
