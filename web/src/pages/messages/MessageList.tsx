import { useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { useSession } from "@/app/session";
import { useCodeWord } from "@/i18n/code";
import { EmptyState } from "@/parts/EmptyState";
import { Instant } from "@/parts/Instant";
import { Loading } from "@/parts/Loading";
import { PersonName } from "@/parts/PersonName";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { type RecordColumn, Records } from "@/parts/Records";
import type { Filter } from "./filter";
import { Deliveries, type Message, MessageState } from "./MessageState";

function Subject({ subject }: { subject: string }) {
  const { t } = useTranslation("messages");
  if (!subject.startsWith("ord_")) return <span className="message-subject muted">{subject}</span>;
  return (
    <Link className="message-subject" to={`/orders/${subject}`}>
      {t("open_order")}
    </Link>
  );
}

function Resend({ message }: { message: Message }) {
  const { t } = useTranslation("messages");
  const { message: notice } = App.useApp();
  const { session, can } = useSession();
  const queries = useQueryClient();
  const resend = api.useMutation("post", "/api/v1/messages/{message_id}/resend", {
    onSuccess: () => void notice.success(t("resent")),
    onError: (error) => void notice.error(asProblem(error).detailNow),
    onSettled: () => queries.invalidateQueries({ queryKey: ["get", "/api/v1/messages"] }),
  });
  const isMine = message.person_id === session.person_id;
  const mayResend = isMine || (can("messages.read") && can("orders.release_any"));
  if (message.state !== "dead" || !mayResend) return null;
  return (
    <Button
      size="small"
      loading={resend.isPending}
      onClick={() => resend.mutate({ params: { path: { message_id: message.id } } })}
    >
      {t("resend")}
    </Button>
  );
}

function useColumns(isAll: boolean): RecordColumn<Message>[] {
  const { t } = useTranslation("messages");
  const word = useCodeWord();
  const columns: RecordColumn<Message>[] = [
    {
      key: "what",
      title: t("column.what"),
      heading: true,
      render: (message) => word("messages:kind", message.event_kind),
    },
    {
      key: "about",
      title: t("column.about"),
      render: (message) => <Subject subject={message.subject} />,
    },
    {
      key: "state",
      title: t("column.state"),
      render: (message) => <MessageState state={message.state} />,
    },
    {
      key: "media",
      title: t("column.media"),
      render: (message) => <Deliveries message={message} />,
    },
    {
      key: "at",
      title: t("column.at"),
      render: (message) => <Instant at={message.created_at} />,
    },
    { key: "act", title: "", render: (message) => <Resend message={message} /> },
  ];
  const to: RecordColumn<Message> = {
    key: "to",
    title: t("column.to"),
    render: (message) => <PersonName person={message.person_id} name={message.person_name} />,
  };
  return isAll ? [columns[0] as RecordColumn<Message>, to, ...columns.slice(1)] : columns;
}

/** Messages that match, the newest first. */
export function MessageList({ filter }: { filter: Filter }) {
  const { t } = useTranslation("messages");
  const { session } = useSession();
  const columns = useColumns(filter.isAll);
  const query = {
    ...(filter.isAll ? {} : { person: session.person_id }),
    ...(filter.state && { state: filter.state }),
    ...(filter.order && { order: filter.order }),
  };
  const list = api.useInfiniteQuery(
    "get",
    "/api/v1/messages",
    { params: { query } },
    {
      pageParamName: "cursor",
      initialPageParam: null,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    },
  );
  if (list.isPending) return <Loading rows={8} />;
  if (list.error) return <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <Records
      label={t("title")}
      rows={list.data.pages.flatMap((page) => page.items)}
      rowKey={(message) => String(message.id)}
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
