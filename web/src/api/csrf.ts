/** The session's CSRF token, which every unsafe request carries beside the cookie. */
let token = "";

export function setCsrfToken(next: string): void {
  token = next;
}

export function csrfHeaders(method: string): Record<string, string> {
  const isSafe = ["GET", "HEAD", "OPTIONS"].includes(method.toUpperCase());
  return isSafe || !token ? {} : { "X-CSRF-Token": token };
}
