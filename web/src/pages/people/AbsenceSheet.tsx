import { App, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useNames } from "@/parts/names";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { isLike } from "@/parts/regions";
import { Sheet } from "@/parts/Sheet";
import { useReadAgain } from "./queries";

interface Fields {
  from: string;
  until: string;
  delegate?: string;
  note?: string;
}

interface AbsenceSheetProps {
  personId: string;
  name: string;
  onClose(): void;
}

/** Notes when somebody is away and who stands in for them. */
export function AbsenceSheet({ personId, name, onClose }: AbsenceSheetProps) {
  const { t } = useTranslation(["people", "common"]);
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const names = useNames();
  const readAgain = useReadAgain();
  const add = api.useMutation("post", "/api/v1/people/{person_id}/absences", {
    onSuccess() {
      void message.success(t("absence.added"));
      onClose();
    },
    onSettled: () => void readAgain(),
  });
  const submit = ({ from, until, delegate, note }: Fields) => {
    if (add.isPending) return;
    const body = {
      begins_at: new Date(from).toISOString(),
      ends_at: new Date(until).toISOString(),
      delegate_id: delegate ?? null,
      note: note?.trim() ?? "",
    };
    add.mutate({ params: { path: { person_id: personId } }, body });
  };
  const required = { required: true, message: t("common:form.required") };
  const others = Object.entries(names).filter(([id]) => id !== personId);
  return (
    <Sheet
      open
      title={t("absence.title", { name })}
      okText={t("absence.add")}
      busy={add.isPending}
      onOk={form.submit}
      onClose={onClose}
    >
      <Form form={form} layout="vertical" onFinish={submit}>
        <Form.Item name="from" label={t("absence.from")} rules={[required]}>
          <Input type="datetime-local" />
        </Form.Item>
        <Form.Item
          name="until"
          label={t("absence.until")}
          dependencies={["from"]}
          rules={[
            required,
            ({ getFieldValue }) => ({
              validator: (_, until: string) =>
                until && until <= getFieldValue("from")
                  ? Promise.reject(new Error(t("absence.backwards")))
                  : Promise.resolve(),
            }),
          ]}
        >
          <Input type="datetime-local" />
        </Form.Item>
        <Form.Item name="delegate" label={t("absence.delegate")} extra={t("absence.delegate_hint")}>
          <Select
            allowClear
            showSearch={{ filterOption: isLike }}
            placeholder={t("absence.nobody")}
            options={others.map(([value, label]) => ({ value, label }))}
          />
        </Form.Item>
        <Form.Item name="note" label={t("absence.note")} extra={t("absence.note_hint")}>
          <Input.TextArea rows={2} maxLength={2000} />
        </Form.Item>
      </Form>
      {add.error && <ProblemAlert error={add.error} />}
    </Sheet>
  );
}
