import { Button } from "antd";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { PlusOutlined } from "@/parts/icons";
import type { TableChanges } from "../model/changes";
import { addRow, type Edit, freeId, moveRow, setCondition } from "../model/edits";
import type { RuleFinding } from "../model/findings";
import { ANY, allRows, type Column, type Table } from "../model/tables";
import { useRuleWords } from "../model/useRuleWords";
import { focusCell } from "./GridCell";
import { RemovedRow, TableRow } from "./TableRow";

interface DecisionTableProps {
  table: Table;
  changes: TableChanges | null;
  findings: readonly RuleFinding[];
  /** Without it the table is only shown. */
  onEdit?: ((edit: Edit) => void) | undefined;
}

const STEPS: Record<string, readonly [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** A table with the conditions at the left and what follows from them at the right. */
export function DecisionTable({ table, changes, findings, onEdit }: DecisionTableProps) {
  const { t } = useTranslation("rules");
  const { title } = useRuleWords();
  const [active, setActive] = useState<readonly [number, number]>([0, 0]);
  const rows = allRows(table);
  const width = table.inputs.length + table.outputs.length;

  const onKeyDown = (event: KeyboardEvent) => {
    const cell = (event.target as HTMLElement).dataset.cell;
    if (!cell) return;
    const [row = 0, column = 0] = cell.split(",").map(Number);
    const step = STEPS[event.key];
    const held = table.rules[row];
    if (step && event.altKey && held && step[0] && onEdit) {
      const place = row + step[0];
      onEdit(moveRow(held.id, place));
      focusCell([Math.min(Math.max(place, 0), table.rules.length - 1), column]);
    } else if (step && !event.altKey) {
      focusCell([
        Math.min(Math.max(row + step[0], 0), rows.length - 1),
        Math.min(Math.max(column + step[1], 0), width),
      ]);
    } else if (event.key === "Delete" && held && onEdit) {
      const input = table.inputs[column - 1];
      if (!input) return;
      onEdit(setCondition(held.id, input, ANY));
    } else return;
    event.preventDefault();
  };

  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be reached by keys */}
      <section className="rule-grid-place" aria-label={title(table.name)} tabIndex={0}>
        <table
          className="rule-grid"
          data-editable={!!onEdit}
          onKeyDown={onKeyDown}
          onFocus={(event) => {
            const at = event.target.dataset.cell?.split(",").map(Number);
            if (at) setActive([at[0] ?? 0, at[1] ?? 0]);
          }}
        >
          <Head table={table} canEdit={!!onEdit} />
          <tbody>
            {rows.map((row, index) => (
              <TableRow
                key={row.id}
                {...{ table, row, index, changes, onEdit }}
                findings={findings.filter((each) => each.row === row.id)}
                tabStop={active[0] === index ? active[1] : null}
              />
            ))}
            {changes?.removed.map((row) => (
              <RemovedRow key={`removed ${row.id}`} table={table} row={row} canEdit={!!onEdit} />
            ))}
          </tbody>
        </table>
      </section>
      {onEdit && (
        <Button
          type="dashed"
          block
          icon={<PlusOutlined />}
          className="rule-add"
          onClick={() => {
            onEdit(addRow(table.rules.length, freeId(table, "new_row")));
            focusCell([table.rules.length, 0]);
          }}
        >
          {t("row.add")}
        </Button>
      )}
    </>
  );
}

function Head({ table, canEdit }: { table: Table; canEdit: boolean }) {
  const { t } = useTranslation("rules");
  return (
    <thead>
      <tr>
        <th rowSpan={2} scope="col" colSpan={canEdit ? 2 : 1}>
          #
        </th>
        <th rowSpan={2} scope="col" className="rule-name">
          {t("row.row")}
        </th>
        <th colSpan={table.inputs.length} scope="colgroup" className="rule-when">
          {t("grid.when")}
        </th>
        <th colSpan={table.outputs.length} scope="colgroup" className="rule-then">
          {t("grid.then")}
        </th>
      </tr>
      <tr>
        {table.inputs.map((column) => (
          <ColumnHead key={column.name} column={column} />
        ))}
        {table.outputs.map((column, index) => (
          <ColumnHead key={column.name} column={column} isFirst={index === 0} />
        ))}
      </tr>
    </thead>
  );
}

function ColumnHead({ column, isFirst = false }: { column: Column; isFirst?: boolean }) {
  const { label } = useRuleWords();
  return (
    <th scope="col" className={isFirst ? "rule-first-then" : undefined} title={column.name}>
      {label(column)}
      {column.unit && <span className="muted"> ({column.unit})</span>}
    </th>
  );
}
