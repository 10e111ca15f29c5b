import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Pill } from "@/parts/Pill";
import type { TableChanges } from "../model/changes";
import { type Edit, setCondition, setOutput } from "../model/edits";
import { findingsAt, type RuleFinding } from "../model/findings";
import { isComplete, isNumeric } from "../model/operators";
import {
  ANY,
  type Cell,
  type Column,
  conditionOf,
  DEFAULT_ROW,
  type Output,
  type Row,
  type Table,
} from "../model/tables";
import { useRuleWords } from "../model/useRuleWords";
import { ConditionFields } from "./ConditionFields";
import { GridCell } from "./GridCell";
import { RowHead, RowMenu } from "./RowHead";
import { useSuggestions } from "./useSuggestions";
import { ValueInput } from "./ValueInput";

interface TableRowProps {
  table: Table;
  row: Row;
  index: number;
  changes: TableChanges | null;
  findings: readonly RuleFinding[];
  /** The column that the Tab key reaches in this row, null when it is in another. */
  tabStop: number | null;
  onEdit?: ((edit: Edit) => void) | undefined;
}

const TONES = { added: "good", changed: "warn", moved: "info" } as const;

export const TableRow = memo(function TableRow(props: TableRowProps) {
  const { table, row, index, changes, findings, tabStop, onEdit } = props;
  const { t } = useTranslation("rules");
  const change = changes?.ofRow(row) ?? null;
  return (
    <tr data-change={change ?? undefined} data-row={row.id}>
      {onEdit && (
        <td className="rule-menu">
          <RowMenu table={table} row={row} onEdit={onEdit} />
        </td>
      )}
      <td className="rule-place numeric">{row.id === DEFAULT_ROW ? "" : index + 1}</td>
      <th scope="row" className="rule-name">
        <RowHead
          {...{ table, row, index, onEdit }}
          findings={findingsAt(findings, row.id, "")}
          isTabStop={tabStop === 0}
        />
        {change && <Pill tone={TONES[change]}>{t(`change.${change}`)}</Pill>}
      </th>
      {table.inputs.map((column, place) => (
        <td key={column.name} data-changed={changes?.hasCondition(row, column)}>
          <ConditionCell {...props} column={column} place={place + 1} />
        </td>
      ))}
      {table.outputs.map((column, place) => (
        <td
          key={column.name}
          className={place === 0 ? "rule-first-then" : undefined}
          data-changed={changes?.hasOutput(row, column)}
        >
          <OutputCell {...props} column={column} place={table.inputs.length + place + 1} />
        </td>
      ))}
    </tr>
  );
});

interface ColumnCellProps extends TableRowProps {
  column: Column;
  /** The column of the grid, from 1. */
  place: number;
}

function ConditionCell(props: ColumnCellProps) {
  const { table, row, index, column, place, changes, onEdit } = props;
  const { t } = useTranslation("rules");
  const { label, condition } = useRuleWords();
  const suggestions = useSuggestions(table, column);
  const cell = conditionOf(row, column);
  const old = changes?.hasCondition(row, column) ? changes.before.get(row.id) : undefined;
  const isDefault = row.id === DEFAULT_ROW;
  return (
    <GridCell<Cell>
      table={table}
      at={[index, place]}
      label={label(column)}
      said={isDefault ? t("row.otherwise") : condition(column, cell)}
      isMuted={cell.operator === "any"}
      isNumeric={isNumeric(column.type)}
      before={old && condition(column, old.when[column.name] ?? ANY)}
      findings={findingsAt(props.findings, row.id, column.name)}
      value={cell}
      isTabStop={props.tabStop === place}
      isComplete={isComplete}
      onCommit={
        onEdit && !isDefault ? (next) => onEdit(setCondition(row.id, column, next)) : undefined
      }
      fields={(held, set) => (
        <ConditionFields autoFocus {...{ column, suggestions }} cell={held} onChange={set} />
      )}
    />
  );
}

/** Whether an output may be left like this: only optional ones and texts may be empty. */
function isAnswer(column: Column, value: Output | undefined): boolean {
  if (value === null || value === undefined) return column.optional;
  return value !== "" || (column.type === "text" && !column.allowed);
}

interface Answer {
  value: Output | undefined;
}

function OutputCell(props: ColumnCellProps) {
  const { table, row, index, column, place, changes, onEdit } = props;
  const words = useRuleWords();
  const suggestions = useSuggestions(table, column);
  const value = row.then[column.name];
  const old = changes?.hasOutput(row, column) ? changes.before.get(row.id) : undefined;
  return (
    <GridCell<Answer>
      table={table}
      at={[index, place]}
      label={words.label(column)}
      said={words.value(column, value)}
      isMuted={value === null || value === undefined || value.toString() === ""}
      isNumeric={isNumeric(column.type)}
      before={old && words.value(column, old.then[column.name])}
      findings={findingsAt(props.findings, row.id, column.name)}
      value={{ value }}
      isTabStop={props.tabStop === place}
      isComplete={(held) => isAnswer(column, held.value)}
      onCommit={
        onEdit &&
        ((held) => held.value !== undefined && onEdit(setOutput(row.id, column, held.value)))
      }
      fields={(held, set) => (
        <ValueInput
          autoFocus
          {...{ column, suggestions }}
          label={words.label(column)}
          value={held.value}
          onChange={(next) => set({ value: next })}
        />
      )}
    />
  );
}

/** A row that the other version has and this one has not. */
export function RemovedRow({ table, row, canEdit }: { table: Table; row: Row; canEdit: boolean }) {
  const { t } = useTranslation("rules");
  const { condition, value, rowName } = useRuleWords();
  return (
    <tr data-change="removed">
      <td colSpan={canEdit ? 2 : 1} />
      <th scope="row" className="rule-name">
        <del className="rule-removed-name">{rowName(row.id)}</del>
        <Pill tone="bad">{t("change.removed")}</Pill>
      </th>
      {table.inputs.map((column) => (
        <td key={column.name}>
          <del>{condition(column, conditionOf(row, column))}</del>
        </td>
      ))}
      {table.outputs.map((column, place) => (
        <td key={column.name} className={place === 0 ? "rule-first-then" : undefined}>
          <del>{value(column, row.then[column.name])}</del>
        </td>
      ))}
    </tr>
  );
}
