/** A plain request with the same headers and errors as the client, for what it can't describe. */
import { csrfHeaders } from "./csrf";
import { problemOf } from "./problem";

export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const method = init.method ?? "GET";
  const headers = { "Accept-Language": "en", ...csrfHeaders(method), ...init.headers };
  const response = await fetch(path, { ...init, method, headers, credentials: "same-origin" });
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function requestJson<T>(path: string, method = "GET", body?: unknown): Promise<T> {
  const init: RequestInit = { method };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  return (await (await request(path, init)).json()) as T;
}

/** Fetches a file (a workbook) and hands it to the browser under the name the server gave. */
export async function download(path: string, fallbackName: string): Promise<void> {
  const response = await request(path);
  const named = /filename="?([^";]+)"?/.exec(response.headers.get("content-disposition") ?? "");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = named?.[1] ?? fallbackName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
