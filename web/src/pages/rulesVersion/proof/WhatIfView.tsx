import { Button, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ProblemAlert } from "@/parts/ProblemAlert";
import type { RuleSetView } from "../model/tables";
import { Tip } from "../Tip";
import { type CellChange, CellChanges } from "./CellChanges";
import { OrderSelect } from "./OrderSelect";
import { WhatIfAnswer } from "./WhatIfAnswer";

interface WhatIfViewProps {
  ruleSet: RuleSetView;
  isDirty: boolean;
}

/** One order under this version, or under its own rules with single cells changed. */
export function WhatIfView({ ruleSet, isDirty }: WhatIfViewProps) {
  const { t } = useTranslation("rules");
  const [order, setOrder] = useState<string | null>(null);
  const [way, setWay] = useState<"version" | "cells">("version");
  const [changes, setChanges] = useState<CellChange[]>([]);
  const ask = api.useMutation("post", "/api/v1/orders/{order_id}/counterfactual");
  const canAsk = order !== null && (way === "version" || changes.length > 0);
  const go = () => {
    if (order === null) return;
    const body =
      way === "version"
        ? { rule_set: ruleSet.rule_set_id, changes: [] }
        : { changes: changes.map(({ said: _, ...change }) => change) };
    ask.mutate({ params: { path: { order_id: order } }, body });
  };
  return (
    <div className="rule-proof rule-whatif">
      <p className="muted">{t("whatif.about")}</p>
      <OrderSelect
        value={order}
        onChange={(next) => {
          setOrder(next);
          setChanges([]);
          ask.reset();
        }}
      />
      <Radio.Group
        aria-label={t("whatif.way")}
        value={way}
        onChange={(event) => {
          setWay(event.target.value);
          ask.reset();
        }}
        options={[
          { value: "version", label: t("whatif.version", { version: ruleSet.rule_set_id }) },
          { value: "cells", label: t("whatif.cells") },
        ]}
      />
      {way === "version" && isDirty && <Tip>{t("proof.unsaved")}</Tip>}
      {way === "cells" &&
        (order ? (
          <CellChanges key={order} order={order} changes={changes} onChange={setChanges} />
        ) : (
          <p className="muted">{t("whatif.order_first")}</p>
        ))}
      <Button type="primary" disabled={!canAsk} loading={ask.isPending} onClick={go}>
        {t("whatif.ask")}
      </Button>
      {ask.error && <ProblemAlert error={ask.error} />}
      {ask.data && <WhatIfAnswer answer={ask.data} />}
    </div>
  );
}
