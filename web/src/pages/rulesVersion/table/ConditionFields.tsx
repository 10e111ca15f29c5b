import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { arityOf, operatorsOf, withOperator } from "../model/operators";
import type { Cell, Column, Operator, Value } from "../model/tables";
import { useRuleWords } from "../model/useRuleWords";
import { type Choice, ListInput, ValueInput } from "./ValueInput";

interface ConditionFieldsProps {
  column: Column;
  cell: Cell;
  suggestions?: readonly Choice[];
  autoFocus?: boolean;
  onChange(cell: Cell): void;
}

/** A condition: the operator in a drop-down, and as many values as it takes. */
export function ConditionFields(props: ConditionFieldsProps) {
  const { column, cell, autoFocus = false, onChange } = props;
  const { t } = useTranslation("rules");
  const { label } = useRuleWords();
  const name = label(column);
  const arity = arityOf(cell.operator);
  const suggestions = props.suggestions ?? [];
  return (
    <div className="rule-fields">
      <Select<Operator>
        aria-label={t("edit.operator_of", { column: name })}
        autoFocus={autoFocus && arity === "none"}
        style={{ width: "100%" }}
        value={cell.operator}
        options={operatorsOf(column.type).map((operator) => ({
          value: operator,
          label: t(`operator.${operator}`),
        }))}
        onChange={(operator) => onChange(withOperator(cell, operator))}
      />
      {arity === "one" && (
        <ValueInput
          {...{ column, suggestions, autoFocus }}
          label={t("edit.value_of", { column: name })}
          value={cell.values?.[0]}
          onChange={(value) => onChange({ ...cell, values: [value as Value] })}
        />
      )}
      {arity === "many" && (
        <ListInput
          {...{ column, suggestions, autoFocus }}
          label={t("edit.values_of", { column: name })}
          value={undefined}
          values={cell.values ?? []}
          onChange={(values) => onChange({ ...cell, values: values as Value[] })}
        />
      )}
      {arity === "range" && <Bounds {...props} />}
    </div>
  );
}

/** From and to, each with whether the bound itself counts. */
function Bounds({ column, cell, autoFocus = false, onChange }: ConditionFieldsProps) {
  const { t } = useTranslation("rules");
  const [low, high] = cell.values ?? [];
  const set = (side: 0 | 1, value: Value) =>
    onChange({ ...cell, values: side === 0 ? [value, high ?? ""] : [low ?? "", value] });
  return (
    <>
      {([0, 1] as const).map((side) => {
        const key = side === 0 ? "low_open" : "high_open";
        const [closed, open] = side === 0 ? ["≥", ">"] : ["≤", "<"];
        return (
          <div className="rule-bound" key={key}>
            <Select<"closed" | "open">
              aria-label={t(side === 0 ? "edit.low_bound" : "edit.high_bound")}
              value={cell[key] ? "open" : "closed"}
              options={[
                { value: "closed", label: `${closed} ${t("edit.included")}` },
                { value: "open", label: `${open} ${t("edit.excluded")}` },
              ]}
              onChange={(side) => onChange({ ...cell, [key]: side === "open" })}
            />
            <ValueInput
              column={column}
              label={t(side === 0 ? "edit.from" : "edit.to")}
              value={side === 0 ? low : high}
              autoFocus={autoFocus && side === 0}
              onChange={(value) => set(side, value as Value)}
            />
          </div>
        );
      })}
    </>
  );
}
