import { Alert, Button, InputNumber } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { useSession } from "@/app/session";
import type { components } from "@/generated/api";
import { EmptyState } from "@/parts/EmptyState";
import { Instant } from "@/parts/Instant";
import { Loading } from "@/parts/Loading";
import { Money } from "@/parts/Money";
import { PersonName } from "@/parts/PersonName";
import { Pill } from "@/parts/Pill";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { Labelled } from "../Labelled";
import { isOpen, type RuleSetView } from "../model/tables";
import { useRuleWords } from "../model/useRuleWords";
import { useNames } from "../model/useVersion";
import { ExampleOrders } from "./ExampleOrders";

type Report = components["schemas"]["ShadowReportView"];
const DAY_MS = 86_400_000;

/** The draft asked about every new order beside the rules in force, without effect. */
export function ShadowView({ ruleSet }: { ruleSet: RuleSetView }) {
  const { t } = useTranslation("rules");
  const { can } = useSession();
  const params = { params: { path: { version: ruleSet.rule_set_id } } };
  const { data, error, isPending, refetch } = api.useQuery(
    "get",
    "/api/v1/rules/{version}/shadow",
    params,
    { refetchInterval: ({ state }) => (state.data?.running ? 10_000 : false) },
  );
  const isNone = !!error && asProblem(error).code === "no_shadow";
  const changed = () => void refetch();
  if (isPending) return <Loading />;
  if (error && !isNone) return <ProblemAlert error={error} onRetry={changed} />;
  const report = isNone ? undefined : data;
  const canStart = can("rules.edit") && isOpen(ruleSet) && !report?.running;
  return (
    <div className="rule-proof">
      <p className="muted">{t("shadow.about")}</p>
      {canStart && <StartShadow version={ruleSet.rule_set_id} onStarted={changed} />}
      {report ? (
        <ShadowReport report={report} canStop={can("rules.edit")} onStopped={changed} />
      ) : (
        <EmptyState
          title={t("shadow.none")}
          advice={t(isOpen(ruleSet) ? "shadow.none_advice" : "shadow.only_drafts")}
        />
      )}
    </div>
  );
}

function StartShadow({ version, onStarted }: { version: string; onStarted(): void }) {
  const { t } = useTranslation("rules");
  const [days, setDays] = useState(7);
  const start = api.useMutation("post", "/api/v1/rules/{version}/shadow", {
    onSettled: onStarted,
  });
  const begin = () => {
    // A minute less, so that a clock that is a little off does not ask for too long.
    const ends = new Date(Date.now() + days * DAY_MS - 60_000);
    start.mutate({ params: { path: { version } }, body: { ends_at: ends.toISOString() } });
  };
  return (
    <>
      <div className="rule-start">
        <Labelled label={t("shadow.days")}>
          {(id) => (
            <InputNumber<number>
              id={id}
              min={1}
              max={14}
              precision={0}
              value={days}
              onChange={(next) => setDays(next ?? 7)}
            />
          )}
        </Labelled>
        <Button type="primary" loading={start.isPending} onClick={begin}>
          {t("shadow.start")}
        </Button>
      </div>
      {start.error && <ProblemAlert error={start.error} />}
    </>
  );
}

interface ShadowReportProps {
  report: Report;
  canStop: boolean;
  onStopped(): void;
}

function ShadowReport({ report, canStop, onStopped }: ShadowReportProps) {
  const { t } = useTranslation("rules");
  const { title } = useRuleWords();
  const nameOf = useNames();
  const stop = api.useMutation("post", "/api/v1/rules/{version}/shadow/stop", {
    onSettled: onStopped,
  });
  return (
    <section>
      <header className="rule-shadow">
        <Pill tone={report.running ? "good" : "plain"}>
          {t(report.running ? "shadow.running" : "shadow.ended")}
        </Pill>
        <span>
          <PersonName person={report.started_by} name={nameOf(report.started_by) ?? null} />{" "}
          <Instant at={report.started_at} /> – <Instant at={report.stopped_at ?? report.ends_at} />
        </span>
        {report.running && canStop && (
          <Button
            size="small"
            danger
            loading={stop.isPending}
            onClick={() => stop.mutate({ params: { path: { version: report.rule_set } } })}
          >
            {t("shadow.stop")}
          </Button>
        )}
      </header>
      {stop.error && <ProblemAlert error={stop.error} />}
      <dl className="rule-figures">
        <div>
          <dt>{t("shadow.looked_at")}</dt>
          <dd className="numeric">{report.looked_at}</dd>
        </div>
        <div>
          <dt>{t("shadow.differing")}</dt>
          <dd className="numeric">{report.differing}</dd>
          <dd className="muted">
            <Money amount={report.amount} currency={report.currency} />
          </dd>
        </div>
      </dl>
      {report.unanswered > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t("shadow.unanswered", { count: report.unanswered })}
        />
      )}
      <ul className="rule-changed">
        {report.differences.map((each) => (
          <li key={each.table}>
            <header>
              <strong>{title(each.table)}</strong>
              <span className="muted numeric">
                {t("backtest.of_orders", { count: each.admissions })} ·{" "}
                <Money amount={each.amount} currency={report.currency} />
              </span>
            </header>
            <ExampleOrders ids={each.examples} of={each.admissions} />
          </li>
        ))}
      </ul>
      {report.looked_at > 0 && !report.differing && <p>{t("shadow.no_difference")}</p>}
    </section>
  );
}
