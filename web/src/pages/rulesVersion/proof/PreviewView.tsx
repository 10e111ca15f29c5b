import { Button, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useCodeWord } from "@/i18n/code";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { STAGES } from "@/parts/Stage";
import { Labelled } from "../Labelled";
import type { RuleSetView } from "../model/tables";
import { Tip } from "../Tip";
import { PreviewList } from "./PreviewList";

interface PreviewViewProps {
  ruleSet: RuleSetView;
  isDirty: boolean;
}

const EMPTY = { stage: "", group: "", channel: "", tier: "" };
const OPEN_STAGES = STAGES.filter((stage) => stage !== "completed");

/** What the version would change for the orders that are open now. */
export function PreviewView({ ruleSet, isDirty }: PreviewViewProps) {
  const { t } = useTranslation(["rules", "common"]);
  const word = useCodeWord();
  const [wanted, setWanted] = useState(EMPTY);
  const preview = api.useMutation("post", "/api/v1/rules/{version}/preview");
  const look = () =>
    preview.mutate({
      params: { path: { version: ruleSet.rule_set_id } },
      body: Object.fromEntries(Object.entries(wanted).filter(([, held]) => held.trim() !== "")),
    });
  const text = (name: "group" | "channel" | "tier") => (
    <Labelled label={t(`preview.${name}`)}>
      {(id) => (
        <Input
          id={id}
          maxLength={60}
          value={wanted[name]}
          onChange={(event) => setWanted({ ...wanted, [name]: event.target.value })}
        />
      )}
    </Labelled>
  );
  return (
    <div className="rule-proof">
      {isDirty && <Tip>{t("proof.unsaved")}</Tip>}
      <p className="muted">{t("preview.about")}</p>
      <form
        className="rule-start"
        onSubmit={(event) => {
          event.preventDefault();
          look();
        }}
      >
        <Labelled label={t("preview.stage")}>
          {(id) => (
            <Select
              id={id}
              style={{ minWidth: 180 }}
              value={wanted.stage}
              options={[
                { value: "", label: t("common:form.all") },
                ...OPEN_STAGES.map((stage) => ({ value: stage, label: word("stage", stage) })),
              ]}
              onChange={(stage) => setWanted({ ...wanted, stage })}
            />
          )}
        </Labelled>
        {text("group")}
        {text("channel")}
        {text("tier")}
        <Button type="primary" htmlType="submit" loading={preview.isPending}>
          {t("preview.look")}
        </Button>
      </form>
      {preview.error && <ProblemAlert error={preview.error} onRetry={look} />}
      {preview.data && (
        <PreviewList
          key={preview.submittedAt}
          found={preview.data}
          ruleSet={ruleSet}
          onApplied={look}
        />
      )}
    </div>
  );
}
