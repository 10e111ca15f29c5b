import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useTheme } from "@/app/theme";
import { Chart } from "@/parts/Chart";
import { formatMoney } from "@/parts/Money";
import { useRuleWords } from "../model/useRuleWords";
import { type Bar, barsOption, colour, heightOf, stackedOption } from "./charts";
import type { Fate, Result } from "./result";
import { useResultWords } from "./useResultWords";

const FATES = [
  ["met", "--good"],
  ["missed_to_met", "--brand"],
  ["met_to_missed", "--bad"],
  ["missed", "--warn"],
] as const satisfies readonly (readonly [Fate, string])[];

const ENDINGS: Record<string, string> = {
  completed: "--good",
  returned: "--bad",
  closed_abnormally: "--bad",
};

/** A chart with a heading, or why there is none. */
function Panel({ title, note, bars, fill }: PanelProps) {
  const { t } = useTranslation("rules");
  const { isDark } = useTheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours follow the theme
  const option = useMemo(() => barsOption(bars, colour(fill)), [bars, fill, isDark]);
  return (
    <section className="rule-chart">
      <h3>{title}</h3>
      {note && <p className="muted">{note}</p>}
      {bars.length ? (
        <Chart
          option={option}
          height={heightOf(bars.length)}
          label={`${title}: ${bars.map((bar) => `${bar.name} ${bar.said}`).join("; ")}`}
        />
      ) : (
        <p className="rule-nothing">{t("backtest.nothing")}</p>
      )}
    </section>
  );
}

interface PanelProps {
  title: string;
  note?: string;
  bars: readonly Bar[];
  fill: string;
}

export function BacktestCharts({ result }: { result: Result }) {
  const { t, i18n } = useTranslation("rules");
  const { title } = useRuleWords();
  const words = useResultWords();
  const money = (amount: string) => formatMoney(amount, result.base_currency, i18n.language);
  const orders = (count: number) => t("backtest.of_orders", { count });
  const moved = result.tiers
    .filter((each) => each.from !== each.to)
    .map((each) => ({
      name: `${words.tier(each.from)} → ${words.tier(each.to)}`,
      value: Number(each.amount),
      said: `${money(each.amount)}\n${orders(each.orders)}`,
    }));
  const decisions = Object.entries(result.tables).map(([table, count]) => ({
    name: title(table),
    value: count,
    said: orders(count),
  }));
  const ended = result.now_automatic.ended.map((each) => ({
    name: words.ending(each.ending, each.reason),
    fill: ENDINGS[each.ending] ?? "--brand",
    value: each.orders,
    said: `${money(each.amount)}\n${orders(each.orders)}`,
  }));
  const isChinese = i18n.resolvedLanguage === "zh";
  return (
    <div className="rule-charts">
      <Panel title={t("chart.moved")} bars={moved} fill="--brand" />
      <Panel title={t("chart.decisions")} bars={decisions} fill="--brand" />
      <Panel title={t("chart.ended")} note={t("chart.ended_note")} bars={ended} fill="--warn" />
      <HoursChart
        result={result}
        note={isChinese ? result.hours.definition_zh : result.hours.definition_en}
      />
      <DeadlinesChart result={result} />
    </div>
  );
}

function HoursChart({ result, note }: { result: Result; note: string }) {
  const { t } = useTranslation("rules");
  const words = useResultWords();
  const { saved, added } = result.hours;
  const lines = [
    ...saved.map((each) => ({ ...each, side: "saved" as const })),
    ...added.map((each) => ({ ...each, side: "added" as const })),
  ];
  const bars = lines.map((each) => ({
    name: `${t(`chart.${each.side}`)}: ${words.tier(each.tier)}, ${words.roles(each.role)}`,
    value: (each.side === "saved" ? -1 : 1) * Number(each.hours ?? 0),
    said:
      each.hours === null
        ? t("backtest.too_few")
        : t("backtest.hours", { hours: `${each.side === "saved" ? "−" : "+"}${each.hours}` }),
  }));
  return <Panel title={t("chart.hours")} note={note} bars={bars} fill="--good" />;
}

function DeadlinesChart({ result }: { result: Result }) {
  const { t } = useTranslation("rules");
  const { isDark } = useTheme();
  const { codeWord } = useRuleWords();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours follow the theme
  const option = useMemo(
    () =>
      stackedOption(
        result.deadlines.map((each) => codeWord(each.stage)),
        FATES.map(([fate, fill]) => ({
          name: t(`fate.${fate}`),
          colour: colour(fill),
          values: result.deadlines.map((each) => each[fate]),
        })),
      ),
    [result, isDark, t],
  );
  const said = result.deadlines.map(
    (each) =>
      `${codeWord(each.stage)}: ${FATES.map(([fate]) => `${t(`fate.${fate}`)} ${each[fate]}`).join(", ")}`,
  );
  return (
    <section className="rule-chart">
      <h3>{t("chart.deadlines")}</h3>
      <p className="muted">
        {t("chart.deadlines_note", {
          count: result.deadlines.reduce((sum, each) => sum + each.unknown, 0),
        })}
      </p>
      <Chart
        option={option}
        height={heightOf(result.deadlines.length, 84)}
        label={`${t("chart.deadlines")}: ${said.join("; ")}`}
      />
    </section>
  );
}
