import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { Pill } from "@/parts/Pill";
import { useIsPhone } from "@/parts/useIsPhone";
import { Choices } from "./Choices";
import { changesOf } from "./model/changes";
import { type Edit, edited } from "./model/edits";
import { type RuleFinding, worst } from "./model/findings";
import { type Table, type Tables, tableNames } from "./model/tables";
import { useRuleWords } from "./model/useRuleWords";
import { DecisionTable } from "./table/DecisionTable";
import { FindingNote, SeverityIcon } from "./table/FindingNote";
import { RowCards } from "./table/RowCards";

interface TablesViewProps {
  tables: Tables;
  /** What the changes are shown against; undefined while it is not known. */
  base: Tables | undefined;
  findings: readonly RuleFinding[];
  /** Without it the tables are only shown. */
  onEdit?: ((change: (tables: Tables) => Tables) => void) | undefined;
}

/** A tab per table. */
export function TablesView({ tables, base, findings, onEdit }: TablesViewProps) {
  const { t } = useTranslation("rules");
  const { title } = useRuleWords();
  const [search, setSearch] = useSearchParams();
  const names = tableNames(tables);
  const changes = useMemo(
    () =>
      new Map(
        Object.values(tables).map((table) => [
          table.name,
          base ? changesOf(base[table.name], table) : null,
        ]),
      ),
    [tables, base],
  );
  const asked = search.get("table") ?? "";
  const active = names.includes(asked) ? asked : (names[0] ?? "");
  const table = tables[active];
  const choose = (name: string) =>
    setSearch(
      (now) => {
        now.set("table", name);
        return now;
      },
      { replace: true },
    );
  return (
    <>
      <Choices
        small
        label={t("view.tables")}
        value={active}
        onChange={choose}
        items={names.map((name) => ({
          key: name,
          label: title(name),
          extra: (
            <TabSigns
              count={changes.get(name)?.count ?? 0}
              severity={worst(findings.filter((each) => each.table === name))}
            />
          ),
        }))}
      />
      {table && (
        <OneTable
          key={active}
          table={table}
          changes={changes.get(active) ?? null}
          findings={findings.filter((each) => each.table === active)}
          onEdit={onEdit && ((edit) => onEdit((now) => edited(now, active, edit)))}
        />
      )}
    </>
  );
}

interface TabSignsProps {
  count: number;
  severity: "error" | "warning" | undefined;
}

/** Whether a table has findings, and how many of its rows differ. */
function TabSigns({ count, severity }: TabSignsProps) {
  const { t } = useTranslation("rules");
  return (
    <>
      {severity && <SeverityIcon severity={severity} />}
      {count > 0 && (
        <span className="rule-count" title={t("change.count", { count })}>
          {count}
        </span>
      )}
    </>
  );
}

interface OneTableProps {
  table: Table;
  changes: ReturnType<typeof changesOf>;
  findings: readonly RuleFinding[];
  onEdit?: ((edit: Edit) => void) | undefined;
}

function OneTable({ table, changes, findings, onEdit }: OneTableProps) {
  const { t } = useTranslation("rules");
  const isPhone = useIsPhone();
  const known = ["FIRST", "UNIQUE", "COLLECT"].includes(table.hit_policy);
  return (
    <div className="rule-table">
      <p className="rule-about">
        <Pill tone="brand">
          {t("grid.hit_policy")} {table.hit_policy}
        </Pill>
        {known && <span className="muted">{t(`policy.${table.hit_policy}`)}</span>}
        <About table={table.name} />
      </p>
      {findings
        .filter((each) => !each.row)
        .map((each) => (
          <FindingNote key={each.message.en} finding={each} table={table} />
        ))}
      {isPhone ? (
        <RowCards {...{ table, changes, findings }} />
      ) : (
        <DecisionTable {...{ table, changes, findings, onEdit }} />
      )}
    </div>
  );
}

/** What a table is for; a newer server may have tables that we have no words for. */
function About({ table }: { table: string }) {
  const { t, i18n } = useTranslation("rules");
  if (!i18n.exists(`rules:table.${table}.about`)) return null;
  return <span className="rule-purpose">{t(`table.${table as "approval"}.about`)}</span>;
}
