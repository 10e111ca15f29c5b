import { AutoComplete, Button, Form, Input, Select } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCodeWord } from "@/i18n/code";
import { useNames } from "@/parts/names";
import { isLike } from "@/parts/regions";
import { ACTIONS } from "./actions";
import type { Filter } from "./filter";

interface AuditFilterProps {
  filter: Filter;
  onChange(change: Partial<Filter>): void;
}

/** An instant of the address as the browser's field for local time has it, and back. */
function localOf(instant: string): string {
  if (!instant) return "";
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const instantOf = (local: string) => (local ? new Date(local).toISOString() : "");

function Labelled({ label, id, children }: { label: string; id: string; children: ReactNode }) {
  return (
    <Form.Item label={label} htmlFor={id} className="audit-field">
      {children}
    </Form.Item>
  );
}

/** What is typed, told on Enter and on leaving the field. */
function useTyped(value: string, tell: (value: string) => void) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const done = () => typed.trim() !== value && tell(typed.trim());
  return { typed, setTyped, done };
}

export function AuditFilter({ filter, onChange }: AuditFilterProps) {
  const { t } = useTranslation(["audit", "common"]);
  const word = useCodeWord();
  const names = useNames();
  const actor = useTyped(filter.actor, (value) => onChange({ actor: value }));
  const subject = useTyped(filter.subject, (value) => onChange({ subject: value }));
  const people = Object.entries(names).map(([id, name]) => ({
    value: id,
    label: `${name} (${id})`,
  }));
  const empty: Filter = { actor: "", action: "", subject: "", since: "", until: "" };
  return (
    <Form layout="vertical" component="div" className="audit-filter">
      <Labelled label={t("filter.actor")} id="audit-actor">
        <AutoComplete
          id="audit-actor"
          allowClear
          options={[{ value: "system", label: t("common:person.system") }, ...people]}
          showSearch={{ filterOption: isLike }}
          value={actor.typed}
          placeholder={t("filter.actor_hint")}
          onChange={(value) => actor.setTyped(value ?? "")}
          onSelect={(value) => onChange({ actor: value })}
          onClear={() => onChange({ actor: "" })}
          onBlur={actor.done}
        />
      </Labelled>
      <Labelled label={t("filter.action")} id="audit-action">
        <Select
          id="audit-action"
          allowClear
          showSearch={{ filterOption: isLike }}
          placeholder={t("filter.any")}
          value={filter.action || null}
          options={ACTIONS.map((action) => ({
            value: action,
            label: word("audit:action", action),
          }))}
          onChange={(action) => onChange({ action: action ?? "" })}
        />
      </Labelled>
      <Labelled label={t("filter.subject")} id="audit-subject">
        <Input
          id="audit-subject"
          allowClear
          maxLength={120}
          placeholder={t("filter.subject_hint")}
          value={subject.typed}
          onChange={(event) => subject.setTyped(event.target.value)}
          onPressEnter={subject.done}
          onBlur={subject.done}
        />
      </Labelled>
      <Labelled label={t("filter.since")} id="audit-since">
        <Input
          id="audit-since"
          type="datetime-local"
          value={localOf(filter.since)}
          onChange={(event) => onChange({ since: instantOf(event.target.value) })}
        />
      </Labelled>
      <Labelled label={t("filter.until")} id="audit-until">
        <Input
          id="audit-until"
          type="datetime-local"
          value={localOf(filter.until)}
          onChange={(event) => onChange({ until: instantOf(event.target.value) })}
        />
      </Labelled>
      <Button className="audit-reset" onClick={() => onChange(empty)}>
        {t("common:form.reset")}
      </Button>
    </Form>
  );
}
