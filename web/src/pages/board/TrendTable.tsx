import { useTranslation } from "react-i18next";
import { useDuration } from "@/parts/duration";
import { StageName } from "@/parts/Stage";
import type { StageTimes } from "./queries";
import { useNumbers } from "./words";

/** The same figures as the charts, to read and to copy: the newest day first. */
export function TrendTable({ stages }: { stages: readonly StageTimes[] }) {
  const { t, i18n } = useTranslation("board");
  const duration = useDuration();
  const { number } = useNumbers();
  const format = new Intl.DateTimeFormat(i18n.language, {
    month: "short",
    day: "numeric",
    timeZone: "UTC",
  });
  const span = (seconds: number | null) => (seconds === null ? "—" : duration(seconds));
  return (
    <div className="trend-tables">
      {stages.map(({ stage, points }) => (
        <table key={stage} className="board-table">
          <caption>
            <StageName stage={stage} />
          </caption>
          <thead>
            <tr>
              <th scope="col">{t("trend.day")}</th>
              <th scope="col" className="at-end">
                {t("trend.entries")}
              </th>
              <th scope="col" className="at-end">
                {t("trend.average")}
              </th>
              <th scope="col" className="at-end">
                {t("trend.p90")}
              </th>
            </tr>
          </thead>
          <tbody>
            {[...points].reverse().map((point) => (
              <tr key={point.day}>
                <th scope="row" className="numeric">
                  {format.format(new Date(`${point.day}T00:00:00Z`))}
                </th>
                <td className="at-end numeric">{number(point.entries)}</td>
                <td className="at-end numeric">{span(point.average_seconds)}</td>
                <td className="at-end numeric">{span(point.p90_seconds)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  );
}
