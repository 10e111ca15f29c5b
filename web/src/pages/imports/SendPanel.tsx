import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Collapse, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { newIntent } from "@/api/intent";
import { InboxOutlined } from "@/parts/icons";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { MappingSelect } from "./MappingSelect";
import { OptionFields } from "./OptionFields";
import { type Options, sendFiles } from "./sending";

const KINDS = ".xlsx,.xls,.csv,.tsv";
const MOST_FILES = 8;

interface SendPanelProps {
  options: Options;
  onOptions(change: Partial<Options>): void;
  /** Files were taken in: shows how they are read. */
  onSent(importId: string): void;
}

/** Choosing files and how they are read; checking them, and importing them. */
export function SendPanel({ options, onOptions, onSent }: SendPanelProps) {
  const { t } = useTranslation("imports");
  const queries = useQueryClient();
  const [files, setFiles] = useState<File[]>([]);
  // One for each choice of files and options: a repetition of it is the same import.
  const [intent, setIntent] = useState(newIntent);
  const sending = useMutation({
    mutationFn: sendFiles,
    onSuccess(sent) {
      setIntent(newIntent());
      if (!sent.options.dry_run) setFiles([]);
      void queries.invalidateQueries({ queryKey: ["get", "/api/v1/imports"] });
      onSent(sent.id);
    },
  });
  const changeFiles = (next: File[]) => {
    setFiles(next.slice(0, MOST_FILES));
    setIntent(newIntent());
    sending.reset();
  };
  const changeOptions = (change: Partial<Options>) => {
    onOptions(change);
    setIntent(newIntent());
  };
  const send = (isDryRun: boolean) =>
    !sending.isPending && sending.mutate({ files, options, isDryRun, intent });
  const isBusy = (isDryRun: boolean) =>
    sending.isPending && sending.variables?.isDryRun === isDryRun;
  return (
    <section className="import-send" aria-labelledby="import-send-title">
      <h2 id="import-send-title">{t("send.title")}</h2>
      <Upload.Dragger
        multiple
        accept={KINDS}
        disabled={sending.isPending}
        fileList={files.map((file, index) => ({
          uid: `${index}`,
          name: file.name,
          size: file.size,
        }))}
        beforeUpload={(_, chosen) => {
          changeFiles([...files, ...chosen]);
          return Upload.LIST_IGNORE;
        }}
        onRemove={({ uid }) => changeFiles(files.filter((_, index) => `${index}` !== uid))}
      >
        <p className="import-drop-icon">
          <InboxOutlined />
        </p>
        <p>{t("send.drop")}</p>
        <p className="muted">{t("send.kinds")}</p>
      </Upload.Dragger>
      <MappingSelect value={options.mapping} onChange={(mapping) => changeOptions({ mapping })} />
      <Collapse
        ghost
        size="small"
        items={[
          {
            key: "options",
            label: t("send.options"),
            children: <OptionFields options={options} onChange={changeOptions} />,
          },
        ]}
      />
      {sending.error && <ProblemAlert error={sending.error} />}
      <div className="import-buttons">
        <Button
          type="primary"
          disabled={!files.length || isBusy(true)}
          loading={isBusy(false)}
          onClick={() => send(false)}
        >
          {t("send.import")}
        </Button>
        <Button
          disabled={!files.length || isBusy(false)}
          loading={isBusy(true)}
          onClick={() => send(true)}
        >
          {t("send.check")}
        </Button>
      </div>
      <p className="muted">{t("send.check_hint")}</p>
    </section>
  );
}
