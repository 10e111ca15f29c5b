import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { useRuleWords } from "../model/useRuleWords";
import { useNames } from "../model/useVersion";
import { DifferenceWords } from "./DifferenceWords";
import { type Difference, useVerdictWords } from "./verdicts";

type Answer = components["schemas"]["CounterfactualView"];
type Side = components["schemas"]["SideView"];

/** What would be otherwise for the order, in words. */
export function WhatIfAnswer({ answer }: { answer: Answer }) {
  const { t } = useTranslation("rules");
  const { differences, dueDifference } = useVerdictWords();
  const { title } = useRuleWords();
  const { before, after } = answer;
  const found = [
    ...differences(before.verdict, after.verdict),
    ...usePeopleDifference(before, after),
    ...useLimitDifferences(before, after),
    ...dueDifference(before.deadline, after.deadline),
  ];
  if (!found.length) {
    return <Alert type="success" showIcon title={t("whatif.same")} />;
  }
  return (
    <section className="rule-answer" aria-live="polite">
      <strong>
        {answer.tables.length
          ? t("whatif.differs", { tables: answer.tables.map(title).join(t("word.comma")) })
          : t("whatif.differs_otherwise")}
      </strong>
      <DifferenceWords differences={found} />
    </section>
  );
}

function usePeopleDifference(before: Side, after: Side): Difference[] {
  const { t } = useTranslation(["rules", "common"]);
  const { codeWord } = useRuleWords();
  const nameOf = useNames();
  const said = (side: Side) =>
    Object.entries(side.people)
      .map(
        ([role, people]) => `${codeWord(role)}: ${people.map((id) => nameOf(id) ?? id).join(", ")}`,
      )
      .join("; ") || t("common:person.nobody");
  if (said(before) === said(after)) return [];
  return [{ key: "people", label: t("verdict.people"), before: said(before), after: said(after) }];
}

function useLimitDifferences(before: Side, after: Side): Difference[] {
  const { t } = useTranslation("rules");
  const { codeWord, duration } = useRuleWords();
  const said = (limit: number | null | undefined) =>
    limit === null || limit === undefined ? t("verdict.no_limit") : duration(limit);
  return Object.keys({ ...before.limits, ...after.limits })
    .filter((stage) => said(before.limits[stage]) !== said(after.limits[stage]))
    .map((stage) => ({
      key: `limit ${stage}`,
      label: t("verdict.limit", { stage: codeWord(stage) }),
      before: said(before.limits[stage]),
      after: said(after.limits[stage]),
    }));
}
