import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";

type Both = components["schemas"]["Both"];

/** Picks the sentence in the language that is shown. */
export function useBoth(): (both: Both) => string {
  const { i18n } = useTranslation();
  const isChinese = i18n.resolvedLanguage === "zh";
  return (both) => (isChinese ? both.zh : both.en);
}
