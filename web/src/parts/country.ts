import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";

/** Names a country by its ISO 3166 code; the code itself where it is none. */
export function useCountryName(): (code: string) => string {
  const { i18n } = useTranslation();
  const names = useMemo(
    () => new Intl.DisplayNames(i18n.language, { type: "region" }),
    [i18n.language],
  );
  return useCallback(
    (code) => (/^[A-Z]{2}$/.test(code) ? (names.of(code) ?? code) : code || "—"),
    [names],
  );
}
