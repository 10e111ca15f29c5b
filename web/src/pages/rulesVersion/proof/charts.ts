/** What a backtest found, as charts. */
import type { EChartsCoreOption } from "echarts/core";

export interface Bar {
  name: string;
  value: number;
  /** What the tooltip and the label say instead of the number. */
  said: string;
  /** In place of the colour of the chart. */
  fill?: string;
}

export interface Series {
  name: string;
  colour: string;
  values: number[];
}

/** Read from the page, so that charts have the colours of the theme. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const grid = { left: 8, right: 24, top: 8, bottom: 8, containLabel: true };
const quiet = { axisTick: { show: false }, axisLine: { show: false } };

function names(list: string[]) {
  const axisLabel = { width: 116, overflow: "break", color: colour("--ink") };
  return { type: "category", inverse: true, data: list, axisLabel, ...quiet };
}

function numbers() {
  return {
    type: "value",
    minInterval: 1,
    splitNumber: 3,
    axisLabel: { color: colour("--ink-soft"), hideOverlap: true },
    splitLine: { lineStyle: { color: colour("--line") } },
  };
}

/** One bar a line, the largest on top, each with its words behind it. */
export function barsOption(bars: readonly Bar[], fill: string): EChartsCoreOption {
  return {
    aria: { enabled: true },
    grid: { ...grid, right: 104 },
    xAxis: { ...numbers(), show: false },
    yAxis: names(bars.map((bar) => bar.name)),
    series: [
      {
        type: "bar",
        barMaxWidth: 22,
        itemStyle: { color: fill, borderRadius: [0, 4, 4, 0] },
        label: {
          show: true,
          position: "right",
          color: colour("--ink"),
          formatter: ({ dataIndex }: { dataIndex: number }) => bars[dataIndex]?.said ?? "",
        },
        data: bars.map((bar) =>
          bar.fill ? { value: bar.value, itemStyle: { color: colour(bar.fill) } } : bar.value,
        ),
      },
    ],
  };
}

/** Several parts a line, one behind the other. */
export function stackedOption(lines: string[], parts: readonly Series[]): EChartsCoreOption {
  return {
    aria: { enabled: true },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, confine: true },
    legend: { bottom: 0, textStyle: { color: colour("--ink") }, itemWidth: 12, itemHeight: 10 },
    grid: { ...grid, bottom: 54 },
    xAxis: numbers(),
    yAxis: names(lines),
    series: parts.map((part) => ({
      name: part.name,
      type: "bar",
      stack: "all",
      barMaxWidth: 22,
      itemStyle: { color: part.colour },
      data: part.values,
    })),
  };
}

export const heightOf = (lines: number, extra = 24) => Math.max(84, lines * 42 + extra);
