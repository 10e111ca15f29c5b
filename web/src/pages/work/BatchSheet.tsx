import { Input } from "antd";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "@/parts/Loading";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { Sheet } from "@/parts/Sheet";
import { BatchPreview } from "./BatchPreview";
import { BatchProgress } from "./BatchProgress";
import { useBatch } from "./useBatch";
import type { Batch } from "./usePicks";

const NAMES = { approve: "approve", reject: "reject", return: "return_to_submitter" } as const;

interface BatchSheetProps {
  batch: Batch;
  onClose(): void;
}

/** Many decisions at once: what it would come to, one click, then what became of each. */
export function BatchSheet({ batch, onClose }: BatchSheetProps) {
  const { t } = useTranslation(["work", "order"]);
  const [note, setNote] = useState("");
  const noteId = useId();
  const { preview, start, started } = useBatch(batch);
  const needsNote = batch.verdict !== "approve";
  const verb = t(`order:action.${NAMES[batch.verdict]}`);
  const shown = preview.data;
  const isReady = Boolean(shown?.count) && (!needsNote || note.trim() !== "");
  return (
    <Sheet
      open
      width={640}
      title={
        batch.group
          ? t("batch.title_group", { verb, group: batch.group })
          : t("batch.title", { verb })
      }
      {...(!started && {
        okText: shown ? t("batch.start", { verb, count: shown.count }) : verb,
        danger: needsNote,
        busy: start.isPending,
        disabled: !isReady || preview.isFetching,
        onOk: () => start.mutate(note.trim()),
      })}
      onClose={onClose}
    >
      {started ? (
        <BatchProgress batchId={started.batch_id} called={batch.called} />
      ) : (
        <>
          {preview.error && (
            <ProblemAlert error={preview.error} onRetry={() => void preview.refetch()} />
          )}
          {!shown && !preview.error && <Loading rows={5} />}
          {shown && <BatchPreview preview={shown} perGroup={batch.perGroup} />}
          {needsNote && (
            <div className="batch-note">
              <label htmlFor={noteId}>{t("order:field.note")}</label>
              <Input.TextArea
                id={noteId}
                rows={3}
                maxLength={2000}
                required
                value={note}
                onChange={(event) => setNote(event.target.value)}
              />
            </div>
          )}
          {start.error && <ProblemAlert error={start.error} />}
        </>
      )}
    </Sheet>
  );
}
