import { Alert } from "antd";
import { type KeyboardEvent, useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useSession } from "@/app/session";
import { PersonName } from "@/parts/PersonName";
import { useIsPhone } from "@/parts/useIsPhone";
import { Choices } from "./Choices";
import { FindingsList } from "./FindingsList";
import { LeaveGuard } from "./LeaveGuard";
import { isOpen, type RuleSetView, sameTables, tablesOf } from "./model/tables";
import { useDraft } from "./model/useDraft";
import { useNames, useVersion } from "./model/useVersion";
import { BacktestView } from "./proof/BacktestView";
import { PreviewView } from "./proof/PreviewView";
import { ShadowView } from "./proof/ShadowView";
import { WhatIfView } from "./proof/WhatIfView";
import { ChangesView } from "./steps/ChangesView";
import { ConflictModal } from "./steps/ConflictModal";
import { HistoryView } from "./steps/HistoryView";
import { SaveBar } from "./steps/SaveBar";
import { useSaving } from "./steps/useSaving";
import { VersionTitle } from "./steps/VersionTitle";
import { TablesView } from "./TablesView";
import { Tip } from "./Tip";

const VIEWS = ["tables", "changes", "backtest", "shadow", "preview", "whatif", "history"] as const;

/** What changes of a version are shown against: the one in force, or the one it was made from. */
function againstOf(ruleSet: RuleSetView): string {
  return isOpen(ruleSet) ? "published" : (ruleSet.based_on ?? "");
}

export function VersionDesk({ ruleSet }: { ruleSet: RuleSetView }) {
  const { t } = useTranslation("rules");
  const { can } = useSession();
  const isPhone = useIsPhone();
  const nameOf = useNames();
  const [search, setSearch] = useSearchParams();
  const draft = useDraft(ruleSet);
  const saving = useSaving(draft);
  const against = againstOf(ruleSet);
  const { data: base } = useVersion(against, against !== "");
  const canEdit = isOpen(ruleSet) && can("rules.edit");
  const isEditing = canEdit && !isPhone;
  const isBehind = ruleSet.revision > draft.base.revision;
  const { isDirty, read } = draft;
  // What others saved is taken over unless there is something of one's own to lose.
  useEffect(() => {
    const isNewer = ruleSet.revision > draft.base.revision || ruleSet.state !== draft.base.state;
    if (!isDirty && isNewer) read(ruleSet);
  }, [ruleSet, draft.base, isDirty, read]);

  const isStale = useMemo(
    () => !!saving.found && !sameTables(saving.found.tables, draft.tables),
    [saving.found, draft.tables],
  );

  const view = VIEWS.find((each) => each === search.get("view")) ?? "tables";
  const show = (next: Record<string, string>) =>
    setSearch(
      (now) => {
        for (const [name, value] of Object.entries(next)) now.set(name, value);
        return now;
      },
      { replace: true },
    );
  const jump = ({ table, row, column }: { table: string; row: string; column: string }) => {
    show({ view: "tables", table: table || (search.get("table") ?? "") });
    setTimeout(() => highlight(draft.tables[table]?.inputs, draft.tables[table], row, column), 60);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isTyping = (event.target as HTMLElement).matches("input, textarea");
    if (!isEditing || isTyping || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) draft.undo();
    else if (key === "y" || key === "z") draft.redo();
    else if (key === "s") saving.save();
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are short cuts of its buttons
    <div onKeyDown={onKeyDown}>
      <LeaveGuard isDirty={isDirty} />
      <VersionTitle ruleSet={ruleSet} against={against} isDirty={isDirty} onRead={read} />
      {canEdit && isPhone && <Tip>{t("edit.wide_screen")}</Tip>}
      {isEditing && <SaveBar draft={draft} saving={saving} />}
      {isDirty && isBehind && (
        <Alert
          type="warning"
          showIcon
          title={
            <>
              {t("conflict.meanwhile", { revision: ruleSet.revision })}{" "}
              <PersonName
                person={ruleSet.editors.at(-1)}
                name={nameOf(ruleSet.editors.at(-1)) ?? null}
              />
            </>
          }
          description={t("conflict.meanwhile_advice")}
        />
      )}
      {saving.found && (
        <FindingsList
          findings={saving.found.findings}
          tables={draft.tables}
          isStale={isStale}
          onJump={jump}
        />
      )}
      <Choices
        label={t("view.label")}
        value={view}
        items={VIEWS.map((each) => ({ key: each, label: t(`view.${each}`) }))}
        onChange={(next) => show({ view: next })}
      />
      {view === "tables" && (
        <TablesView
          tables={draft.tables}
          base={base && tablesOf(base)}
          findings={saving.found?.findings ?? []}
          onEdit={isEditing ? draft.edit : undefined}
        />
      )}
      {view === "changes" && <ChangesView {...{ ruleSet, against, isDirty }} />}
      {view === "backtest" && <BacktestView {...{ ruleSet, isDirty }} />}
      {view === "shadow" && <ShadowView ruleSet={ruleSet} />}
      {view === "preview" && <PreviewView {...{ ruleSet, isDirty }} />}
      {view === "whatif" && <WhatIfView {...{ ruleSet, isDirty }} />}
      {view === "history" && <HistoryView version={ruleSet.rule_set_id} />}
      {saving.conflict && (
        <ConflictModal conflict={saving.conflict} draft={draft} saving={saving} />
      )}
    </div>
  );
}

/** Brings a cell into view and puts the focus on it. */
function highlight(
  inputs: readonly { name: string }[] | undefined,
  table: { rules: { id: string }[]; outputs: { name: string }[] } | undefined,
  row: string,
  column: string,
): void {
  if (!inputs || !table) return;
  const index = table.rules.findIndex((each) => each.id === row);
  const columns = [...inputs, ...table.outputs].map((each) => each.name);
  const cell = document.querySelector<HTMLElement>(
    `[data-cell="${Math.max(index, 0)},${columns.indexOf(column) + 1}"]`,
  );
  cell?.scrollIntoView({ block: "center", inline: "center" });
  cell?.focus();
}
