import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "@/api/request";
import type { components } from "@/generated/api";
import { useNames } from "@/parts/names";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { Sheet } from "@/parts/Sheet";
import { useReadAgain } from "./queries";

type Result = components["schemas"]["PeopleImportView"];

async function send({ file, isDryRun }: { file: File; isDryRun: boolean }): Promise<Result> {
  const form = new FormData();
  form.append("file", file, file.name);
  const path = `/api/v1/people/import?dry_run=${isDryRun}`;
  return (await (await request(path, { method: "POST", body: form })).json()) as Result;
}

/** Brings an edited workbook of people back: first what it would change, then the change. */
export function WorkbookSheet({ onClose }: { onClose(): void }) {
  const { t } = useTranslation("people");
  const { message } = App.useApp();
  const names = useNames();
  const readAgain = useReadAgain();
  const [file, setFile] = useState<File | null>(null);
  const sending = useMutation({
    mutationFn: send,
    onSuccess(result) {
      if (result.dry_run) return;
      void readAgain();
      void message.success(t("workbook.done", { count: result.changed.length }));
      onClose();
    },
  });
  const changed = sending.data?.dry_run ? sending.data.changed : null;
  const choose = (chosen: File) => {
    setFile(chosen);
    sending.mutate({ file: chosen, isDryRun: true });
    return Upload.LIST_IGNORE;
  };
  return (
    <Sheet
      open
      title={t("workbook.import")}
      okText={t("workbook.ok")}
      busy={sending.isPending}
      disabled={!file || !changed?.length}
      onOk={() => file && sending.mutate({ file, isDryRun: false })}
      onClose={onClose}
    >
      <p>{t("workbook.hint")}</p>
      <Upload accept=".xlsx,.xls,.csv,.tsv" beforeUpload={choose} showUploadList={false}>
        <Button disabled={sending.isPending}>{file ? file.name : t("workbook.choose")}</Button>
      </Upload>
      <div className="workbook-result" aria-live="polite">
        {sending.error && <ProblemAlert error={sending.error} />}
        {changed && (
          <Alert
            type="info"
            showIcon
            title={t("workbook.would", { count: changed.length })}
            description={changed.map((id) => names[id] ?? id).join(", ") || undefined}
          />
        )}
      </div>
    </Sheet>
  );
}
