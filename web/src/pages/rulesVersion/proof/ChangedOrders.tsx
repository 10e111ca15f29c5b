import { useTranslation } from "react-i18next";
import { EmptyState } from "@/parts/EmptyState";
import { Money } from "@/parts/Money";
import { useRuleWords } from "../model/useRuleWords";
import { ExampleOrders } from "./ExampleOrders";
import type { Counted, Result } from "./result";
import { useResultWords } from "./useResultWords";

const TABLES = [
  ["approval", "signing"],
  ["confirmation", "confirmation"],
  ["routing", "routing"],
  ["priority", "priority"],
] as const;

interface Line extends Counted {
  key: string;
  what: string;
  from: string;
  to: string;
}

/** The orders that would be decided otherwise, by what changes for them, the largest first. */
export function ChangedOrders({ result }: { result: Result }) {
  const { t } = useTranslation("rules");
  const { title, codeWord } = useRuleWords();
  const words = useResultWords();
  const decided: Line[] = TABLES.flatMap(([table, key]) =>
    result[key].map((each) => ({
      ...each,
      key: `${table} ${each.from} ${each.to}`,
      what: title(table),
      from: words.answer(table, each.from),
      to: words.answer(table, each.to),
    })),
  );
  const late: Line[] = result.deadlines.flatMap((each) =>
    (["missed_to_met", "met_to_missed"] as const)
      .filter((fate) => each[fate] > 0)
      .map((fate) => ({
        key: `${each.stage} ${fate}`,
        what: t("backtest.deadline_of", { stage: codeWord(each.stage) }),
        from: t(fate === "missed_to_met" ? "fate.missed" : "fate.met"),
        to: t(fate === "missed_to_met" ? "fate.met" : "fate.missed"),
        orders: each[fate],
        amount: "",
        examples: each.examples[fate],
      })),
  );
  const lines = [...decided, ...late];
  return (
    <section>
      <h3>{t("backtest.changed_orders")}</h3>
      {lines.length === 0 ? (
        <EmptyState title={t("backtest.nothing")} advice={t("backtest.nothing_advice")} />
      ) : (
        <ul className="rule-changed">
          {lines.map((line) => (
            <li key={line.key}>
              <header>
                <strong>{line.what}</strong>
                <span>
                  {line.from} → <b>{line.to}</b>
                </span>
                <span className="muted numeric">
                  {t("backtest.of_orders", { count: line.orders })}
                  {line.amount && (
                    <>
                      {" · "}
                      <Money amount={line.amount} currency={result.base_currency} />
                    </>
                  )}
                </span>
              </header>
              <ExampleOrders ids={line.examples} of={line.orders} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
