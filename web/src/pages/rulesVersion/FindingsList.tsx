import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { CheckCircleFilled } from "@/parts/icons";
import type { RuleFinding } from "./model/findings";
import type { Tables } from "./model/tables";
import { useRuleWords } from "./model/useRuleWords";
import { FindingNote } from "./table/FindingNote";

interface FindingsListProps {
  findings: readonly RuleFinding[];
  tables: Tables;
  /** The tables have changed since they were checked. */
  isStale: boolean;
  onJump(finding: RuleFinding): void;
}

/** Everything a check found; each leads to its cell. */
export function FindingsList({ findings, tables, isStale, onJump }: FindingsListProps) {
  const { t } = useTranslation("rules");
  const { title, rowName, label } = useRuleWords();
  const columnOf = ({ table, column }: RuleFinding) => {
    const kept = tables[table];
    const found = [...(kept?.inputs ?? []), ...(kept?.outputs ?? [])].find(
      (each) => each.name === column,
    );
    return found ? label(found) : column;
  };
  const errors = findings.filter((each) => each.severity === "error").length;
  if (!findings.length) {
    return (
      <Alert
        type="success"
        showIcon
        icon={<CheckCircleFilled />}
        title={t("finding.none")}
        description={isStale ? t("finding.stale") : t("finding.none_advice")}
      />
    );
  }
  return (
    <section className="rule-findings" aria-label={t("finding.title")}>
      <header>
        <strong role="status">
          {t("finding.errors", { count: errors })} ·{" "}
          {t("finding.warnings", { count: findings.length - errors })}
        </strong>
        <span className="muted">{t(isStale ? "finding.stale" : "finding.advice")}</span>
      </header>
      <ul>
        {findings.map((finding) => (
          <li
            key={`${finding.path} ${finding.table} ${finding.row} ${finding.column} ${finding.code}`}
          >
            <button type="button" className="rule-finding-link" onClick={() => onJump(finding)}>
              {[
                finding.table && title(finding.table),
                finding.row && rowName(finding.row),
                finding.column && columnOf(finding),
              ]
                .filter(Boolean)
                .join(" › ") || t("finding.whole")}
            </button>
            <FindingNote finding={finding} table={tables[finding.table]} />
          </li>
        ))}
      </ul>
    </section>
  );
}
