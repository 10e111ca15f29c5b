import { Collapse } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "@/api/client";
import type { components } from "@/generated/api";
import { useCodeWord } from "@/i18n/code";
import { EmptyState } from "@/parts/EmptyState";
import { Instant } from "@/parts/Instant";
import { Loading } from "@/parts/Loading";
import { useNames } from "@/parts/names";
import { PageTitle } from "@/parts/PageTitle";
import { PersonName } from "@/parts/PersonName";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { type RecordColumn, Records } from "@/parts/Records";
import { AuditFilter } from "./AuditFilter";
import "./audit.css";
import { Detail } from "./Detail";
import { type Filter, useFilter } from "./filter";

type Entry = components["schemas"]["AuditEntry"];

function Subject({ subject }: { subject: string }) {
  const { t } = useTranslation("audit");
  if (!subject) return <span className="muted">—</span>;
  if (!subject.startsWith("ord_")) return <span className="audit-subject">{subject}</span>;
  return (
    <Link className="audit-subject" to={`/orders/${subject}`} title={subject}>
      {t("order", { end: subject.slice(-6) })}
    </Link>
  );
}

function useColumns(): RecordColumn<Entry>[] {
  const { t } = useTranslation("audit");
  const word = useCodeWord();
  const names = useNames();
  return [
    { key: "at", title: t("column.at"), width: 130, render: (e) => <Instant at={e.at} /> },
    {
      key: "actor",
      title: t("filter.actor"),
      width: 160,
      heading: true,
      render: ({ actor }) => <PersonName person={actor} name={names[actor] ?? null} />,
    },
    {
      key: "action",
      title: t("filter.action"),
      width: 180,
      heading: true,
      render: ({ action }) => word("audit:action", action),
    },
    {
      key: "subject",
      title: t("filter.subject"),
      width: 130,
      render: ({ subject }) => <Subject subject={subject} />,
    },
    {
      key: "detail",
      title: t("column.detail"),
      render: ({ detail }) => <Detail detail={detail} />,
    },
    {
      key: "place",
      title: t("column.place"),
      width: 110,
      render: ({ chain, seq }) => (
        <span className="muted" title={`${chain} ${seq}`}>
          {chain === "system" ? t("in_system", { seq }) : t("in_order", { seq })}
        </span>
      ),
    },
  ];
}

function Entries({ filter }: { filter: Filter }) {
  const { t } = useTranslation("audit");
  const columns = useColumns();
  const query = Object.fromEntries(Object.entries(filter).filter(([, value]) => value));
  const list = api.useInfiniteQuery(
    "get",
    "/api/v1/audit",
    { params: { query } },
    {
      pageParamName: "cursor",
      initialPageParam: null,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    },
  );
  if (list.isPending) return <Loading rows={10} />;
  if (list.error) return <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <Records
      label={t("title")}
      rows={list.data.pages.flatMap((page) => page.entries)}
      rowKey={(entry) => `${entry.chain} ${entry.seq}`}
      columns={columns}
      empty={<EmptyState title={t("empty.title")} advice={t("empty.advice")} />}
      more={
        list.hasNextPage
          ? { isLoading: list.isFetchingNextPage, load: () => void list.fetchNextPage() }
          : undefined
      }
    />
  );
}

export default function AuditPage() {
  const { t } = useTranslation("audit");
  const [filter, change] = useFilter();
  return (
    <>
      <PageTitle title={t("title")} note={t("note")} />
      <Collapse
        ghost
        size="small"
        className="audit-about"
        items={[{ key: "chain", label: t("chain.title"), children: <p>{t("chain.text")}</p> }]}
      />
      <AuditFilter filter={filter} onChange={change} />
      <Entries filter={filter} />
    </>
  );
}
