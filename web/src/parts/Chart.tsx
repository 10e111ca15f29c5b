import type { EChartsCoreOption } from "echarts/core";
import { lazy, Suspense } from "react";

// Much larger than any page, which is therefore shown without waiting for it.
const Drawing = lazy(() => import("./Drawing"));

interface ChartProps {
  /** Keep it the same object while nothing changed (useMemo). */
  option: EChartsCoreOption;
  /** What the chart shows, for those who can't see it. */
  label: string;
  height?: number;
}

/** An ECharts chart in the colours of the theme, as wide as its place. */
export function Chart({ option, label, height = 240 }: ChartProps) {
  return (
    <div role="img" aria-label={label} style={{ height, width: "100%" }}>
      <Suspense>
        <Drawing option={option} />
      </Suspense>
    </div>
  );
}
