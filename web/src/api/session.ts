/** Signing in and out, and what the signed-in person may do. */
import { queryOptions } from "@tanstack/react-query";
import { setCsrfToken } from "./csrf";
import { ProblemError } from "./problem";
import { SESSION_KEY } from "./query";
import { request, requestJson } from "./request";

export interface RoleGrant {
  role: string;
  /** The group it holds for; empty for all. */
  group: string;
}

export interface PermissionGrant {
  code: string;
  everywhere: boolean;
  groups: string[];
}

export interface Session {
  person_id: string;
  name: string;
  locale: string;
  roles: RoleGrant[];
  permissions: PermissionGrant[];
  csrf_token: string;
  expires_at: string;
  /** Base URL of the Temporal Web UI, empty when there is none. */
  temporal_ui_url: string;
  demo: boolean;
  version: string;
}

export interface DemoPerson {
  person_id: string;
  name: string;
  locale: string;
  roles: RoleGrant[];
}

export interface SignInOptions {
  oidc: { name: string } | null;
  demo_people: DemoPerson[];
}

const BASE = "/api/v1/session";

function kept(session: Session): Session {
  setCsrfToken(session.csrf_token);
  return session;
}

/** Returns null when nobody is signed in. */
async function fetchSession(): Promise<Session | null> {
  try {
    return kept(await requestJson<Session>(BASE));
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) return null;
    throw error;
  }
}

export const sessionQuery = queryOptions({
  queryKey: SESSION_KEY,
  queryFn: fetchSession,
  staleTime: 60_000,
});

export const fetchSignInOptions = () => requestJson<SignInOptions>(`${BASE}/options`);

export async function signIn(person: string, password: string): Promise<Session> {
  return kept(await requestJson<Session>(BASE, "POST", { person, password }));
}

export async function signInAsDemo(person: string): Promise<Session> {
  return kept(await requestJson<Session>(`${BASE}/demo`, "POST", { person }));
}

export async function signOut(): Promise<void> {
  await request(BASE, { method: "DELETE" });
  setCsrfToken("");
}

/** Ends the person's other sessions. */
export async function changePassword(current: string, next: string): Promise<void> {
  await request("/api/v1/me/password", {
    method: "PUT",
    body: JSON.stringify({ current, new: next }),
    headers: { "Content-Type": "application/json" },
  });
}

export const oidcStart = (next: string) => `${BASE}/oidc/start?next=${encodeURIComponent(next)}`;
