/** Countries, currencies and time zones as choices, named in the language that is shown. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

const COUNTRIES = (
  "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS " +
  "BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE " +
  "EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN " +
  "HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC " +
  "LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ " +
  "NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS " +
  "RU RW SA SB SC SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TL TM TN TO " +
  "TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
).split(" ");

export interface Choice {
  value: string;
  label: string;
}

function named(codes: readonly string[], type: "region" | "currency", language: string): Choice[] {
  const names = new Intl.DisplayNames(language, { type });
  return codes.map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }));
}

function useNamed(codes: readonly string[], type: "region" | "currency"): Choice[] {
  const { i18n } = useTranslation();
  return useMemo(() => named(codes, type, i18n.language), [codes, type, i18n.language]);
}

const CURRENCIES = Intl.supportedValuesOf("currency");

export const useCountries = () => useNamed(COUNTRIES, "region");
export const useCurrencies = () => useNamed(CURRENCIES, "currency");

const NAMED_ZONES = Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC");
export const TIME_ZONES: Choice[] = ["UTC", ...NAMED_ZONES].map((zone) => ({
  value: zone,
  label: zone.replaceAll("_", " "),
}));

export const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** For `showSearch`: finds a code, a name or a part of either. */
export function isLike(typed: string, option?: { label?: unknown; value?: unknown }): boolean {
  const text = `${option?.value} ${option?.label}`.toLowerCase();
  return text.includes(typed.trim().toLowerCase());
}
