/** Exact sums of decimal strings; a float would lose cents. */

const PLACES = 6;

/** A decimal string in millionths. */
export function millionths(text: string): bigint {
  const [, sign = "", whole = "0", part = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text.trim()) ?? [];
  const value = BigInt(whole + part.padEnd(PLACES, "0").slice(0, PLACES));
  return sign ? -value : value;
}

/** Millionths as a decimal string with at least `places` places. */
export function decimal(value: bigint, places = 2): string {
  const digits = (value < 0n ? -value : value).toString().padStart(PLACES + 1, "0");
  const part = digits.slice(-PLACES).replace(/0+$/, "").padEnd(places, "0");
  const whole = digits.slice(0, -PLACES);
  return `${value < 0n ? "-" : ""}${whole}${part && `.${part}`}`;
}

/** `value * part / whole`, half up to the places of the currency. */
export function share(value: bigint, part: number, whole: number, places: number): bigint {
  const unit = 10n ** BigInt(PLACES - places);
  const top = value * BigInt(part) * 2n + BigInt(whole) * unit;
  return (top / (BigInt(whole) * unit * 2n)) * unit;
}

/** How many places the currency has: 2 for EUR, 0 for JPY. */
export function placesOf(currency: string): number {
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat("en", {
    style: "currency",
    currency,
  }).resolvedOptions();
  return Math.min(maximumFractionDigits, PLACES);
}
