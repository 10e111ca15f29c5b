/** Words for the `?problem=` that a sign-in elsewhere comes back with. */
import type { TFunction } from "i18next";
import i18n from "@/i18n";

export function problemWords(code: string, t: TFunction<"login">): string {
  const key = `problem.${code}`;
  return i18n.exists(key, { ns: "login" })
    ? t(key as "problem.oidc_failed")
    : t("problem.other", { code });
}
