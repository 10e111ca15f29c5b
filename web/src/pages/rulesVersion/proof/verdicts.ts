/** What two sets of rules say of one order, and in what they differ, in words. */
import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { formatInstant } from "@/parts/Instant";
import { useRuleWords } from "../model/useRuleWords";

type Verdict = components["schemas"]["VerdictView"];
type Deadline = components["schemas"]["SideView"]["deadline"];

export interface Difference {
  key: string;
  label: string;
  before: string;
  after: string;
}

const ASPECTS = ["confirmation", "signing", "group", "warehouse", "priority"] as const;

export function useVerdictWords() {
  const { t, i18n } = useTranslation("rules");
  const { codeWord } = useRuleWords();

  const said = (verdict: Verdict, aspect: (typeof ASPECTS)[number]): string => {
    if (aspect === "signing") {
      if (!verdict.roles.length) return codeWord(verdict.policy);
      const roles = verdict.roles.map(codeWord).join(" + ");
      const times = verdict.quorum > 1 ? ` ×${verdict.quorum}` : "";
      return `${codeWord(verdict.policy)}: ${roles}${times}`;
    }
    if (aspect === "priority") return String(verdict.priority);
    if (aspect === "confirmation") return codeWord(verdict.confirmation);
    return verdict[aspect] || t("backtest.no_route");
  };

  const due = (deadline: Deadline): string =>
    deadline?.due_at ? formatInstant(deadline.due_at, i18n.language) : t("verdict.no_deadline");

  /** Everything that the second says differently from the first. */
  const differences = (before: Verdict, after: Verdict): Difference[] =>
    ASPECTS.filter((aspect) => said(before, aspect) !== said(after, aspect)).map((aspect) => ({
      key: aspect,
      label: t(`verdict.${aspect}`),
      before: said(before, aspect),
      after: said(after, aspect),
    }));

  const dueDifference = (before: Deadline, after: Deadline): Difference[] =>
    due(before) === due(after)
      ? []
      : [{ key: "deadline", label: t("verdict.deadline"), before: due(before), after: due(after) }];

  return { differences, dueDifference };
}
