import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { components } from "@/generated/api";
import { EmptyState } from "@/parts/EmptyState";
import { Loading } from "@/parts/Loading";
import { Pill } from "@/parts/Pill";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { useRuleWords } from "./model/useRuleWords";

type Change = "added" | "removed" | "changed" | "moved";

interface Both {
  en: string;
  zh: string;
}

interface CellChange {
  column: string;
  label: Both;
  before_words: Both;
  after_words: Both;
}

interface RowChange {
  row: string;
  change: Change;
  place_before: number | null;
  place_after: number | null;
  cells: CellChange[];
}

interface TableChange {
  table: string;
  change: Change;
  columns: { column: string; change: Change }[];
  hit_policy: [string, string] | null;
  rows: RowChange[];
}

export type DiffView = components["schemas"]["DiffView"];

const TONES = { added: "good", removed: "bad", changed: "warn", moved: "info" } as const;

interface DiffWordsProps {
  version: string;
  against: string;
}

/** What a saved version says differently from another, row by row in words. */
export function DiffWords({ version, against }: DiffWordsProps) {
  const { t } = useTranslation("rules");
  const params = { params: { path: { version }, query: { against } } };
  const { data, error, refetch } = api.useQuery("get", "/api/v1/rules/{version}/diff", params);
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (data.same) {
    return (
      <EmptyState title={t("diff.same")} advice={t("diff.same_advice", { version: against })} />
    );
  }
  return <DiffList diff={data} />;
}

export function DiffList({ diff }: { diff: DiffView }) {
  const { t } = useTranslation("rules");
  const { title } = useRuleWords();
  return (
    <div className="rule-diff">
      {diff.base_currency && (
        <p>
          {t("diff.currency")}: {diff.base_currency.join(" → ")}
        </p>
      )}
      {(diff.tables as unknown as TableChange[]).map((table) => (
        <section key={table.table}>
          <h3>
            {title(table.table)}
            {table.change !== "changed" && (
              <Pill tone={TONES[table.change]}>{t(`change.${table.change}`)}</Pill>
            )}
          </h3>
          {table.hit_policy && (
            <p>
              {t("grid.hit_policy")}: {table.hit_policy.join(" → ")}
            </p>
          )}
          {table.columns.map(({ column, change }) => (
            <p key={column}>
              {t("diff.column", { column })}{" "}
              <Pill tone={TONES[change]}>{t(`change.${change}`)}</Pill>
            </p>
          ))}
          <ul>
            {table.rows.map((row) => (
              <RowWords key={row.row} row={row} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function RowWords({ row }: { row: RowChange }) {
  const { t } = useTranslation("rules");
  const { rowName, language } = useRuleWords();
  const hasMoved = row.place_before !== null && row.place_after !== null && row.change === "moved";
  return (
    <li data-change={row.change}>
      <header>
        <strong>{rowName(row.row)}</strong>
        <Pill tone={TONES[row.change]}>{t(`change.${row.change}`)}</Pill>
        {hasMoved && (
          <span className="muted">
            {t("diff.places", { before: row.place_before, after: row.place_after })}
          </span>
        )}
      </header>
      {row.cells.map((cell) => (
        <div key={cell.column} className="rule-diff-cell">
          <del>{cell.before_words[language] || t("word.blank")}</del>
          <span aria-hidden="true">→</span>
          <ins>{cell.after_words[language] || t("word.blank")}</ins>
        </div>
      ))}
    </li>
  );
}
