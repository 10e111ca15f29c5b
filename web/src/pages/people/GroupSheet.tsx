import { App, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { Sheet } from "@/parts/Sheet";
import { Meanwhile } from "./Meanwhile";
import { type Group, useReadAgain } from "./queries";
import { useMeanwhile } from "./useMeanwhile";

interface Fields {
  code: string;
  name_en: string;
  name_zh: string;
  warehouse: string;
  calendar: string;
}

const NAMES = ["name_en", "name_zh", "warehouse", "calendar"] as const;

/** A group, the warehouse it works in and the calendar it works by. */
export function GroupSheet({ group, onClose }: { group: Group | null; onClose(): void }) {
  const { t, i18n } = useTranslation(["people", "common"]);
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const readAgain = useReadAgain();
  const calendars = api.useQuery("get", "/api/v1/calendars");
  const save = api.useMutation("put", "/api/v1/groups/{code}", {
    onSuccess() {
      void message.success(t("group.saved"));
      onClose();
    },
    onSettled: () => void readAgain(),
  });
  const meanwhile = useMeanwhile(form, group, NAMES);
  const submit = ({ code, ...fields }: Fields) => {
    if (save.isPending) return;
    const body = { ...fields, version: group?.version ?? "" };
    save.mutate({ params: { path: { code: group?.code ?? code } }, body });
  };
  const required = [{ required: true, whitespace: true, message: t("common:form.required") }];
  const isChinese = i18n.resolvedLanguage === "zh";
  return (
    <Sheet
      open
      title={group ? (isChinese ? group.name_zh : group.name_en) : t("group.new")}
      okText={t("common:form.save")}
      busy={save.isPending}
      onOk={form.submit}
      onClose={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={group ?? { calendar: "" }}
        onFinish={submit}
      >
        {!group && (
          <Form.Item name="code" label={t("group.code")} rules={required}>
            <Input maxLength={60} />
          </Form.Item>
        )}
        <Form.Item name="name_en" label={t("group.name_en")} rules={required}>
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item name="name_zh" label={t("group.name_zh")} rules={required}>
          <Input maxLength={120} lang="zh-CN" />
        </Form.Item>
        <Form.Item name="warehouse" label={t("group.warehouse")} rules={required}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="calendar" label={t("group.calendar")} extra={t("group.calendar_hint")}>
          <Select
            options={[
              { value: "", label: t("group.always") },
              ...(calendars.data?.calendars ?? []).map((each) => ({
                value: each.code,
                label: isChinese ? each.name_zh : each.name_en,
              })),
            ]}
          />
        </Form.Item>
      </Form>
      {save.error && <ProblemAlert error={save.error} />}
      <Meanwhile fields={meanwhile.map((name) => t(`group.${name}`))} />
    </Sheet>
  );
}
