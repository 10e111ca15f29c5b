import { useTranslation } from "react-i18next";
import type { Finding } from "@/api/problem";

/** Says a finding in the language that is shown; its code where the words were withheld. */
export function useFindingWords(): (finding: Finding) => string {
  const { i18n } = useTranslation();
  const isChinese = i18n.resolvedLanguage === "zh";
  return (finding) => (isChinese ? finding.message_zh : finding.message_en) || finding.code;
}
