import { useQueryClient } from "@tanstack/react-query";
import { Button, Progress } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "@/api/client";
import type { components } from "@/generated/api";
import { useCodeWord } from "@/i18n/code";
import { Loading } from "@/parts/Loading";
import { Pill, type Tone } from "@/parts/Pill";
import { ProblemAlert } from "@/parts/ProblemAlert";

const TONES: Record<string, Tone> = {
  accepted: "good",
  refused: "warn",
  failed: "bad",
  unknown: "warn",
};
/** What did not go through is read first. */
const ORDER = ["failed", "refused", "unknown", "cancelled", "pending", "accepted"];
const POLL_MS = 1_000;
const MOST_SHOWN = 500;

interface BatchProgressProps {
  batchId: string;
  called: ReadonlyMap<string, string>;
}

/** How far a batch is, and what became of each of its orders. */
export function BatchProgress({ batchId, called }: BatchProgressProps) {
  const { t } = useTranslation("work");
  const word = useCodeWord();
  const queries = useQueryClient();
  const path = { batch_id: batchId };
  const batch = api.useQuery(
    "get",
    "/api/v1/batches/{batch_id}",
    { params: { path } },
    {
      staleTime: 0,
      refetchInterval: ({ state }) => (state.data?.state === "done" ? false : POLL_MS),
    },
  );
  const isDone = batch.data?.state === "done";
  const items = api.useQuery(
    "get",
    "/api/v1/batches/{batch_id}/items",
    { params: { path, query: { limit: MOST_SHOWN } } },
    { staleTime: 0, refetchInterval: isDone ? false : POLL_MS },
  );
  const cancel = api.useMutation("post", "/api/v1/batches/{batch_id}/cancel");
  const { refetch } = items;

  useEffect(() => {
    if (!isDone) return;
    void refetch();
    void queries.invalidateQueries({ queryKey: ["get", "/api/v1/tasks"] });
  }, [isDone, refetch, queries]);

  if (batch.error) return <ProblemAlert error={batch.error} />;
  if (!batch.data) return <Loading rows={4} />;
  const { answered, items: all, counts } = batch.data;
  return (
    <div className="batch-progress">
      <Progress
        percent={all ? Math.floor((answered / all) * 100) : 100}
        status={isDone ? "success" : "active"}
        aria-label={t("batch.progress")}
      />
      <p role="status">
        {t(isDone ? "batch.done" : "batch.running", { answered, all })}{" "}
        <span className="pills">
          {ORDER.filter((state) => counts[state]).map((state) => (
            <Pill key={state} tone={TONES[state] ?? "plain"}>
              {`${word("work:item", state)} ${counts[state]}`}
            </Pill>
          ))}
        </span>
      </p>
      {!isDone && (
        <Button
          loading={cancel.isPending}
          disabled={batch.data.cancelled_at !== null}
          onClick={() => cancel.mutate({ params: { path } })}
        >
          {t("batch.cancel")}
        </Button>
      )}
      {cancel.error && <ProblemAlert error={cancel.error} />}
      <Items items={items.data?.items ?? []} called={called} />
      {items.data?.next_cursor && (
        <p className="muted">{t("batch.first_items", { count: MOST_SHOWN })}</p>
      )}
    </div>
  );
}

interface ItemsProps {
  items: components["schemas"]["ItemView"][];
  called: ReadonlyMap<string, string>;
}

function Items({ items, called }: ItemsProps) {
  const { i18n } = useTranslation("work");
  const word = useCodeWord();
  const isChinese = i18n.resolvedLanguage === "zh";
  const sorted = [...items].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  return (
    <ul className="batch-items">
      {sorted.map((item) => (
        <li key={item.ordinal}>
          <Link to={`/orders/${item.order_id}`}>
            {item.number || called.get(item.order_id) || item.order_id}
          </Link>
          <Pill tone={TONES[item.state] ?? "plain"}>{word("work:item", item.state)}</Pill>
          <span className="muted">{isChinese ? item.zh : item.en}</span>
        </li>
      ))}
    </ul>
  );
}
