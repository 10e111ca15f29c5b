/** Words for codes that come from the API, of which a newer server may have more than we know. */
import { useTranslation } from "react-i18next";
import i18n from "./index";

/** The word of `key.code` ("stage.in_review", "rules:operator.gt"), the code itself if there is none. */
export function codeWord(key: string, code: string): string {
  const full = `${key}.${code}`;
  return i18n.exists(full) ? i18n.t(full as never) : code;
}

/** The same for components: they are drawn anew when the language changes. */
export function useCodeWord(): typeof codeWord {
  useTranslation();
  return codeWord;
}
