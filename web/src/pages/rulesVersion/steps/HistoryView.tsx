import { Timeline } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { EmptyState } from "@/parts/EmptyState";
import { Instant } from "@/parts/Instant";
import { Loading } from "@/parts/Loading";
import { PersonName } from "@/parts/PersonName";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { useRuleWords } from "../model/useRuleWords";
import { useNames } from "../model/useVersion";

const COLOURS: Record<string, string> = {
  rules_published: "green",
  rules_discarded: "red",
  rules_checked: "blue",
};
const ACTIONS = [
  "rules_saved",
  "rules_checked",
  "rules_rebased",
  "rules_published",
  "rules_discarded",
] as const;

interface Detail {
  revision?: number;
  tables?: string[];
  errors?: number;
  warnings?: number;
  superseded?: string;
  note?: string;
}

/** Who saved, checked, rebased, published or discarded the version, the latest first. */
export function HistoryView({ version }: { version: string }) {
  const { t } = useTranslation("rules");
  const { title } = useRuleWords();
  const nameOf = useNames();
  const params = { params: { path: { version } } };
  const { data, error, refetch } = api.useQuery("get", "/api/v1/rules/{version}/history", params);
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (!data.entries.length) {
    return <EmptyState title={t("history.none")} advice={t("history.none_advice")} />;
  }
  const facts = (detail: Detail) =>
    [
      detail.revision !== undefined && t("history.revision", { revision: detail.revision }),
      detail.tables?.length && detail.tables.map(title).join(t("word.comma")),
      detail.errors !== undefined && t("finding.errors", { count: detail.errors }),
      detail.warnings !== undefined && t("finding.warnings", { count: detail.warnings }),
      detail.superseded && t("history.superseded", { version: detail.superseded }),
    ].filter(Boolean);
  return (
    <Timeline
      className="rule-history"
      items={[...data.entries].reverse().map((entry) => {
        const action = ACTIONS.find((each) => each === entry.action);
        const detail = entry.detail as Detail;
        return {
          color: COLOURS[entry.action] ?? "gray",
          content: (
            <>
              <strong>{action ? t(`history.${action}`) : entry.action}</strong>{" "}
              <PersonName person={entry.actor} name={nameOf(entry.actor) ?? null} />{" "}
              <span className="muted">
                <Instant at={entry.at} />
              </span>
              <div className="muted">{facts(detail).join(" · ")}</div>
              {detail.note && <q>{detail.note}</q>}
            </>
          ),
        };
      })}
    />
  );
}
