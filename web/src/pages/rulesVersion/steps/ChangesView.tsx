import { useTranslation } from "react-i18next";
import { EmptyState } from "@/parts/EmptyState";
import { Loading } from "@/parts/Loading";
import { DiffWords } from "../DiffWords";
import { isOpen, type RuleSetView } from "../model/tables";
import { useVersion } from "../model/useVersion";
import { Tip } from "../Tip";

interface ChangesViewProps {
  ruleSet: RuleSetView;
  against: string;
  isDirty: boolean;
}

/** What the version says differently from the one in force, or from the one it was made from. */
export function ChangesView({ ruleSet, against, isDirty }: ChangesViewProps) {
  const { t } = useTranslation("rules");
  const { data: base } = useVersion(against, against !== "");
  if (!against) return <EmptyState title={t("diff.first")} advice={t("diff.first_advice")} />;
  if (!base) return <Loading />;
  const version = base.rule_set_id;
  return (
    <>
      <p className="muted">
        {t(isOpen(ruleSet) ? "diff.against_published" : "diff.against_base", { version })}
      </p>
      {isDirty && <Tip>{t("diff.unsaved")}</Tip>}
      <DiffWords key={ruleSet.revision} version={ruleSet.rule_set_id} against={version} />
    </>
  );
}
