import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { CloseOutlined } from "@/parts/icons";
import { Loading } from "@/parts/Loading";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { Labelled } from "../Labelled";
import { isComplete } from "../model/operators";
import {
  type Cell,
  type Column,
  conditionOf,
  type Output,
  type Row,
  type Table,
  tableNames,
  tablesOf,
} from "../model/tables";
import { useRuleWords } from "../model/useRuleWords";
import { useVersion } from "../model/useVersion";
import { writtenCondition, writtenOutput } from "../model/writing";
import { ConditionFields } from "../table/ConditionFields";
import { ValueInput } from "../table/ValueInput";

/** One cell, as the API takes it, and in words. */
export interface CellChange {
  table: string;
  row: string;
  column: string;
  value: string;
  said: string;
}

interface CellChangesProps {
  order: string;
  changes: readonly CellChange[];
  onChange(changes: CellChange[]): void;
}

/** Cells of the rules that an order is under, to be changed by way of trial. */
export function CellChanges({ order, changes, onChange }: CellChangesProps) {
  const { t } = useTranslation("rules");
  const params = { params: { path: { order_id: order } } };
  const detail = api.useQuery("get", "/api/v1/orders/{order_id}/explanation", params);
  const version = detail.data?.rule_set_id ?? "";
  const own = useVersion(version, version !== "");
  const error = detail.error ?? own.error;
  if (error) return <ProblemAlert error={error} />;
  if (detail.data && !version) return <p className="muted">{t("whatif.not_admitted")}</p>;
  if (!own.data) return <Loading rows={2} />;
  return (
    <div className="rule-trial">
      <p className="muted">{t("whatif.own_rules", { version })}</p>
      <ul>
        {changes.map((change) => (
          <li key={change.said}>
            {change.said}{" "}
            <Button
              type="text"
              size="small"
              icon={<CloseOutlined />}
              aria-label={t("whatif.drop", { change: change.said })}
              onClick={() => onChange(changes.filter((each) => each !== change))}
            />
          </li>
        ))}
      </ul>
      <OneChange
        key={changes.length}
        tables={tablesOf(own.data)}
        onAdd={(change) => onChange([...changes, change])}
      />
    </div>
  );
}

interface OneChangeProps {
  tables: ReturnType<typeof tablesOf>;
  onAdd(change: CellChange): void;
}

function OneChange({ tables, onAdd }: OneChangeProps) {
  const { t } = useTranslation("rules");
  const { title, label } = useRuleWords();
  const [name, setName] = useState("approval");
  const [rowId, setRowId] = useState<string | null>(null);
  const [columnName, setColumnName] = useState<string | null>(null);
  const table = tables[name];
  const row = table?.rules.find((each) => each.id === rowId);
  const columns = [...(table?.inputs ?? []), ...(table?.outputs ?? [])];
  const column = columns.find((each) => each.name === columnName);
  return (
    <>
      <div className="rule-start">
        <Labelled label={t("whatif.table")}>
          {(id) => (
            <Select
              id={id}
              value={name}
              options={tableNames(tables).map((each) => ({ value: each, label: title(each) }))}
              onChange={(next) => {
                setName(next);
                setRowId(null);
                setColumnName(null);
              }}
            />
          )}
        </Labelled>
        <Labelled label={t("row.row")}>
          {(id) => (
            <Select
              id={id}
              value={rowId}
              options={table?.rules.map(({ id }) => ({ value: id, label: id })) ?? []}
              onChange={setRowId}
            />
          )}
        </Labelled>
        <Labelled label={t("whatif.column")}>
          {(id) => (
            <Select
              id={id}
              value={columnName}
              options={columns.map((each) => ({ value: each.name, label: label(each) }))}
              onChange={setColumnName}
            />
          )}
        </Labelled>
      </div>
      {table && row && column && (
        <OneCell key={`${name} ${rowId} ${columnName}`} {...{ table, row, column, onAdd }} />
      )}
    </>
  );
}

interface OneCellProps {
  table: Table;
  row: Row;
  column: Column;
  onAdd(change: CellChange): void;
}

function OneCell({ table, row, column, onAdd }: OneCellProps) {
  const { t } = useTranslation("rules");
  const words = useRuleWords();
  const isInput = table.inputs.includes(column);
  const [cell, setCell] = useState<Cell>(() => conditionOf(row, column));
  const [output, setOutput] = useState<Output>(() => row.then[column.name] ?? null);
  const said = isInput ? words.condition(column, cell) : words.value(column, output);
  const add = () =>
    onAdd({
      table: table.name,
      row: row.id,
      column: column.name,
      value: isInput ? writtenCondition(column, cell) : writtenOutput(column, output),
      said: `${words.title(table.name)} › ${row.id} › ${words.label(column)}: ${said}`,
    });
  return (
    <div className="rule-one-cell">
      {isInput ? (
        <ConditionFields column={column} cell={cell} onChange={setCell} />
      ) : (
        <ValueInput
          column={column}
          label={words.label(column)}
          value={output}
          onChange={setOutput}
        />
      )}
      <Button disabled={isInput && !isComplete(cell)} onClick={add}>
        {t("whatif.add")}
      </Button>
    </div>
  );
}
