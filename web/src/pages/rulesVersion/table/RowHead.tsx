import { Button, Dropdown, Input, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  CopyOutlined,
  DeleteOutlined,
  HolderOutlined,
  InsertRowAboveOutlined,
  InsertRowBelowOutlined,
} from "@/parts/icons";
import { Labelled } from "../Labelled";
import {
  addRow,
  deleteRow,
  describe,
  duplicateRow,
  type Edit,
  freeId,
  moveRow,
} from "../model/edits";
import { type RuleFinding, worst } from "../model/findings";
import { DEFAULT_ROW, type Row, type Table } from "../model/tables";
import { useRuleWords } from "../model/useRuleWords";
import { FindingNote, SeverityIcon } from "./FindingNote";
import { GridCell } from "./GridCell";

interface RowHeadProps {
  table: Table;
  row: Row;
  index: number;
  findings: readonly RuleFinding[];
  isTabStop: boolean;
  onEdit?: ((edit: Edit) => void) | undefined;
}

const NAME = /^[^.=]{1,60}$/;

/** The name and note of a row, which stand in every explanation. */
export function RowHead({ table, row, index, findings, isTabStop, onEdit }: RowHeadProps) {
  const { t } = useTranslation("rules");
  const { rowName } = useRuleWords();
  const canRename = onEdit && row.id !== DEFAULT_ROW;
  const isFree = (id: string) =>
    NAME.test(id.trim()) && (id === row.id || !table.rules.some((each) => each.id === id.trim()));
  return (
    <>
      <GridCell
        table={table}
        at={[index, 0]}
        label={t("row.name_and_note")}
        said={rowName(row.id)}
        isMuted={false}
        before={undefined}
        findings={findings}
        value={{ id: row.id, note: row.note }}
        isTabStop={isTabStop}
        isComplete={({ id }) => isFree(id)}
        onCommit={
          canRename
            ? ({ id, note }) => onEdit(describe(row.id, { id: id.trim(), note: note.trim() }))
            : undefined
        }
        fields={(held, set) => (
          <div className="rule-fields">
            <Labelled label={t("row.name")}>
              {(id) => (
                <Input
                  id={id}
                  autoFocus
                  maxLength={60}
                  value={held.id}
                  status={isFree(held.id) ? "" : "error"}
                  onChange={(event) => set({ ...held, id: event.target.value })}
                />
              )}
            </Labelled>
            {!isFree(held.id) && <span className="rule-bad">{t("row.name_taken")}</span>}
            <Labelled label={t("row.note")}>
              {(id) => (
                <Input
                  id={id}
                  maxLength={500}
                  value={held.note}
                  onChange={(event) => set({ ...held, note: event.target.value })}
                />
              )}
            </Labelled>
          </div>
        )}
      />
      {row.note && <small className="rule-note">{row.note}</small>}
    </>
  );
}

/** What can be done to a row, as a menu at its beginning. */
export function RowMenu({
  table,
  row,
  onEdit,
}: Required<Pick<RowHeadProps, "table" | "row" | "onEdit">>) {
  const { t } = useTranslation("rules");
  if (!onEdit || row.id === DEFAULT_ROW) return null;
  const place = table.rules.findIndex((each) => each.id === row.id);
  const fresh = freeId(table, "new_row");
  const actions: Record<string, Edit> = {
    above: addRow(place, fresh),
    below: addRow(place + 1, fresh),
    duplicate: duplicateRow(row.id, freeId(table, `${row.id}_2`)),
    up: moveRow(row.id, place - 1),
    down: moveRow(row.id, place + 1),
    delete: deleteRow(row.id),
  };
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          { key: "above", icon: <InsertRowAboveOutlined />, label: t("row.above") },
          { key: "below", icon: <InsertRowBelowOutlined />, label: t("row.below") },
          { key: "duplicate", icon: <CopyOutlined />, label: t("row.duplicate") },
          { key: "up", icon: <ArrowUpOutlined />, label: t("row.up"), disabled: place === 0 },
          {
            key: "down",
            icon: <ArrowDownOutlined />,
            label: t("row.down"),
            disabled: place === table.rules.length - 1,
          },
          { type: "divider" },
          { key: "delete", icon: <DeleteOutlined />, label: t("row.delete"), danger: true },
        ],
        onClick: ({ key }) => {
          const edit = actions[key];
          if (edit) onEdit(edit);
        },
      }}
    >
      <Button
        type="text"
        size="small"
        icon={<HolderOutlined />}
        aria-label={t("row.actions", { row: row.id })}
      />
    </Dropdown>
  );
}

/** A sign at a row that something is wrong with it as a whole. */
export function RowFindings({ table, findings }: Pick<RowHeadProps, "table" | "findings">) {
  const severity = worst(findings);
  if (!severity) return null;
  const notes = findings.map((each) => (
    <FindingNote key={each.message.en} finding={each} table={table} />
  ));
  return (
    <Tooltip title={notes}>
      <span>
        <SeverityIcon severity={severity} />
      </span>
    </Tooltip>
  );
}
