/** What is searched for, kept in the address. */
import { useSearchParams } from "react-router";

const NAMES = ["actor", "action", "subject", "since", "until"] as const;

export type Filter = Record<(typeof NAMES)[number], string>;

export function useFilter(): [Filter, (change: Partial<Filter>) => void] {
  const [search, setSearch] = useSearchParams();
  const filter = Object.fromEntries(NAMES.map((name) => [name, search.get(name) ?? ""])) as Filter;
  const change = (part: Partial<Filter>) => {
    const next = { ...filter, ...part };
    setSearch(Object.fromEntries(Object.entries(next).filter(([, value]) => value)));
  };
  return [filter, change];
}
