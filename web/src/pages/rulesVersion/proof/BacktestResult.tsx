import { Button, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { download } from "@/api/request";
import { formatMoney } from "@/parts/Money";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { BacktestCharts } from "./BacktestCharts";
import type { Backtest } from "./BacktestView";
import { ChangedOrders } from "./ChangedOrders";
import type { Result } from "./result";

/** What a backtest found: the figures, the charts, the orders and the digest. */
export function BacktestResult({ backtest }: { backtest: Backtest }) {
  const result = backtest.result as unknown as Result;
  return (
    <div className="rule-result">
      <Figures result={result} />
      <BacktestCharts result={result} />
      <ChangedOrders result={result} />
      <Unknowns result={result} />
      <Digest backtest={backtest} />
    </div>
  );
}

function Figures({ result }: { result: Result }) {
  const { t, i18n } = useTranslation("rules");
  const money = (amount: string) => formatMoney(amount, result.base_currency, i18n.language);
  const hours = (held: string | null) =>
    held === null ? t("backtest.too_few") : t("backtest.hours", { hours: held });
  const { changed, judged, found } = result.orders;
  const figures = [
    { key: "judged", value: judged, note: t("backtest.of_found", { count: found }) },
    { key: "changed", value: changed.orders, note: money(changed.amount) },
    { key: "moved", value: money(result.amount_moved), note: t("backtest.moved_note") },
    {
      key: "now_automatic",
      value: result.now_automatic.orders,
      note: money(result.now_automatic.amount),
    },
    { key: "now_people", value: result.now_people.orders, note: money(result.now_people.amount) },
    {
      key: "hours",
      value: `−${hours(result.hours.saved_hours)} / +${hours(result.hours.added_hours)}`,
      note: t("backtest.hours_note"),
    },
  ] as const;
  return (
    <dl className="rule-figures">
      {figures.map(({ key, value, note }) => (
        <div key={key}>
          <dt>{t(`figure.${key}`)}</dt>
          <dd className="numeric">
            {typeof value === "number" ? value.toLocaleString(i18n.language) : value}
          </dd>
          <dd className="muted">{note}</dd>
        </div>
      ))}
    </dl>
  );
}

function Unknowns({ result }: { result: Result }) {
  const { t, i18n } = useTranslation("rules");
  if (!result.unknown.length) return null;
  return (
    <section>
      <h3>{t("backtest.unknown")}</h3>
      <ul>
        {result.unknown.map((each) => (
          <li key={each.reason}>
            {i18n.resolvedLanguage === "zh" ? each.zh : each.en}:{" "}
            {t("backtest.of_orders", { count: each.orders })}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The same draft on the same orders gives the same digest. */
function Digest({ backtest }: { backtest: Backtest }) {
  const { t } = useTranslation("rules");
  const [error, setError] = useState<unknown>(null);
  const path = `/api/v1/backtests/${backtest.id}/result.xlsx`;
  return (
    <footer className="rule-digest">
      <span>
        {t("backtest.digest")}{" "}
        <Typography.Text code copyable={{ text: backtest.digest }}>
          {backtest.digest.slice(0, 16)}
        </Typography.Text>
      </span>
      <span className="muted">{t("backtest.digest_note")}</span>
      <Button
        onClick={() => {
          setError(null);
          download(path, `${backtest.id}.xlsx`).catch(setError);
        }}
      >
        {t("backtest.workbook")}
      </Button>
      {error !== null && <ProblemAlert error={error} />}
    </footer>
  );
}
