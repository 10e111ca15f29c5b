import { useTranslation } from "react-i18next";
import { Pill } from "@/parts/Pill";
import type { TableChanges } from "../model/changes";
import type { RuleFinding } from "../model/findings";
import { allRows, DEFAULT_ROW, type Row, type Table } from "../model/tables";
import { useRuleWords } from "../model/useRuleWords";
import { FindingNote } from "./FindingNote";

interface RowCardsProps {
  table: Table;
  changes: TableChanges | null;
  findings: readonly RuleFinding[];
}

const TONES = { added: "good", changed: "warn", moved: "info" } as const;

/** The rows of a table as sentences, "when … then …": for a phone, and only to read. */
export function RowCards({ table, changes, findings }: RowCardsProps) {
  const { t } = useTranslation("rules");
  const { rowName } = useRuleWords();
  return (
    <ol className="rule-cards">
      {allRows(table).map((row, index) => {
        const change = changes?.ofRow(row) ?? null;
        return (
          <li key={row.id} data-change={change ?? undefined}>
            <header>
              {row.id !== DEFAULT_ROW && <span className="muted numeric">{index + 1}</span>}
              <strong>{rowName(row.id)}</strong>
              {change && <Pill tone={TONES[change]}>{t(`change.${change}`)}</Pill>}
            </header>
            <Sentence table={table} row={row} />
            {row.note && <small className="muted">{row.note}</small>}
            {findings
              .filter((each) => each.row === row.id)
              .map((each) => (
                <FindingNote key={each.message.en} finding={each} table={table} />
              ))}
          </li>
        );
      })}
      {changes?.removed.map((row) => (
        <li key={`removed ${row.id}`} data-change="removed">
          <header>
            <del>{rowName(row.id)}</del>
            <Pill tone="bad">{t("change.removed")}</Pill>
          </header>
        </li>
      ))}
    </ol>
  );
}

function Sentence({ table, row }: { table: Table; row: Row }) {
  const { t } = useTranslation("rules");
  const { conditions, label, value } = useRuleWords();
  const when = conditions(table, row);
  const then = table.outputs.filter((column) => {
    const held = row.then[column.name];
    return held !== null && held !== undefined && held !== "";
  });
  return (
    <dl className="rule-sentence">
      <dt>{t("grid.when_word")}</dt>
      <dd>
        {when.length === 0 && t("grid.always")}
        {when.map((each) => (
          <span key={each.label}>
            {each.label} <b>{each.said}</b>
          </span>
        ))}
      </dd>
      <dt>{t("grid.then_word")}</dt>
      <dd>
        {then.length === 0 && t("grid.nothing")}
        {then.map((column) => (
          <span key={column.name}>
            {label(column)} <b>{value(column, row.then[column.name])}</b>
          </span>
        ))}
      </dd>
    </dl>
  );
}
