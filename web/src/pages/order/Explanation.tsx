import { Alert, Collapse } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { components } from "@/generated/api";
import { EmptyState } from "@/parts/EmptyState";
import { Instant } from "@/parts/Instant";
import { Loading } from "@/parts/Loading";
import { Money } from "@/parts/Money";
import { useNames } from "@/parts/names";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { useBoth } from "./both";
import { ExplainedDeadlines } from "./ExplainedDeadlines";
import { ExplainedPeople } from "./ExplainedPeople";
import { Inputs } from "./Inputs";
import { TableAnswers } from "./TableAnswers";

type View = components["schemas"]["Explanation"];

interface ExplanationProps {
  orderId: string;
  currency: string;
}

/** Why the order has its tier, people, group, deadlines and priority, for everybody to read. */
export function Explanation({ orderId, currency }: ExplanationProps) {
  const { t } = useTranslation("order");
  const both = useBoth();
  const { data, error, refetch, isPending } = api.useQuery(
    "get",
    "/api/v1/orders/{order_id}/explanation",
    { params: { path: { order_id: orderId } } },
  );
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Loading rows={10} />;
  if (!data) return <EmptyState title={t("why.empty")} advice={t("why.empty_advice")} />;
  return (
    <div className="why">
      <RuleSet data={data} />
      <section>
        <h2>{t("why.inputs")}</h2>
        <Inputs inputs={askedOf(data, currency)} base={baseOf(data)} />
        <Rate data={data} />
      </section>
      <TableAnswers answers={data.answers} />
      <ExplainedPeople people={data.people} />
      {data.group.picked && (
        <section>
          <h2>{t("why.group")}</h2>
          <p>{both(data.group.sentence)}</p>
        </section>
      )}
      {!data.answers.some((answer) => answer.table === "priority") && (
        <section>
          <h2>{t("why.priority")}</h2>
          <p>{both(data.priority.sentence)}</p>
        </section>
      )}
      <ExplainedDeadlines deadlines={data.deadlines} due={data.due} />
      <Admissions admissions={data.admissions} />
    </div>
  );
}

type Asked = Record<string, unknown>;

/** What all tables were asked about: what two of them ask is one fact. */
function askedOf({ tables, inputs }: View, currency: string): Asked {
  const stored = Array.isArray(tables) ? (tables as { inputs?: Asked }[]) : [];
  const asked: Asked = Object.assign({}, ...stored.map((table) => table.inputs ?? {}));
  return { total: `${inputs.total} ${currency}`, ...asked };
}

function baseOf({ fx, inputs }: View): string {
  return fx?.base ?? String(inputs.base_currency ?? "");
}

function RuleSet({ data: { rule_set: rules, at } }: { data: View }) {
  const { t } = useTranslation("order");
  const names = useNames();
  return (
    <section>
      <h2>{t("why.rules")}</h2>
      <p>
        <strong>{t("why.rules_of", { version: rules.version })}</strong>
        {rules.publisher && (
          <>
            {" · "}
            {t("why.published", { publisher: names[rules.publisher] ?? rules.publisher })}
          </>
        )}
        {" · "}
        <Instant at={at} />
      </p>
      {rules.newer && (
        <Alert type="info" showIcon title={t("why.newer", { version: rules.newer })} />
      )}
    </section>
  );
}

function Rate({ data: { fx, base_amount: worth } }: { data: View }) {
  const { t } = useTranslation("order");
  if (!fx) return null;
  return (
    <p>
      {worth && (
        <>
          {t("why.base")}{" "}
          <strong>
            <Money amount={worth} currency={fx.base} />
          </strong>
          {" · "}
        </>
      )}
      <span className="numeric">
        {t("why.rate", { currency: fx.currency, rate: fx.rate, base: fx.base })}
      </span>
      {fx.valid_from && (
        <span className="muted"> · {t("why.rate_from", { day: fx.valid_from })}</span>
      )}
    </p>
  );
}

/** The admissions before the one in force, and whether what they stored can be recomputed. */
function Admissions({ admissions }: { admissions: View["admissions"] }) {
  const { t } = useTranslation("order");
  const both = useBoth();
  const contradictions = admissions.flatMap((each) => each.contradictions);
  const earlier = admissions.slice(1);
  return (
    <>
      {contradictions.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t("why.contradiction")}
          description={contradictions.map(both).join(" ")}
        />
      )}
      {earlier.length > 0 && (
        <Collapse
          items={[
            {
              key: "earlier",
              label: t("why.earlier", { count: earlier.length }),
              children: earlier.map((each) => (
                <section key={each.seq}>
                  <h3>
                    {t("why.admission", {
                      version: each.content_version,
                      rules: each.rule_set_id,
                    })}
                    {" · "}
                    <Instant at={each.at} />
                  </h3>
                  <TableAnswers answers={each.answers} />
                </section>
              )),
            },
          ]}
        />
      )}
    </>
  );
}
