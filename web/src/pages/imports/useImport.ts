/** One import as it goes on: told by the server, and asked for when that connection fails. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "@/api/client";
import type { components } from "@/generated/api";

export type ImportView = components["schemas"]["ImportView"];
export type ImportDetail = components["schemas"]["ImportDetail"];

const ASKED_EVERY_MS = 4_000;

export const hasEnded = (found: { state: ImportView["state"] }): boolean =>
  ["done", "failed", "cancelled"].includes(found.state);

/** Whether nothing more will change: read to the end, and every order taken by the intake. */
const isOver = (found: ImportDetail | undefined): boolean =>
  found !== undefined && hasEnded(found) && !found.report.waiting;

export function useImport(id: string) {
  const queries = useQueryClient();
  const asked = api.queryOptions("get", "/api/v1/imports/{import_id}", {
    params: { path: { import_id: id } },
  });
  const found = useQuery({
    ...asked,
    refetchInterval: ({ state }) => (isOver(state.data) ? false : ASKED_EVERY_MS),
  });
  const isFollowed = found.data !== undefined && !isOver(found.data);
  const key = asked.queryKey;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is made of the id
  useEffect(() => {
    if (!isFollowed) return;
    const source = new EventSource(`/api/v1/imports/${id}/events`);
    const take = (event: MessageEvent<string>) =>
      queries.setQueryData(key, JSON.parse(event.data) as ImportDetail);
    source.addEventListener("progress", take);
    source.addEventListener("end", (event) => {
      take(event);
      source.close();
      void queries.invalidateQueries({ queryKey: ["get", "/api/v1/imports"] });
    });
    return () => source.close();
  }, [id, isFollowed, queries]);
  return found;
}
