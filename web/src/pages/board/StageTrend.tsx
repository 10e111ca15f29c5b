import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useTheme } from "@/app/theme";
import { useCodeWord } from "@/i18n/code";
import { Chart } from "@/parts/Chart";
import { StageName } from "@/parts/Stage";
import type { StageTimes } from "./queries";
import { type TrendWords, trendOption } from "./trendOption";
import { useNumbers, useShortSpan } from "./words";

function useTrendWords(): TrendWords {
  const { t, i18n } = useTranslation("board");
  const span = useShortSpan();
  return useMemo(() => {
    const day = new Intl.DateTimeFormat(i18n.language, {
      month: "numeric",
      day: "numeric",
      timeZone: "UTC",
    });
    return {
      average: t("trend.average"),
      p90: t("trend.p90"),
      day: (at: string) => day.format(new Date(`${at}T00:00:00Z`)),
      span,
    };
  }, [t, i18n.language, span]);
}

interface TrendProps {
  stages: readonly StageTimes[];
  height?: number;
  textSize?: number;
}

/** For every stage a small chart: what was usual, and what nine of ten orders stayed below. */
export function StageTrend({ stages, height = 112, textSize = 11 }: TrendProps) {
  return (
    <div className="trends">
      {stages.map((stage) => (
        <Trend key={stage.stage} times={stage} height={height} textSize={textSize} />
      ))}
    </div>
  );
}

interface OneProps {
  times: StageTimes;
  height: number;
  textSize: number;
}

function Trend({ times, height, textSize }: OneProps) {
  const { t } = useTranslation("board");
  const word = useCodeWord();
  const words = useTrendWords();
  const { isDark } = useTheme();
  const { number } = useNumbers();
  const option = useMemo(
    () => trendOption(times, words, isDark, textSize),
    [times, words, isDark, textSize],
  );
  const { average_seconds: average, p90_seconds: p90, entries } = times;
  const span = (seconds: number | null) => (seconds === null ? "—" : words.span(seconds));
  const label = t("trend.label", {
    stage: word("stage", times.stage),
    average: span(average),
    p90: span(p90),
    entries: number(entries),
  });
  return (
    <figure className="trend">
      <figcaption>
        <strong>
          <StageName stage={times.stage} />
        </strong>
        {entries > 0 && (
          <>
            <span className="trend-key" data-line="average">
              {t("trend.average")} <b className="numeric">{span(average)}</b>
            </span>
            <span className="trend-key" data-line="p90">
              {t("trend.p90")} <b className="numeric">{span(p90)}</b>
            </span>
          </>
        )}
      </figcaption>
      {entries > 0 ? (
        <Chart option={option} label={label} height={height} />
      ) : (
        <p className="trend-none muted" style={{ height }}>
          {t("trend.none")}
        </p>
      )}
    </figure>
  );
}
