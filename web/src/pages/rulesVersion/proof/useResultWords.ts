import { useTranslation } from "react-i18next";
import { useRuleWords } from "../model/useRuleWords";

const SIGNING = /^([a-z_]+)\(([^)]*)\)(×\d+)?$/;

/** What a backtest calls tiers, signatures and endings, in words. */
export function useResultWords() {
  const { t } = useTranslation("rules");
  const { codeWord } = useRuleWords();
  /** "countersign(finance+ops_director)×2" as a policy and its roles. */
  const signing = (text: string): string => {
    const found = SIGNING.exec(text);
    if (!found) return codeWord(text);
    const roles = (found[2] ?? "").split("+").map(codeWord).join(" + ");
    return `${codeWord(found[1] ?? "")}: ${roles}${found[3] ?? ""}`;
  };
  const answer = (table: string, text: string): string => {
    if (table === "signing" || table === "approval") return signing(text);
    if (table === "routing") return text === "-" ? t("backtest.no_route") : text;
    if (table === "priority") return t("backtest.priority", { priority: text });
    return codeWord(text);
  };
  const roles = (text: string) => text.split("|").map(codeWord).join(" / ");
  const ending = (name: string, reason: string) => {
    const known = ["open", "completed", "returned", "closed_abnormally"].find((e) => e === name);
    const said = known ? t(`ending.${known as "open"}`) : name;
    return reason ? `${said} · ${codeWord(reason)}` : said;
  };
  return { answer, roles, ending, tier: codeWord };
}
