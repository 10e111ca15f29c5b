import { api } from "@/api/client";

const NONE: Record<string, string> = {};

/** Everybody's name by person id; it changes rarely, so it is asked for once an hour. */
export function useNames(): Record<string, string> {
  const { data } = api.useQuery("get", "/api/v1/people/names", {}, { staleTime: 3_600_000 });
  return data?.names ?? NONE;
}
