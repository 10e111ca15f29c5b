/** The cache of what was read from the API. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ProblemError } from "./problem";

export const SESSION_KEY = ["session"] as const;

/** A session that ended elsewhere shows the sign-in page wherever that comes to light. */
function noticeEnd(error: Error): void {
  if (!(error instanceof ProblemError)) return;
  if (error.status === 401) queryClient.setQueryData(SESSION_KEY, null);
  if (error.code === "csrf") void queryClient.invalidateQueries({ queryKey: SESSION_KEY });
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeEnd }),
  mutationCache: new MutationCache({ onError: noticeEnd }),
  defaultOptions: {
    queries: {
      // Live changes say when to look again; coming back to the tab does so too.
      staleTime: 10_000,
      retry: (failures, error) =>
        failures < 2 && !(error instanceof ProblemError && error.status < 500),
    },
  },
});
