import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Drawer, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { isLike, TIME_ZONES, useCountries } from "@/parts/regions";
import { useIsPhone } from "@/parts/useIsPhone";
import { DayFields } from "./DayFields";
import { bodyOf, type CalendarView, type Draft, draftOf, newDraft, WEEKDAYS } from "./draft";

interface FieldsProps {
  draft: Draft;
  isNew: boolean;
  onChange(change: Partial<Draft>): void;
}

type TextName = "code" | "name_en" | "name_zh" | "holiday_subdivision";

function Fields({ draft, isNew, onChange }: FieldsProps) {
  const { t } = useTranslation("calendars");
  const countries = useCountries();
  const text = (name: TextName, label: string, extra?: string) => (
    <Form.Item label={label} htmlFor={`calendar-${name}`} extra={extra}>
      <Input
        id={`calendar-${name}`}
        value={draft[name]}
        maxLength={120}
        onChange={(event) => onChange({ [name]: event.target.value })}
      />
    </Form.Item>
  );
  return (
    <Form layout="vertical" component="div">
      {isNew && text("code", t("field.code"), t("field.code_hint"))}
      {text("name_en", t("field.name_en"))}
      {text("name_zh", t("field.name_zh"))}
      <Form.Item label={t("field.zone")} htmlFor="calendar-zone">
        <Select
          id="calendar-zone"
          showSearch={{ filterOption: isLike }}
          options={TIME_ZONES}
          value={draft.time_zone}
          onChange={(time_zone) => onChange({ time_zone })}
        />
      </Form.Item>
      <fieldset className="calendar-days">
        <legend>{t("field.weekly")}</legend>
        {WEEKDAYS.map((day) => (
          <div key={day} className="calendar-week">
            <label htmlFor={`hours-${day}`}>{t(`weekday.${day}`)}</label>
            <Input
              id={`hours-${day}`}
              placeholder={t("off")}
              maxLength={200}
              value={draft.weekly[day] ?? ""}
              onChange={(event) =>
                onChange({ weekly: { ...draft.weekly, [day]: event.target.value } })
              }
            />
          </div>
        ))}
        <p className="muted">{t("field.hours_hint")}</p>
      </fieldset>
      <Form.Item label={t("field.country")} htmlFor="calendar-country">
        <Select
          id="calendar-country"
          showSearch={{ filterOption: isLike }}
          options={[{ value: "", label: t("field.country_none") }, ...countries]}
          value={draft.holiday_country}
          onChange={(holiday_country) => onChange({ holiday_country, holiday_subdivision: "" })}
        />
      </Form.Item>
      {draft.holiday_country &&
        text("holiday_subdivision", t("field.subdivision"), t("field.subdivision_hint"))}
      <DayFields
        title={t("field.holidays")}
        days={draft.holidays}
        hasHours={false}
        onChange={(holidays) => onChange({ holidays })}
      />
      <DayFields
        title={t("field.special")}
        hint={t("field.special_hint")}
        days={draft.special_days}
        hasHours
        onChange={(special_days) => onChange({ special_days })}
      />
    </Form>
  );
}

interface CalendarDrawerProps {
  /** The calendar as it was read; null for a new one. */
  calendar: CalendarView | null;
  onClose(): void;
}

function Editor({ calendar, onClose }: CalendarDrawerProps) {
  const { t, i18n } = useTranslation(["calendars", "common"]);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => (calendar ? draftOf(calendar) : newDraft()));
  const readAgain = () => queries.invalidateQueries({ queryKey: ["get", "/api/v1/calendars"] });
  const save = api.useMutation("put", "/api/v1/calendars/{code}", {
    onSuccess(kept) {
      const name = i18n.resolvedLanguage === "zh" ? kept.name_zh : kept.name_en;
      void message.success(t("saved", { name }));
      void readAgain();
      onClose();
    },
  });
  const isStale = save.error && asProblem(save.error).status === 409;
  const isNamed = draft.code.trim() && draft.name_en.trim() && draft.name_zh.trim();
  const submit = () =>
    save.mutate({ params: { path: { code: draft.code.trim() } }, body: bodyOf(draft) });
  return (
    <>
      <Fields
        draft={draft}
        isNew={calendar === null}
        onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
      />
      {save.error && <ProblemAlert error={save.error} />}
      <div className="calendar-buttons">
        {isStale && <Button onClick={() => void readAgain()}>{t("read_again")}</Button>}
        <Button onClick={onClose}>{t("common:form.cancel")}</Button>
        <Button type="primary" loading={save.isPending} disabled={!isNamed} onClick={submit}>
          {t("common:form.save")}
        </Button>
      </div>
    </>
  );
}

export function CalendarDrawer(props: CalendarDrawerProps) {
  const { t, i18n } = useTranslation("calendars");
  const isPhone = useIsPhone();
  const { calendar } = props;
  const name = i18n.resolvedLanguage === "zh" ? calendar?.name_zh : calendar?.name_en;
  return (
    <Drawer open title={name ?? t("new")} size={isPhone ? "100%" : 540} onClose={props.onClose}>
      <Editor key={calendar?.version ?? "new"} {...props} />
    </Drawer>
  );
}
