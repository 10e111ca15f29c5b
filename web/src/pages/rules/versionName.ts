/** What a version may be called; see api/schemas/rules.py and api/routes/rules.py. */
const PATTERN = /^[A-Za-z0-9][A-Za-z0-9._*+-]{0,59}$/;
const RESERVED = new Set(["published", "import", "backtests", "shadows", "previews"]);

export function isVersionName(name: string): boolean {
  return PATTERN.test(name) && !RESERVED.has(name);
}

/** A name that nobody has yet, of this month: "2026-11-2". */
export function freeVersion(taken: readonly string[], now = new Date()): string {
  const month = now.toISOString().slice(0, 7);
  let number = 1;
  while (taken.includes(`${month}-${number}`)) number += 1;
  return `${month}-${number}`;
}
