/** Who is signed in, for every component. */
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { asProblem } from "@/api/problem";
import { SESSION_KEY } from "@/api/query";
import { type Session, sessionQuery, signOut } from "@/api/session";
import { Loading } from "@/parts/Loading";
import { ProblemAlert } from "@/parts/ProblemAlert";
import type { PermissionCode } from "./permissions";

interface SessionState {
  session: Session | null;
  isLoading: boolean;
  error: Error | null;
  /** Whether the person may do this, for this group's orders if one is named. */
  can(permission: PermissionCode, group?: string): boolean;
  retry(): void;
  signedIn(session: Session): void;
  logOut(): Promise<void>;
}

const Current = createContext<SessionState | null>(null);

function allows(session: Session | null, permission: string, group?: string): boolean {
  const grant = session?.permissions.find((each) => each.code === permission);
  if (!grant) return false;
  if (grant.everywhere) return true;
  return group === undefined ? grant.groups.length > 0 : grant.groups.includes(group);
}

/** Forgets what was read for one person before another is there. */
function changeTo(queries: QueryClient, next: Session | null): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
  queries.setQueryData(SESSION_KEY, next);
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const { data, isPending, error, refetch } = useQuery(sessionQuery);
  const session = data ?? null;
  const value = useMemo<SessionState>(
    () => ({
      session,
      isLoading: isPending,
      error: session ? null : error,
      can: (permission, group) => allows(session, permission, group),
      retry: () => void refetch(),
      signedIn(next) {
        changeTo(queries, next);
      },
      async logOut() {
        await signOut();
        changeTo(queries, null);
      },
    }),
    [session, isPending, error, refetch, queries],
  );
  return <Current value={value}>{children}</Current>;
}

export function useSessionState(): SessionState {
  const current = useContext(Current);
  if (!current) throw new Error("useSessionState outside of SessionProvider");
  return current;
}

/** The session below RequireSession, where there is one. */
export function useSession(): SessionState & { session: Session } {
  const state = useSessionState();
  if (!state.session) throw new Error("useSession where nobody is signed in");
  return state as SessionState & { session: Session };
}

/** Shows its routes to those signed in, and the sign-in page to others. */
export function RequireSession() {
  const { session, isLoading, error, retry } = useSessionState();
  const { pathname, search } = useLocation();
  if (isLoading) return <Loading rows={8} />;
  if (error) return <ProblemAlert error={asProblem(error)} onRetry={retry} />;
  if (session) return <Outlet />;
  const next = pathname === "/" ? "" : `?next=${encodeURIComponent(pathname + search)}`;
  return <Navigate to={`/login${next}`} replace />;
}
