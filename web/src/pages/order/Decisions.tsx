import { useTranslation } from "react-i18next";
import type { OrderDetail } from "@/actions/detail";
import { useCodeWord } from "@/i18n/code";
import { EmptyState } from "@/parts/EmptyState";
import { Instant } from "@/parts/Instant";
import { useNames } from "@/parts/names";
import { PersonName } from "@/parts/PersonName";
import { Pill, type Tone } from "@/parts/Pill";

const TONES: Record<string, Tone> = { approve: "good", reject: "bad", return: "warn" };

/** What signers said, each about one content. */
export function Decisions({ order }: { order: OrderDetail }) {
  const { t } = useTranslation("order");
  const word = useCodeWord();
  const names = useNames();
  if (!order.decisions.length)
    return <EmptyState title={t("decisions.empty")} advice={t("decisions.empty_advice")} />;
  return (
    <ul className="rows">
      {order.decisions.map((decision) => (
        <li key={decision.decision_id}>
          <Pill tone={TONES[decision.verdict] ?? "plain"}>
            {word("order:verdict", decision.verdict)}
          </Pill>
          <strong>
            <PersonName person={decision.person} name={names[decision.person] ?? null} />
          </strong>
          <Instant at={decision.at} />
          <span className="muted">
            {t(
              decision.content_hash === order.content_hash
                ? "decisions.current"
                : "decisions.older",
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
