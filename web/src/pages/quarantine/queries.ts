/** Messages in quarantine, and what is read again when one was dealt with. */
import { useQueryClient } from "@tanstack/react-query";
import type { components } from "@/generated/api";

export type Entry = components["schemas"]["QuarantineEntry"];
export type EntryDetail = components["schemas"]["QuarantineDetail"];

/** Reads the quarantine again, after a change of one's own or of a colleague. */
export function useReadAgain(): () => Promise<void> {
  const queries = useQueryClient();
  return () =>
    queries.invalidateQueries({
      predicate: ({ queryKey }) => String(queryKey[1]).startsWith("/api/v1/quarantine"),
    });
}
