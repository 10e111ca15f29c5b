import { Checkbox } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useSession } from "@/app/session";
import type { components } from "@/generated/api";
import { EmptyState } from "@/parts/EmptyState";
import { Pill } from "@/parts/Pill";
import type { RuleSetView } from "../model/tables";
import { ApplyOrders } from "./ApplyOrders";
import { DifferenceWords } from "./DifferenceWords";
import { shortId } from "./ExampleOrders";
import { useVerdictWords } from "./verdicts";

type Preview = components["schemas"]["PreviewView"];
type Previewed = components["schemas"]["PreviewedView"];

interface PreviewListProps {
  found: Preview;
  ruleSet: RuleSetView;
  onApplied(): void;
}

const MOST_SHOWN = 200;
const MOST_APPLIED = 500;

/** The open orders that something changes for; in force, they can be put under the version. */
export function PreviewList({ found, ruleSet, onApplied }: PreviewListProps) {
  const { t } = useTranslation("rules");
  const { can } = useSession();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const canApply = can("rules.apply") && ruleSet.state === "published";
  const changed = found.orders.filter((each) => each.changes || !each.after);
  const shown = changed.slice(0, MOST_SHOWN);
  const selectable = shown.filter((each) => each.after).slice(0, MOST_APPLIED);
  const toggle = (id: string) =>
    setChosen((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const all = selectable.length > 0 && selectable.every(({ order_id }) => chosen.has(order_id));
  return (
    <section>
      <p role="status">
        <strong>{t("preview.changed", { count: found.changed })}</strong>{" "}
        <span className="muted">
          {t("preview.of", { looked: found.looked_at, matching: found.matching })}
        </span>{" "}
        {found.losing_signatures > 0 && (
          <Pill tone="bad">{t("preview.losing", { count: found.losing_signatures })}</Pill>
        )}
      </p>
      {!changed.length && (
        <EmptyState title={t("preview.none")} advice={t("preview.none_advice")} />
      )}
      {changed.length > 0 && canApply && (
        <div className="rule-apply">
          <Checkbox
            checked={all}
            indeterminate={!all && chosen.size > 0}
            onChange={() =>
              setChosen(new Set(all ? [] : selectable.map(({ order_id }) => order_id)))
            }
          >
            {t("preview.select_all", { count: selectable.length })}
          </Checkbox>
          <ApplyOrders version={ruleSet.rule_set_id} orders={[...chosen]} onApplied={onApplied} />
        </div>
      )}
      {changed.length > 0 && ruleSet.state !== "published" && (
        <p className="muted">{t("preview.publish_first")}</p>
      )}
      <ul className="rule-changed">
        {shown.map((each) => (
          <li key={each.order_id}>
            <header>
              {canApply && each.after && (
                <Checkbox
                  aria-label={t("preview.select", { order: each.order_id })}
                  checked={chosen.has(each.order_id)}
                  onChange={() => toggle(each.order_id)}
                />
              )}
              <Link to={`/orders/${encodeURIComponent(each.order_id)}`} title={each.order_id}>
                {shortId(each.order_id)}
              </Link>
              <span className="muted">{t("preview.under", { version: each.rule_set })}</span>
              {each.lost.length > 0 && (
                <Pill tone="bad">{t("preview.losing", { count: each.lost.length })}</Pill>
              )}
            </header>
            <Difference order={each} />
          </li>
        ))}
      </ul>
      {changed.length > shown.length && (
        <p className="muted">{t("backtest.more", { count: changed.length - shown.length })}</p>
      )}
    </section>
  );
}

function Difference({ order }: { order: Previewed }) {
  const { i18n } = useTranslation("rules");
  const { differences, dueDifference } = useVerdictWords();
  if (!order.after || !order.before) {
    return <p className="muted">{i18n.resolvedLanguage === "zh" ? order.zh : order.en}</p>;
  }
  return (
    <DifferenceWords
      differences={[
        ...differences(order.before, order.after),
        ...dueDifference(order.deadline_before, order.deadline_after),
      ]}
    />
  );
}
