import { App, Button, Input } from "antd";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { type EntryDetail, useReadAgain } from "./queries";

interface EntryActionsProps {
  entry: EntryDetail;
  /** The text as it was edited, and whether it can be sent. */
  text: string;
  isChanged: boolean;
  isBroken: boolean;
  onDone(): void;
}

/** Sending a message corrected, trying it again as it is, putting it away. */
export function EntryActions(props: EntryActionsProps) {
  const { entry, text, isChanged, isBroken, onDone } = props;
  const { t } = useTranslation("quarantine");
  const { message, modal } = App.useApp();
  const readAgain = useReadAgain();
  const noteId = useId();
  const [note, setNote] = useState("");
  const path = { params: { path: { quarantine_id: entry.id } } };
  const fix = api.useMutation("post", "/api/v1/quarantine/{quarantine_id}/fix");
  const retry = api.useMutation("post", "/api/v1/quarantine/{quarantine_id}/retry");
  const discard = api.useMutation("post", "/api/v1/quarantine/{quarantine_id}/discard");
  const isBusy = fix.isPending || retry.isPending || discard.isPending;
  const error = fix.error ?? retry.error ?? discard.error;
  const after = (said: "done.fix" | "done.retry" | "done.discard") => ({
    onSuccess() {
      void message.success(t(said), 5);
      onDone();
    },
    // A colleague may have been faster: what is shown then says so.
    onSettled: () => void readAgain(),
  });
  const askDiscard = () =>
    modal.confirm({
      title: t("discard.title"),
      content: t("discard.text"),
      okText: t("discard.ok"),
      okButtonProps: { danger: true },
      onOk: () => discard.mutateAsync(path, after("done.discard")).catch(() => undefined),
    });
  const canFix = isChanged && !isBroken && note.trim().length > 0;
  return (
    <div className="quarantine-actions">
      {entry.fixable && (
        <>
          <label htmlFor={noteId}>{t("fix.note")}</label>
          <Input
            id={noteId}
            value={note}
            maxLength={2000}
            placeholder={t("fix.note_hint")}
            onChange={(event) => setNote(event.target.value)}
          />
          <p className="muted">
            {!isChanged ? t("fix.unchanged") : isBroken ? t("fix.broken") : t("fix.hint")}
          </p>
        </>
      )}
      {error && asProblem(error) && <ProblemAlert error={error} />}
      <div className="quarantine-buttons">
        {entry.fixable && (
          <Button
            type="primary"
            loading={fix.isPending}
            disabled={!canFix || isBusy}
            onClick={() =>
              fix.mutate({ ...path, body: { body: text, note: note.trim() } }, after("done.fix"))
            }
          >
            {t("fix.ok")}
          </Button>
        )}
        <Button
          loading={retry.isPending}
          disabled={isBusy || isChanged}
          onClick={() => retry.mutate(path, after("done.retry"))}
        >
          {t("retry")}
        </Button>
        <Button danger type="text" disabled={isBusy} onClick={askDiscard}>
          {t("discard.ok")}
        </Button>
      </div>
    </div>
  );
}
