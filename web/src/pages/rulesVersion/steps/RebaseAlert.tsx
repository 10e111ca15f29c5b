import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { ProblemAlert } from "@/parts/ProblemAlert";
import type { RuleSetView } from "../model/tables";
import { useRuleWords } from "../model/useRuleWords";
import { useRefreshRules } from "../model/useVersion";

interface RebaseAlertProps {
  ruleSet: RuleSetView;
  inForce: string;
  isDirty: boolean;
  onRead(ruleSet: RuleSetView): void;
}

/** Another version was published since the draft was made: puts the draft on top of it. */
export function RebaseAlert({ ruleSet, inForce, isDirty, onRead }: RebaseAlertProps) {
  const { t } = useTranslation("rules");
  const { title } = useRuleWords();
  const refresh = useRefreshRules();
  const rebase = api.useMutation("post", "/api/v1/rules/{version}/rebase", {
    onSuccess: (saved) => {
      onRead(saved);
      void refresh(saved);
    },
    onError: () => void refresh(),
  });
  const params = {
    path: { version: ruleSet.rule_set_id },
    header: { "if-match": `"${ruleSet.revision}"` },
  };
  const members =
    rebase.error && (asProblem(rebase.error).problem as unknown as { tables?: string[] });
  const both = members?.tables ?? [];
  return (
    <div className="rule-hint">
      <Alert
        type="warning"
        showIcon
        title={t("rebase.title", { base: ruleSet.based_on ?? "–", version: inForce })}
        description={t(isDirty ? "rebase.save_first" : "rebase.advice")}
        action={
          <Button
            loading={rebase.isPending}
            disabled={isDirty}
            onClick={() => rebase.mutate({ params })}
          >
            {t("rebase.rebase")}
          </Button>
        }
      />
      {rebase.error && <ProblemAlert error={rebase.error} />}
      {both.length > 0 && (
        <p>{t("rebase.both", { tables: both.map(title).join(t("word.comma")) })}</p>
      )}
    </div>
  );
}
