/** Whole seconds as a number of the largest unit that divides them. */
export const UNITS = { d: 86_400, h: 3_600, min: 60, s: 1 } as const;
export type Unit = keyof typeof UNITS;
export const UNIT_NAMES = Object.keys(UNITS) as Unit[];

export function unitOf(seconds: number): Unit {
  if (seconds === 0) return "min";
  return UNIT_NAMES.find((unit) => seconds % UNITS[unit] === 0) ?? "s";
}

/** Every unit that is not zero: 5400 gives [[1, "h"], [30, "min"]]. */
export function durationParts(seconds: number): [number, Unit][] {
  let left = seconds;
  const parts: [number, Unit][] = [];
  for (const unit of UNIT_NAMES) {
    const count = Math.floor(left / UNITS[unit]);
    left -= count * UNITS[unit];
    if (count) parts.push([count, unit]);
  }
  return parts.length ? parts : [[0, "min"]];
}
