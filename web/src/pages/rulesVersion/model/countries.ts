/** The countries of the world (ISO 3166-1 alpha-2) as the browser knows them. */
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
/** Regions that have a code of this form and are no country. */
const NO_COUNTRY = new Set("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split(" "));

function isCountry(code: string, names: Intl.DisplayNames): boolean {
  if (NO_COUNTRY.has(code) || !names.of(code)) return false;
  return new Intl.Locale(`und-${code}`).region === code;
}

/** The name, or the code where it has none. */
export function countryName(code: string, language: string): string {
  try {
    return new Intl.DisplayNames(language, { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}

export function countryOptions(language: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
  return LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
    .filter((code) => isCountry(code, names))
    .map((code) => ({ value: code, label: `${names.of(code)} (${code})` }))
    .sort((a, b) => a.label.localeCompare(b.label, language));
}
