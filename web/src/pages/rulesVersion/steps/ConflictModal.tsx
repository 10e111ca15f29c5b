import { Button, Modal, Radio } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { PersonName } from "@/parts/PersonName";
import { Pill } from "@/parts/Pill";
import { type Contested, contested, mergedTables, type Side } from "../model/merging";
import { conditionOf, type Row, sameCell, sameOutput, type Table, tablesOf } from "../model/tables";
import type { Draft } from "../model/useDraft";
import { useRuleWords } from "../model/useRuleWords";
import { useNames } from "../model/useVersion";
import type { Conflict, Saving } from "./useSaving";

interface ConflictModalProps {
  conflict: Conflict;
  draft: Draft;
  saving: Saving;
}

/** Two people saved one draft: both versions side by side, to be chosen from row by row. */
export function ConflictModal({ conflict, draft, saving }: ConflictModalProps) {
  const { t } = useTranslation("rules");
  const { title } = useRuleWords();
  const nameOf = useNames();
  const [chosen, setChosen] = useState<Record<string, Side>>({});
  const { yours, theirs } = conflict;
  const rows = useMemo(
    () => contested(tablesOf(draft.base), yours.tables, theirs.tables),
    [draft.base, yours, theirs],
  );
  const sideOf = (row: Contested) => chosen[row.key] ?? row.proposed;
  const all = (side: Side) => setChosen(Object.fromEntries(rows.map(({ key }) => [key, side])));
  const last = conflict.editors.at(-1);
  const save = () =>
    void saving.keep(mergedTables(yours.tables, theirs.tables, rows, sideOf), conflict.revision);
  return (
    <Modal
      open
      width={980}
      title={t("conflict.title")}
      okText={t("conflict.save")}
      confirmLoading={saving.isSaving}
      onOk={save}
      onCancel={saving.dropConflict}
    >
      <p>
        <PersonName person={last} name={nameOf(last) ?? null} />{" "}
        {t("conflict.said", { revision: conflict.revision })}
      </p>
      <p className="rule-conflict-all">
        <Button size="small" onClick={() => all("yours")}>
          {t("conflict.all_yours")}
        </Button>
        <Button size="small" onClick={() => all("theirs")}>
          {t("conflict.all_theirs")}
        </Button>
      </p>
      {rows.length === 0 && <p>{t("conflict.order_only")}</p>}
      {rows.map((row) => {
        const table = yours.tables[row.table];
        if (!table) return null;
        return (
          <fieldset key={row.key} className="rule-conflict">
            <legend>
              {title(row.table)} › {row.order ? t("conflict.order") : row.row}{" "}
              {row.isClash && <Pill tone="bad">{t("conflict.clash")}</Pill>}
            </legend>
            <Radio.Group
              value={sideOf(row)}
              onChange={(event) => setChosen((now) => ({ ...now, [row.key]: event.target.value }))}
            >
              {(["yours", "theirs"] as const).map((side) => (
                <Radio key={side} value={side}>
                  <strong>{t(`conflict.${side}`)}</strong>
                  {row.order ? (
                    <span className="rule-conflict-row">{row.order[side].join(" → ")}</span>
                  ) : (
                    <RowWords
                      table={table}
                      row={row[side]}
                      other={row[side === "yours" ? "theirs" : "yours"]}
                    />
                  )}
                </Radio>
              ))}
            </Radio.Group>
          </fieldset>
        );
      })}
    </Modal>
  );
}

interface RowWordsProps {
  table: Table;
  row: Row | undefined;
  other: Row | undefined;
}

/** A row in words; what the other side says differently is marked. */
function RowWords({ table, row, other }: RowWordsProps) {
  const { t } = useTranslation("rules");
  const { label, condition, value } = useRuleWords();
  if (!row) return <em className="rule-conflict-row">{t("conflict.no_row")}</em>;
  return (
    <span className="rule-conflict-row">
      {table.inputs.map((column) => {
        const cell = conditionOf(row, column);
        const isOther = !!other && !sameCell(cell, conditionOf(other, column));
        if (cell.operator === "any" && !isOther) return null;
        return (
          <span key={column.name} data-differs={isOther}>
            {label(column)} {condition(column, cell)}
          </span>
        );
      })}
      <span>→</span>
      {table.outputs.map((column) => {
        const held = row.then[column.name];
        const isOther = !!other && !sameOutput(held, other.then[column.name]);
        if ((held === null || held === undefined || held === "") && !isOther) return null;
        return (
          <span key={column.name} data-differs={isOther}>
            {label(column)} {value(column, held)}
          </span>
        );
      })}
    </span>
  );
}
