/** People, groups and absences, and what is read again when one of them changed. */
import { useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { components } from "@/generated/api";

export type Person = components["schemas"]["PersonView"];
export type Absence = components["schemas"]["AbsenceView"];
export type Group = components["schemas"]["api__schemas__people__GroupView"];

export const usePeople = (everybody: boolean) =>
  api.useQuery("get", "/api/v1/people", { params: { query: { everybody } } });

export const useGroups = () => api.useQuery("get", "/api/v1/groups");

const AFFECTED = ["/api/v1/people", "/api/v1/groups", "/api/v1/absences"];

export function useReadAgain(): () => Promise<void> {
  const queries = useQueryClient();
  return () =>
    queries.invalidateQueries({
      predicate: ({ queryKey }) => AFFECTED.some((path) => String(queryKey[1]).startsWith(path)),
    });
}
