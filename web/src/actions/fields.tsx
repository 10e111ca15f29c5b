/** The fields that actions ask for; each is named after the member of `Typed` that it fills. */
import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useSession } from "@/app/session";
import { useCodeWord } from "@/i18n/code";
import commonWords from "@/i18n/en/common.json";
import { useNames } from "@/parts/names";
import type { Hold, OrderDetail } from "./detail";

const REASONS = Object.keys(commonWords.reason);
const ROLES = Object.keys(commonWords.role);

function useRequired() {
  const { t } = useTranslation();
  return [{ required: true, whitespace: true, message: t("form.required") }];
}

export function NoteField({ required = false }: { required?: boolean }) {
  const { t } = useTranslation("order");
  const rules = useRequired();
  return (
    <Form.Item
      name="note"
      label={required ? t("field.note") : t("field.note_optional")}
      rules={required ? rules : []}
    >
      <Input.TextArea rows={3} maxLength={2000} />
    </Form.Item>
  );
}

export function ReasonField() {
  const { t } = useTranslation(["order", "common"]);
  const word = useCodeWord();
  const options = REASONS.map((value) => ({ value, label: word("reason", value) }));
  return (
    <Form.Item
      name="reason"
      label={t("field.reason")}
      rules={[{ required: true, message: t("common:form.required") }]}
    >
      <Select showSearch={{ optionFilterProp: "label" }} options={options} />
    </Form.Item>
  );
}

/** People by name, without the one who asks. */
function usePeopleOptions() {
  const names = useNames();
  const { session } = useSession();
  return Object.entries(names)
    .filter(([id]) => id !== session.person_id)
    .map(([value, name]) => ({ value, label: name }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

export function PersonField() {
  const { t } = useTranslation(["order", "common"]);
  const options = usePeopleOptions();
  return (
    <Form.Item
      name="person"
      label={t("field.person")}
      rules={[{ required: true, message: t("common:form.required") }]}
    >
      <Select showSearch={{ optionFilterProp: "label" }} options={options} />
    </Form.Item>
  );
}

export function PeopleField() {
  const { t } = useTranslation(["order", "common"]);
  const options = usePeopleOptions();
  return (
    <Form.Item
      name="people"
      label={t("field.people")}
      rules={[{ required: true, message: t("common:form.required") }]}
    >
      <Select mode="multiple" maxCount={50} options={options} optionFilterProp="label" />
    </Form.Item>
  );
}

/** A person or a role; left empty the reason says who follows it up. */
export function AssigneeField() {
  const { t } = useTranslation("order");
  const word = useCodeWord();
  const people = usePeopleOptions();
  const roles = ROLES.map((value) => ({ value, label: word("role", value) }));
  return (
    <Form.Item name="assignee" label={t("field.assignee")}>
      <Select
        allowClear
        placeholder={t("field.assignee_default")}
        showSearch={{ optionFilterProp: "label" }}
        options={[
          { label: t("field.roles"), options: roles },
          { label: t("field.persons"), options: people },
        ]}
      />
    </Form.Item>
  );
}

export function WhenField() {
  const { t } = useTranslation("order");
  const options = (["before", "parallel", "after"] as const).map((value) => ({
    value,
    label: t(`when.${value}`),
  }));
  return (
    <Form.Item name="when" label={t("field.when")} initialValue="parallel">
      <Select options={options} />
    </Form.Item>
  );
}

export function GroupField() {
  const { t, i18n } = useTranslation(["order", "common"]);
  const { data } = api.useQuery("get", "/api/v1/groups");
  const isChinese = i18n.resolvedLanguage === "zh";
  const options = (data?.groups ?? []).map((group) => ({
    value: group.code,
    label: `${isChinese ? group.name_zh : group.name_en} · ${group.warehouse}`,
  }));
  return (
    <Form.Item
      name="group"
      label={t("field.group")}
      rules={[{ required: true, message: t("common:form.required") }]}
    >
      <Select options={options} loading={!data} />
    </Form.Item>
  );
}

export function ParcelField({ order }: { order: OrderDetail }) {
  const { t } = useTranslation("order");
  const waiting = order.parcels.filter((parcel) => !parcel.delivered_at);
  const options = [
    { value: "", label: t("field.all_parcels", { count: waiting.length }) },
    ...waiting.map(({ tracking_number: value, carrier }) => ({
      value,
      label: `${value} ${carrier}`.trim(),
    })),
  ];
  return (
    <Form.Item name="parcel" label={t("field.parcel")} initialValue="">
      <Select options={options} />
    </Form.Item>
  );
}

export function HoldField({ holds }: { holds: Hold[] }) {
  const { t } = useTranslation("order");
  const word = useCodeWord();
  const options = holds.map(({ id, reason, note }) => ({
    value: id,
    label: note ? `${word("reason", reason)}: ${note}` : word("reason", reason),
  }));
  return (
    <Form.Item name="hold" label={t("field.hold")} initialValue={holds[0]?.id}>
      <Select options={options} />
    </Form.Item>
  );
}

export function TrackingFields() {
  const { t } = useTranslation("order");
  const rules = useRequired();
  return (
    <>
      <Form.Item name="tracking" label={t("field.tracking")} rules={rules}>
        <Input autoComplete="off" autoCapitalize="characters" maxLength={120} />
      </Form.Item>
      <Form.Item name="carrier" label={t("field.carrier")}>
        <Input autoComplete="off" maxLength={120} placeholder="dhl, ups, fedex, sf" />
      </Form.Item>
    </>
  );
}
