import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { useCodeWord } from "@/i18n/code";
import { formatInstant, Instant } from "@/parts/Instant";
import { StageName } from "@/parts/Stage";
import { useBoth } from "./both";

type Explanation = components["schemas"]["Explanation"];

interface DeadlinesProps {
  deadlines: Explanation["deadlines"];
  due: Explanation["due"];
}

/** The limits of the stages, and what stopped the clock of the one the order is in. */
export function ExplainedDeadlines({ deadlines, due }: DeadlinesProps) {
  const { t } = useTranslation("order");
  const both = useBoth();
  return (
    <section>
      <h2>{t("why.deadlines")}</h2>
      {due && <Due due={due} />}
      <ul className="rows">
        {deadlines.map((deadline) => (
          <li key={deadline.stage} data-current={deadline.stage === due?.stage}>
            <span>{both(deadline.sentence)}</span>
            {deadline.ladder.length > 0 && (
              <span className="muted">
                {t("why.ladder")}: {deadline.ladder.map(both).join("; ")}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Due({ due }: { due: NonNullable<Explanation["due"]> }) {
  const { t, i18n } = useTranslation("order");
  const word = useCodeWord();
  const moment = (at: string) => formatInstant(at, i18n.language);
  return (
    <p>
      {t("why.due")}: <StageName stage={due.stage} />, <Instant at={due.due_at} />
      {due.pauses.map((pause) => (
        <span key={`${pause.hold_id} ${pause.since}`} className="muted">
          {" · "}
          {t("why.pauses")}: {word("reason", pause.reason)}, {moment(pause.since)} –{" "}
          {pause.until ? moment(pause.until) : t("why.until_now")}
        </span>
      ))}
    </p>
  );
}
