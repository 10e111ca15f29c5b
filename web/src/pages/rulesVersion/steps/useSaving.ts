import { App } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { DiffView } from "../DiffWords";
import { findingsOf, located, type RuleFinding } from "../model/findings";
import type { RuleSetView, Tables } from "../model/tables";
import type { Draft } from "../model/useDraft";
import { useRefreshRules } from "../model/useVersion";

/** The draft as somebody else saved it meanwhile, beside one's own. */
export interface Conflict {
  revision: number;
  editors: string[];
  theirs: { base_currency: string; tables: Tables };
  yours: { base_currency: string; tables: Tables };
  diff: DiffView;
}

interface Found {
  findings: RuleFinding[];
  /** The tables that were checked. */
  tables: Tables;
}

/** Saves and checks a draft, and keeps what came of it. */
export function useSaving(draft: Draft) {
  const { t } = useTranslation("rules");
  const { message } = App.useApp();
  const refresh = useRefreshRules();
  const [found, setFound] = useState<Found | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [error, setError] = useState<unknown>(null);
  const put = api.useMutation("put", "/api/v1/rules/{version}");
  const ask = api.useMutation("post", "/api/v1/rules/{version}/check");
  const version = draft.base.rule_set_id;
  const path = { version };

  const refused = (problem: unknown, tables: Tables) => {
    if (asProblem(problem).code === "edited_meanwhile") {
      setConflict(asProblem(problem).problem as unknown as Conflict);
      return;
    }
    const findings = located(findingsOf(problem), tables);
    if (findings.length) setFound({ findings, tables });
    setError(problem);
  };

  /** Saves these tables over a revision; answers null when that was refused. */
  const keep = async (tables: Tables, revision: number): Promise<RuleSetView | null> => {
    setError(null);
    try {
      const saved = await put.mutateAsync({
        params: { path, header: { "if-match": `"${revision}"` } },
        body: { tables, base_currency: draft.base.base_currency, note: draft.note },
      });
      draft.read(saved);
      setConflict(null);
      void refresh(saved);
      return saved;
    } catch (problem) {
      refused(problem, tables);
      return null;
    }
  };

  const save = async () => {
    if (!draft.isDirty || put.isPending) return;
    if (await keep(draft.tables, draft.base.revision)) message.success(t("save.saved"));
  };

  const check = async () => {
    const saved = draft.isDirty ? await keep(draft.tables, draft.base.revision) : draft.base;
    if (!saved) return;
    setError(null);
    try {
      const { findings } = await ask.mutateAsync({ params: { path } });
      setFound({
        findings: findings as unknown as RuleFinding[],
        tables: saved.tables as Tables,
      });
      void refresh();
    } catch (problem) {
      setError(problem);
    }
  };

  return {
    found,
    conflict,
    error,
    isSaving: put.isPending,
    isChecking: ask.isPending,
    save: () => void save(),
    check: () => void check(),
    keep,
    dropConflict: () => setConflict(null),
  };
}

export type Saving = ReturnType<typeof useSaving>;
