import { Form, Input, Modal, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api } from "@/api/client";
import { ProblemAlert } from "@/parts/ProblemAlert";
import type { VersionView } from "../rulesVersion/model/tables";
import { useRefreshRules } from "../rulesVersion/model/useVersion";
import { freeVersion, isVersionName } from "./versionName";

interface DialogProps {
  versions: readonly VersionView[];
  onClose(): void;
}

interface Fields {
  version: string;
  base: string;
  note?: string;
}

/** Begins a draft as a copy of the version in force, or of another. */
export function NewDraftModal({ versions, onClose }: DialogProps) {
  const { t } = useTranslation("rules");
  const navigate = useNavigate();
  const refresh = useRefreshRules();
  const [form] = Form.useForm<Fields>();
  const begin = api.useMutation("post", "/api/v1/rules", {
    onSuccess: (saved) => {
      void refresh(saved);
      void navigate(`/rules/${encodeURIComponent(saved.rule_set_id)}`);
    },
  });
  const taken = versions.map(({ rule_set_id }) => rule_set_id);
  const inForce = versions.find(({ state }) => state === "published")?.rule_set_id;
  return (
    <Modal
      open
      title={t("new.title")}
      okText={t("new.begin")}
      confirmLoading={begin.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ version: freeVersion(taken), base: inForce }}
        onFinish={({ version, base, note }) =>
          begin.mutate({ body: { version, base, note: note?.trim() ?? "" } })
        }
      >
        <VersionField taken={taken} />
        <BaseField versions={versions} label={t("new.base")} />
        <Form.Item name="note" label={t("new.note")}>
          <Input maxLength={2000} placeholder={t("new.note_hint")} />
        </Form.Item>
      </Form>
      {begin.error && <ProblemAlert error={begin.error} />}
    </Modal>
  );
}

export function VersionField({ taken }: { taken: readonly string[] }) {
  const { t } = useTranslation("rules");
  return (
    <Form.Item
      name="version"
      label={t("new.version")}
      extra={t("new.version_hint")}
      rules={[
        {
          validator: (_, name: string) => {
            if (!isVersionName(name)) return Promise.reject(new Error(t("new.bad_version")));
            if (taken.includes(name)) return Promise.reject(new Error(t("new.taken")));
            return Promise.resolve();
          },
        },
      ]}
    >
      <Input autoFocus maxLength={60} />
    </Form.Item>
  );
}

interface BaseFieldProps {
  versions: readonly VersionView[];
  label: string;
  allowClear?: boolean;
}

export function BaseField({ versions, label, allowClear = false }: BaseFieldProps) {
  const { t } = useTranslation("rules");
  return (
    <Form.Item name="base" label={label}>
      <Select
        allowClear={allowClear}
        showSearch
        placeholder={t("import.base_hint")}
        options={versions
          .filter(({ state }) => state !== "discarded")
          .map(({ rule_set_id, state }) => ({
            value: rule_set_id,
            label: `${rule_set_id} · ${t(`state.${state as "draft"}`)}`,
          }))}
      />
    </Form.Item>
  );
}
