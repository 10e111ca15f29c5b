/** Exact arithmetic on decimal strings; money never passes through a float. */

export interface Decimal {
  digits: bigint;
  scale: number;
}

const FORM = /^\d{1,15}(\.\d{1,6})?$/;
export const ZERO: Decimal = { digits: 0n, scale: 0 };

/** Reads an amount as a person types it: no sign, and no more places than the API takes. */
export function parse(text: string): Decimal | null {
  const trimmed = text.trim();
  return FORM.test(trimmed) ? read(trimmed) : null;
}

/** Reads a decimal string of the API; throws on anything else. */
export function read(text: string): Decimal {
  const [whole = "", part = ""] = text.split(".");
  return { digits: BigInt(whole + part), scale: part.length };
}

/** A whole number. */
export const count = (pieces: number): Decimal => ({ digits: BigInt(pieces), scale: 0 });

/** How many places the currency has: 2 for EUR, 0 for JPY; 2 for one that is not known. */
export function placesOf(currency: string): number {
  try {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

function scaled({ digits, scale }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - scale);
}

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { digits: scaled(a, scale) + scaled(b, scale), scale };
}

export const negate = (a: Decimal): Decimal => ({ digits: -a.digits, scale: a.scale });
export const subtract = (a: Decimal, b: Decimal): Decimal => add(a, negate(b));
export const sum = (all: readonly Decimal[]): Decimal => all.reduce(add, ZERO);

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, scale: a.scale + b.scale };
}

/** Divides and rounds half away from zero to so many places. */
export function divide(a: Decimal, b: Decimal, places: number): Decimal {
  const top = a.digits * 10n ** BigInt(places + b.scale + 1);
  const quotient = top / (b.digits * 10n ** BigInt(a.scale));
  return round({ digits: quotient, scale: places + 1 }, places);
}

export function round(a: Decimal, places: number): Decimal {
  if (a.scale <= places) return a;
  const unit = 10n ** BigInt(a.scale - places);
  const half = a.digits < 0n ? -unit / 2n : unit / 2n;
  return { digits: (a.digits + half) / unit, scale: places };
}

/** Writes at least so many places, and further ones only as far as they say something. */
export function write(a: Decimal, places = 0): string {
  const scale = Math.max(a.scale, places);
  const digits = scaled(a, scale);
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0");
  const whole = text.slice(0, text.length - scale);
  const part = text
    .slice(text.length - scale)
    .replace(/0+$/, "")
    .padEnd(places, "0");
  return `${digits < 0n ? "-" : ""}${whole}${part && `.${part}`}`;
}
