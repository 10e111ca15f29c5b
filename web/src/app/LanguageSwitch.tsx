import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { LANGUAGES, switchLanguage } from "@/i18n";

/** Names the other language in that language, for those who can't read this one. */
export function LanguageSwitch() {
  const { i18n } = useTranslation();
  const other = i18n.resolvedLanguage === "zh" ? "en" : "zh";
  return (
    <Button
      type="text"
      lang={other === "zh" ? "zh-CN" : "en"}
      onClick={() => void switchLanguage(other)}
    >
      {LANGUAGES[other]}
    </Button>
  );
}
