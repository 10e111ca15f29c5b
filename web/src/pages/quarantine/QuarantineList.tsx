import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { api } from "@/api/client";
import { useCodeWord } from "@/i18n/code";
import { EmptyState } from "@/parts/EmptyState";
import { useFindingWords } from "@/parts/findingWords";
import { Instant } from "@/parts/Instant";
import { Loading } from "@/parts/Loading";
import { PageTitle } from "@/parts/PageTitle";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { type RecordColumn, Records } from "@/parts/Records";
import type { Entry } from "./queries";
import { Owner, Resolution } from "./Resolution";

const EVERY_MS = 20_000;
const MOST_SHOWN = 3;

function Words({ entry }: { entry: Entry }) {
  const { t } = useTranslation("quarantine");
  const words = useFindingWords();
  const shown = entry.findings.slice(0, MOST_SHOWN);
  return (
    <ul className="quarantine-words">
      {shown.map((finding) => (
        <li key={`${finding.field} ${finding.code}`} data-severity={finding.severity}>
          {words(finding)}
        </li>
      ))}
      {entry.findings.length > MOST_SHOWN && (
        <li>{t("more_findings", { count: entry.findings.length - MOST_SHOWN })}</li>
      )}
    </ul>
  );
}

function useColumns(isResolved: boolean): RecordColumn<Entry>[] {
  const { t } = useTranslation("quarantine");
  const word = useCodeWord();
  const columns: RecordColumn<Entry>[] = [
    {
      key: "order",
      title: t("column.order"),
      heading: true,
      width: 210,
      render: (entry) => (
        <>
          <Link to={{ search: `?entry=${entry.id}` }}>{entry.external_id || t("no_number")}</Link>
          <div className="muted quarantine-shop">
            {word("channel", entry.channel)} · {entry.shop}
          </div>
        </>
      ),
    },
    {
      key: "findings",
      title: t("column.findings"),
      render: (entry) => <Words entry={entry} />,
    },
    { key: "owner", title: t("column.owner"), width: 150, render: (e) => <Owner entry={e} /> },
    {
      key: "since",
      title: t("column.since"),
      width: 130,
      render: (entry) => <Instant at={entry.created_at} />,
    },
  ];
  if (isResolved) {
    columns.push({
      key: "resolution",
      title: t("column.resolution"),
      width: 200,
      render: (entry) => <Resolution entry={entry} />,
    });
  }
  return columns;
}

/** Messages that could not become an order: those that wait, or those that were dealt with. */
export function QuarantineList() {
  const { t } = useTranslation("quarantine");
  const [search, setSearch] = useSearchParams();
  const isResolved = search.get("state") === "resolved";
  const columns = useColumns(isResolved);
  const list = api.useInfiniteQuery(
    "get",
    "/api/v1/quarantine",
    { params: { query: { resolved: isResolved } } },
    {
      pageParamName: "cursor",
      initialPageParam: null,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      refetchInterval: EVERY_MS,
    },
  );
  const state = isResolved ? "resolved" : "open";
  return (
    <>
      <PageTitle
        title={t("title")}
        note={t("note")}
        actions={
          <Segmented
            aria-label={t("show")}
            value={state}
            onChange={(next) => setSearch(next === "resolved" ? { state: next } : {})}
            options={[
              { value: "open", label: t("show_open") },
              { value: "resolved", label: t("show_resolved") },
            ]}
          />
        }
      />
      {list.isPending && <Loading rows={8} />}
      {list.error && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && (
        <Records
          label={t("title")}
          rows={list.data.pages.flatMap((page) => page.items)}
          rowKey={(entry) => String(entry.id)}
          columns={columns}
          empty={<EmptyState title={t(`empty.${state}`)} advice={t(`empty.${state}_advice`)} />}
          more={
            list.hasNextPage
              ? { isLoading: list.isFetchingNextPage, load: () => void list.fetchNextPage() }
              : undefined
          }
        />
      )}
    </>
  );
}
