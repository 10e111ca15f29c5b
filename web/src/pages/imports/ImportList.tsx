import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { EmptyState } from "@/parts/EmptyState";
import { Instant } from "@/parts/Instant";
import { Loading } from "@/parts/Loading";
import { useNames } from "@/parts/names";
import { PersonName } from "@/parts/PersonName";
import { Pill } from "@/parts/Pill";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { type RecordColumn, Records } from "@/parts/Records";
import { ImportState } from "./ImportState";
import { hasEnded, type ImportView } from "./useImport";

const EVERY_MS = 5_000;

function useColumns(onOpen: (id: string) => void): RecordColumn<ImportView>[] {
  const { t, i18n } = useTranslation("imports");
  const names = useNames();
  const number = (value: number) => value.toLocaleString(i18n.language);
  return [
    {
      key: "files",
      title: t("list.files"),
      heading: true,
      render: (found) => (
        <Button type="link" className="import-open" onClick={() => onOpen(found.id)}>
          {found.files.map((file) => file.name).join(", ")}
        </Button>
      ),
    },
    {
      key: "state",
      title: t("list.state"),
      render: (found) => (
        <span className="pills">
          <ImportState state={found.state} />
          {!hasEnded(found) && found.percent !== null && <Pill>{`${found.percent} %`}</Pill>}
          {found.options.dry_run && <Pill tone="info">{t("dry_run")}</Pill>}
          {found.options.history && <Pill>{t("history")}</Pill>}
        </span>
      ),
    },
    {
      key: "orders",
      title: t("list.orders"),
      align: "end",
      render: (found) => number(found.orders_read),
    },
    {
      key: "refused",
      title: t("list.refused"),
      align: "end",
      render: (found) => number(found.orders_refused),
    },
    { key: "shop", title: t("option.shop"), render: (found) => found.shop },
    {
      key: "by",
      title: t("list.by"),
      render: ({ submitter }) => <PersonName person={submitter} name={names[submitter] ?? null} />,
    },
    { key: "at", title: t("list.at"), render: (found) => <Instant at={found.created_at} /> },
  ];
}

/** Every import, the newest first. */
export function ImportList({ onOpen }: { onOpen(id: string): void }) {
  const { t } = useTranslation("imports");
  const columns = useColumns(onOpen);
  const list = api.useInfiniteQuery(
    "get",
    "/api/v1/imports",
    {},
    {
      pageParamName: "cursor",
      initialPageParam: null,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      refetchInterval: ({ state }) =>
        state.data?.pages.some((page) => !page.items.every(hasEnded)) ? EVERY_MS : false,
    },
  );
  if (list.isPending) return <Loading rows={6} />;
  if (list.error) return <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <Records
      label={t("list.title")}
      rows={list.data.pages.flatMap((page) => page.items)}
      rowKey={(found) => found.id}
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
