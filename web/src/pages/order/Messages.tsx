import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useCodeWord } from "@/i18n/code";
import { EmptyState } from "@/parts/EmptyState";
import { Instant } from "@/parts/Instant";
import { Loading } from "@/parts/Loading";
import { PersonName } from "@/parts/PersonName";
import { Pill, type Tone } from "@/parts/Pill";
import { ProblemAlert } from "@/parts/ProblemAlert";

const TONES: Record<string, Tone> = { sent: "good", failed: "warn", dead: "bad" };

/** Who was told what about the order, and whether it reached them. */
export function Messages({ orderId }: { orderId: string }) {
  const { t } = useTranslation("order");
  const word = useCodeWord();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    api.useInfiniteQuery(
      "get",
      "/api/v1/orders/{order_id}/messages",
      { params: { path: { order_id: orderId } } },
      { initialPageParam: null, getNextPageParam: (page) => page.next_cursor },
    );
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading rows={5} />;
  const messages = data.pages.flatMap((page) => page.items);
  if (!messages.length)
    return <EmptyState title={t("messages.empty")} advice={t("messages.empty_advice")} />;
  return (
    <>
      <ul className="rows">
        {messages.map((message) => (
          <li key={message.id}>
            <Pill tone={TONES[message.state] ?? "plain"}>
              {word("order:message_state", message.state)}
            </Pill>
            <strong>
              <PersonName person={message.person_id} name={message.person_name} />
            </strong>
            <span>{word("order:message_kind", message.event_kind)}</span>
            <Instant at={message.sent_at ?? message.created_at} />
            <span className="muted">
              {message.deliveries.map((delivery) => delivery.medium).join(", ")}
              {message.last_error && ` · ${message.last_error}`}
            </span>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("messages.more")}
        </Button>
      )}
    </>
  );
}
