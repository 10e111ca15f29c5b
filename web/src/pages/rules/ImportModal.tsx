import { useMutation } from "@tanstack/react-query";
import { App, Button, Form, Input, Modal, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { request } from "@/api/request";
import type { components } from "@/generated/api";
import { languageNow } from "@/i18n";
import { UploadOutlined } from "@/parts/icons";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { findingsOf, type RuleFinding } from "../rulesVersion/model/findings";
import type { VersionView } from "../rulesVersion/model/tables";
import { useRefreshRules } from "../rulesVersion/model/useVersion";
import { SeverityIcon } from "../rulesVersion/table/FindingNote";
import { BaseField, VersionField } from "./NewDraftModal";
import { freeVersion } from "./versionName";

type Imported = components["schemas"]["Imported"];

interface Fields {
  version: string;
  base?: string;
  note?: string;
}

async function send({ version, base, note }: Fields, file: File): Promise<Imported> {
  const form = new FormData();
  form.set("file", file);
  form.set("version", version);
  if (base) form.set("base", base);
  if (note) form.set("note", note.trim());
  const answer = await request("/api/v1/rules/import", { method: "POST", body: form });
  return (await answer.json()) as Imported;
}

interface ImportModalProps {
  versions: readonly VersionView[];
  onClose(): void;
}

/** A workbook that was downloaded and changed becomes a draft; what is wrong names sheet and cell. */
export function ImportModal({ versions, onClose }: ImportModalProps) {
  const { t } = useTranslation("rules");
  const { notification } = App.useApp();
  const navigate = useNavigate();
  const refresh = useRefreshRules();
  const [form] = Form.useForm<Fields>();
  const [file, setFile] = useState<File | null>(null);
  const upload = useMutation({
    mutationFn: (fields: Fields) => send(fields, file as File),
    onSuccess: ({ draft, findings }) => {
      void refresh();
      if (findings.length) {
        notification.warning({
          title: t("import.look_at"),
          description: <SheetFindings findings={findings as unknown as RuleFinding[]} />,
          duration: 0,
        });
      }
      void navigate(`/rules/${encodeURIComponent(draft.rule_set_id)}`);
    },
  });
  const taken = versions.map(({ rule_set_id }) => rule_set_id);
  return (
    <Modal
      open
      width={640}
      title={t("import.title")}
      okText={t("import.upload")}
      okButtonProps={{ disabled: !file }}
      confirmLoading={upload.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p className="muted">{t("import.about")}</p>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ version: freeVersion(taken) }}
        onFinish={(fields) => file && upload.mutate(fields)}
      >
        <Form.Item label={t("import.file")}>
          <Upload
            accept=".xlsx"
            maxCount={1}
            beforeUpload={(next) => {
              setFile(next);
              upload.reset();
              return false;
            }}
            onRemove={() => setFile(null)}
          >
            <Button icon={<UploadOutlined />}>{t("import.choose")}</Button>
          </Upload>
        </Form.Item>
        <VersionField taken={taken} />
        <BaseField versions={versions} label={t("import.base")} allowClear />
        <Form.Item name="note" label={t("new.note")}>
          <Input maxLength={2000} />
        </Form.Item>
      </Form>
      {upload.error && (
        <>
          <ProblemAlert error={upload.error} />
          <SheetFindings findings={findingsOf(upload.error)} />
        </>
      )}
    </Modal>
  );
}

function SheetFindings({ findings }: { findings: readonly RuleFinding[] }) {
  const { t } = useTranslation("rules");
  const language = languageNow();
  return (
    <ul className="rule-sheet-findings">
      {findings.map((each) => (
        <li key={`${each.sheet} ${each.cell} ${each.code} ${each.column}`}>
          <SeverityIcon severity={each.severity} />{" "}
          {each.sheet && (
            <strong>
              {each.cell
                ? t("import.at", { sheet: each.sheet, cell: each.cell })
                : t("import.sheet", { sheet: each.sheet })}
              :{" "}
            </strong>
          )}
          {each.message[language]}
        </li>
      ))}
    </ul>
  );
}
