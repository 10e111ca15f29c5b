import { Alert, Button, InputNumber, Select } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useSession } from "@/app/session";
import type { components } from "@/generated/api";
import { EmptyState } from "@/parts/EmptyState";
import { formatInstant } from "@/parts/Instant";
import { Loading } from "@/parts/Loading";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { Labelled } from "../Labelled";
import type { RuleSetView } from "../model/tables";
import { Tip } from "../Tip";
import { BacktestResult } from "./BacktestResult";

export type Backtest = components["schemas"]["BacktestDetail"];

const isGoing = (state: string | undefined) => state === "waiting" || state === "running";

interface BacktestViewProps {
  ruleSet: RuleSetView;
  isDirty: boolean;
}

/** The version judged on the orders of the past: started, followed and read. */
export function BacktestView({ ruleSet, isDirty }: BacktestViewProps) {
  const { t, i18n } = useTranslation("rules");
  const { can } = useSession();
  const [chosen, setChosen] = useState<string | null>(null);
  const params = { params: { path: { version: ruleSet.rule_set_id } } };
  const { data, error, refetch } = api.useQuery(
    "get",
    "/api/v1/rules/{version}/backtests",
    params,
    { refetchInterval: ({ state }) => (isGoing(state.data?.backtests[0]?.state) ? 2_000 : false) },
  );
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading rows={8} />;
  const shown = data.backtests.find(({ id }) => id === chosen) ?? data.backtests[0];
  const named = (each: components["schemas"]["BacktestView"]) =>
    [
      formatInstant(each.created_at, i18n.language),
      t("backtest.of_orders", { count: each.orders_total ?? each.orders }),
      t(`backtest.state.${each.state}`),
    ].join(" · ");
  return (
    <div className="rule-proof">
      {isDirty && <Tip>{t("proof.unsaved")}</Tip>}
      {can("rules.edit") && (
        <StartBacktest
          version={ruleSet.rule_set_id}
          isBusy={isGoing(data.backtests[0]?.state)}
          onStarted={(id) => {
            setChosen(id);
            void refetch();
          }}
        />
      )}
      {data.backtests.length > 1 && (
        <Select
          aria-label={t("backtest.which")}
          style={{ maxWidth: "100%", minWidth: 260 }}
          value={shown?.id ?? null}
          options={data.backtests.map((each) => ({ value: each.id, label: named(each) }))}
          onChange={setChosen}
        />
      )}
      {shown ? (
        <OneBacktest key={shown.id} id={shown.id} />
      ) : (
        <EmptyState title={t("backtest.none")} advice={t("backtest.none_advice")} />
      )}
    </div>
  );
}

interface StartBacktestProps {
  version: string;
  isBusy: boolean;
  onStarted(id: string): void;
}

function StartBacktest({ version, isBusy, onStarted }: StartBacktestProps) {
  const { t } = useTranslation("rules");
  const [orders, setOrders] = useState(10_000);
  const [against, setAgainst] = useState("");
  const { data: versions } = api.useQuery("get", "/api/v1/rules");
  // The same key until it was taken: a retry is the same backtest.
  const key = useRef(crypto.randomUUID());
  const ask = api.useMutation("post", "/api/v1/rules/{version}/backtests", {
    onSuccess: ({ id }) => {
      key.current = crypto.randomUUID();
      onStarted(id);
    },
  });
  const others = versions?.versions.filter(
    ({ rule_set_id, state }) => rule_set_id !== version && state !== "discarded",
  );
  return (
    <>
      <div className="rule-start">
        <Labelled label={t("backtest.last")}>
          {(id) => (
            <InputNumber<number>
              id={id}
              min={1}
              max={1_000_000}
              precision={0}
              value={orders}
              onChange={(next) => setOrders(next ?? 10_000)}
            />
          )}
        </Labelled>
        <Labelled label={t("backtest.against")}>
          {(id) => (
            <Select
              id={id}
              style={{ minWidth: 220 }}
              value={against}
              options={[
                { value: "", label: t("backtest.as_decided") },
                ...(others ?? []).map(({ rule_set_id }) => ({
                  value: rule_set_id,
                  label: rule_set_id,
                })),
              ]}
              onChange={setAgainst}
            />
          )}
        </Labelled>
        <Button
          type="primary"
          loading={ask.isPending}
          disabled={isBusy}
          onClick={() =>
            ask.mutate({
              params: { path: { version }, header: { "idempotency-key": key.current } },
              body: { orders, against, repeats: "" },
            })
          }
        >
          {t("backtest.start")}
        </Button>
      </div>
      {ask.error && <ProblemAlert error={ask.error} />}
    </>
  );
}

function OneBacktest({ id }: { id: string }) {
  const { t, i18n } = useTranslation("rules");
  const params = { params: { path: { backtest_id: id } } };
  const { data, error, refetch } = api.useQuery("get", "/api/v1/backtests/{backtest_id}", params, {
    refetchInterval: ({ state }) => (isGoing(state.data?.state) ? 1_000 : false),
  });
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading rows={8} />;
  if (data.state === "failed") {
    const isChinese = i18n.resolvedLanguage === "zh";
    return (
      <Alert
        type="error"
        showIcon
        title={t("backtest.failed")}
        description={isChinese ? data.error_zh : data.error_en}
      />
    );
  }
  if (data.state === "done" && data.result) return <BacktestResult backtest={data} />;
  return <Progress backtest={data} />;
}

function Progress({ backtest }: { backtest: Backtest }) {
  const { t } = useTranslation("rules");
  const { orders_done: done, orders_total: total } = backtest;
  return (
    <div className="rule-progress" role="status">
      <strong>{t(backtest.state === "waiting" ? "backtest.waiting" : "backtest.running")}</strong>
      <progress aria-label={t("backtest.running")} value={done} max={total || 1} />
      <span className="muted numeric">
        {total === null ? "" : t("backtest.progress", { done, total })}
      </span>
    </div>
  );
}
