import { Alert, App, Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "@/api/client";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { ReasonModal } from "@/parts/ReasonModal";
import { shortId } from "./ExampleOrders";

interface ApplyOrdersProps {
  version: string;
  orders: readonly string[];
  onApplied(): void;
}

/** Puts chosen orders under the version in force, and says what became of each. */
export function ApplyOrders({ version, orders, onApplied }: ApplyOrdersProps) {
  const { t } = useTranslation("rules");
  const [isAsking, setIsAsking] = useState(false);
  const key = useRef("");
  const apply = api.useMutation("post", "/api/v1/rules/{version}/apply", {
    onSuccess: () => setIsAsking(false),
  });
  return (
    <>
      <Button
        type="primary"
        disabled={!orders.length}
        onClick={() => {
          // One intent, one key: trying again is the same batch.
          key.current = crypto.randomUUID();
          apply.reset();
          setIsAsking(true);
        }}
      >
        {t("apply.apply", { count: orders.length })}
      </Button>
      <ReasonModal
        open={isAsking}
        title={t("apply.title", { count: orders.length, version })}
        okText={t("apply.confirm")}
        busy={apply.isPending}
        error={apply.error}
        onCancel={() => setIsAsking(false)}
        onSubmit={(note) =>
          apply.mutate({
            params: { path: { version }, header: { "Idempotency-Key": key.current } },
            body: { orders: [...orders], note },
          })
        }
      >
        <p>{t("apply.advice")}</p>
      </ReasonModal>
      {apply.data && <BatchProgress id={apply.data.batch_id} onDone={onApplied} />}
    </>
  );
}

function BatchProgress({ id, onDone }: { id: string; onDone(): void }) {
  const { t, i18n } = useTranslation("rules");
  const { message } = App.useApp();
  const path = { batch_id: id };
  const { data, error } = api.useQuery(
    "get",
    "/api/v1/batches/{batch_id}",
    { params: { path } },
    { refetchInterval: ({ state }) => (state.data?.state === "done" ? false : 1_000) },
  );
  const isDone = data?.state === "done";
  const { data: refused } = api.useQuery(
    "get",
    "/api/v1/batches/{batch_id}/items",
    { params: { path, query: { state: "refused", limit: 100 } } },
    { enabled: isDone },
  );
  const accepted = data?.counts.accepted ?? 0;
  const isWhole = isDone && accepted === data.items;
  // What was applied changes nothing any more; the list is asked for anew.
  const told = useRef(false);
  useEffect(() => {
    if (!isWhole || told.current) return;
    told.current = true;
    message.success(t("apply.accepted", { count: accepted }));
    onDone();
  }, [isWhole, accepted, message, t, onDone]);
  if (error) return <ProblemAlert error={error} />;
  if (!data) return null;
  return (
    <Alert
      className="rule-batch"
      type={!isDone ? "info" : isWhole ? "success" : "warning"}
      showIcon
      title={t(isDone ? "apply.done" : "apply.running", { done: data.answered, items: data.items })}
      description={
        isDone && (
          <>
            {t("apply.accepted", { count: accepted })}
            <ul>
              {refused?.items.map((item) => (
                <li key={item.order_id}>
                  <Link to={`/orders/${encodeURIComponent(item.order_id)}`}>
                    {item.number || shortId(item.order_id)}
                  </Link>{" "}
                  {i18n.resolvedLanguage === "zh" ? item.zh : item.en}
                </li>
              ))}
            </ul>
          </>
        )
      }
    />
  );
}
