/** Ids by which the API knows that two requests mean the same thing. */

/** A new id for something a person wants done once; keep it for every repetition. */
export function newIntent(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
