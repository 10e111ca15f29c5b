import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { api } from "@/api/client";
import { useSession } from "@/app/session";
import type { RuleSetView } from "./tables";

export function useVersion(version: string, enabled = true) {
  const params = { params: { path: { version } } };
  return api.useQuery("get", "/api/v1/rules/{version}", params, { enabled });
}

/** Everything about rules is asked for again, and a version that was just answered is kept. */
export function useRefreshRules() {
  const queries = useQueryClient();
  return useCallback(
    (saved?: RuleSetView) => {
      if (saved) {
        const params = { params: { path: { version: saved.rule_set_id } } };
        const { queryKey } = api.queryOptions("get", "/api/v1/rules/{version}", params);
        queries.setQueryData(queryKey, saved);
      }
      return queries.invalidateQueries({
        predicate: ({ queryKey }) => String(queryKey[1]).startsWith("/api/v1/rules"),
      });
    },
    [queries],
  );
}

/** Names of people by their ids, as far as the reader may see them. */
export function useNames(): (person: string | null | undefined) => string | undefined {
  const { can } = useSession();
  const { data } = api.useQuery(
    "get",
    "/api/v1/people",
    {},
    { enabled: can("people.read"), staleTime: 300_000 },
  );
  return (person) => data?.people.find((each) => each.person_id === person)?.name;
}

/** Who could publish a draft: people at work who may, and have not edited it. */
export function usePublishers(editors: readonly string[]): string[] {
  const { can } = useSession();
  const { data } = api.useQuery(
    "get",
    "/api/v1/people",
    {},
    { enabled: can("people.read"), staleTime: 300_000 },
  );
  const mayPublish = new Set(["rules_editor", "administrator"]);
  return (data?.people ?? [])
    .filter(
      (person) =>
        person.active &&
        !editors.includes(person.person_id) &&
        person.roles.some(({ role, group }) => mayPublish.has(role) && !group),
    )
    .map((person) => person.name);
}
