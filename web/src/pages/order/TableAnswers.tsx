import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Pill } from "@/parts/Pill";
import { useBoth } from "./both";

type Answer = components["schemas"]["TableAnswerView"];

/** What each rule table said: the row that applies, and why not those above it. */
export function TableAnswers({ answers }: { answers: Answer[] }) {
  return (
    <div className="table-answers">
      {answers.map((answer) => (
        <TableAnswer key={answer.table} answer={answer} />
      ))}
    </div>
  );
}

function TableAnswer({ answer }: { answer: Answer }) {
  const { t } = useTranslation("order");
  const both = useBoth();
  return (
    <article className="panel table-answer">
      <h3>
        {both(answer.title)}
        <span className="pills">
          {answer.row && <Pill tone="brand">{t("why.row", { row: answer.row })}</Pill>}
          <Pill>{t("why.version", { version: answer.version })}</Pill>
        </span>
      </h3>
      <p>{both(answer.sentence)}</p>
      {answer.note && <blockquote>{answer.note}</blockquote>}
      {answer.why_not.length > 0 && (
        <details>
          <summary>{t("why.above", { count: answer.why_not.length })}</summary>
          <ul>
            {answer.why_not.map((each) => (
              <li key={each.row}>{both(each.sentence)}</li>
            ))}
          </ul>
        </details>
      )}
    </article>
  );
}
