/** The chart of how long one stage took, day by day. */
import type { EChartsCoreOption } from "echarts/core";
import type { StageTimes } from "./queries";

export interface TrendWords {
  average: string;
  p90: string;
  day(day: string): string;
  /** A span of time, short enough for an axis. */
  span(seconds: number): string;
}

interface Colours {
  average: string;
  p90: string;
  soft: string;
  line: string;
}

// The chart draws for itself and can't read the variables of base.css.
const LIGHT: Colours = { average: "#0f766e", p90: "#a1540a", soft: "#53625f", line: "#dfe5e3" };
const DARK: Colours = { average: "#4cc4b7", p90: "#e0a04a", soft: "#a3b3af", line: "#2b3734" };

export const trendColours = (isDark: boolean): Colours => (isDark ? DARK : LIGHT);

const STEPS = [5, 10, 30, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400];

/** A distance of lines that reads well as a time: two or three of them below `most`. */
export function stepOf(most: number): number {
  const wanted = most / 2.5;
  return STEPS.find((step) => step >= wanted) ?? Math.ceil(wanted / 86_400) * 86_400;
}

function lineOf(name: string, data: (number | null)[], color: string, isDashed: boolean) {
  return {
    name,
    type: "line",
    data,
    connectNulls: true,
    symbol: "circle",
    symbolSize: 4,
    showSymbol: data.filter((each) => each !== null).length < 3,
    itemStyle: { color },
    lineStyle: { color, width: 2, type: isDashed ? "dashed" : "solid" },
  };
}

export function trendOption(
  { points }: StageTimes,
  words: TrendWords,
  isDark: boolean,
  textSize: number,
): EChartsCoreOption {
  const colours = trendColours(isDark);
  const most = Math.max(10, ...points.map((point) => point.p90_seconds ?? 0));
  const step = stepOf(most);
  const text = { color: colours.soft, fontSize: textSize };
  return {
    animation: false,
    grid: { left: 4, right: 8, top: 8, bottom: 2, containLabel: true },
    tooltip: {
      trigger: "axis",
      confine: true,
      valueFormatter: (value: number | null) => (value === null ? "—" : words.span(value)),
    },
    xAxis: {
      type: "category",
      data: points.map(({ day }) => words.day(day)),
      axisLabel: { ...text, interval: Math.ceil(points.length / 3) - 1, hideOverlap: true },
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
    },
    yAxis: {
      type: "value",
      min: 0,
      max: Math.ceil(most / step) * step,
      interval: step,
      axisLabel: { ...text, formatter: (seconds: number) => (seconds ? words.span(seconds) : "0") },
      splitLine: { lineStyle: { color: colours.line } },
    },
    series: [
      lineOf(
        words.average,
        points.map((point) => point.average_seconds),
        colours.average,
        false,
      ),
      lineOf(
        words.p90,
        points.map((point) => point.p90_seconds),
        colours.p90,
        true,
      ),
    ],
  };
}
