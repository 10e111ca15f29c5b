import { useTranslation } from "react-i18next";
import { CloseCircleFilled, WarningFilled } from "@/parts/icons";
import type { RuleFinding } from "../model/findings";
import type { Column, Output, Table } from "../model/tables";
import { useRuleWords } from "../model/useRuleWords";

/** An error or a warning as a sign. */
export function SeverityIcon({ severity }: { severity: "error" | "warning" }) {
  const { t } = useTranslation("rules");
  const Icon = severity === "error" ? CloseCircleFilled : WarningFilled;
  return (
    <Icon
      className="rule-severity"
      data-severity={severity}
      aria-label={t(`finding.${severity}`)}
    />
  );
}

const said = (value: unknown) => JSON.stringify(value ?? null);

interface FindingNoteProps {
  finding: RuleFinding;
  /** The table it is about, for the names of its columns. */
  table: Table | undefined;
}

/** What is wrong in words, with the order that shows it and what the rows make of that. */
export function FindingNote({ finding, table }: FindingNoteProps) {
  const { t } = useTranslation("rules");
  const { language, rowName } = useRuleWords();
  const [first, ...others] = finding.answers;
  const isOneOrder = others.every((each) => said(each.inputs) === said(first?.inputs));
  const example = isOneOrder ? (first?.inputs ?? finding.example) : null;
  // Of the answers only what differs is worth reading.
  const outputs = (table?.outputs ?? []).filter(
    ({ name }) =>
      !others.length ||
      others.some((each) => said(each.outputs[name]) !== said(first?.outputs[name])),
  );
  return (
    <div className="rule-finding">
      <SeverityIcon severity={finding.severity} />
      <div>
        <p>{finding.message[language]}</p>
        {example && (
          <p className="muted">
            {t("finding.example")} <Values of={example} columns={table?.inputs ?? []} />
          </p>
        )}
        {finding.answers.map((shown) => (
          <p key={shown.row} className="muted">
            {t("finding.answers", { row: rowName(shown.row) })}{" "}
            {!isOneOrder && (
              <>
                <Values of={shown.inputs} columns={table?.inputs ?? []} /> →{" "}
              </>
            )}
            <Values of={shown.outputs} columns={outputs} />
          </p>
        ))}
      </div>
    </div>
  );
}

/** Values of an example by their columns: "order amount 2,000.01 CNY · destination country Germany". */
function Values({ of, columns }: { of: Record<string, Output>; columns: Column[] }) {
  const { label, value } = useRuleWords();
  const known = columns.filter(
    (column) => of[column.name] !== undefined && of[column.name] !== null,
  );
  const words = known.map((column) => `${label(column)} ${value(column, of[column.name])}`);
  return <span className="rule-example">{words.join(" · ")}</span>;
}
