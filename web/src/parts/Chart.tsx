import { BarChart, HeatmapChart, LineChart } from "echarts/charts";
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useTheme } from "@/app/theme";

use([
  BarChart,
  LineChart,
  HeatmapChart,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
  AriaComponent,
  SVGRenderer,
]);

interface ChartProps {
  /** Keep it the same object while nothing changed (useMemo). */
  option: EChartsCoreOption;
  /** What the chart shows, for those who can't see it. */
  label: string;
  height?: number;
}

/** An ECharts chart in the colours of the theme, as wide as its place. */
export function Chart({ option, label, height = 240 }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const { isDark } = useTheme();
  useEffect(() => {
    if (!place.current) return;
    const chart = init(place.current, isDark ? "dark" : undefined);
    chart.setOption({ backgroundColor: "transparent", animationDuration: 200, ...option });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [option, isDark]);
  return <div ref={place} role="img" aria-label={label} style={{ height, width: "100%" }} />;
}
