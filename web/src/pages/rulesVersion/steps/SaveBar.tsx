import { Button, Input, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { RedoOutlined, UndoOutlined } from "@/parts/icons";
import { Pill } from "@/parts/Pill";
import { ProblemAlert } from "@/parts/ProblemAlert";
import type { Draft } from "../model/useDraft";
import type { Saving } from "./useSaving";

/** Stays in sight while a draft is edited: undo, the note, save and check. */
export function SaveBar({ draft, saving }: { draft: Draft; saving: Saving }) {
  const { t } = useTranslation(["rules", "common"]);
  const isBusy = saving.isSaving || saving.isChecking;
  return (
    <>
      <div className="rule-save" role="toolbar" aria-label={t("save.title")}>
        <Tooltip title={t("save.undo")}>
          <Button
            icon={<UndoOutlined />}
            aria-label={t("save.undo")}
            disabled={!draft.canUndo}
            onClick={draft.undo}
          />
        </Tooltip>
        <Tooltip title={t("save.redo")}>
          <Button
            icon={<RedoOutlined />}
            aria-label={t("save.redo")}
            disabled={!draft.canRedo}
            onClick={draft.redo}
          />
        </Tooltip>
        <Input
          aria-label={t("save.note")}
          placeholder={t("save.note")}
          maxLength={2000}
          value={draft.note}
          onChange={(event) => draft.setNote(event.target.value)}
        />
        <span className="rule-save-state" role="status">
          {draft.isDirty ? (
            <Pill tone="warn">{t("save.unsaved")}</Pill>
          ) : (
            <Pill tone="good">{t("save.all_saved", { revision: draft.base.revision })}</Pill>
          )}
        </span>
        <Button disabled={!draft.isDirty || isBusy} loading={saving.isSaving} onClick={saving.save}>
          {t("common:form.save")}
        </Button>
        <Button type="primary" disabled={isBusy} loading={saving.isChecking} onClick={saving.check}>
          {t(draft.isDirty ? "save.and_check" : "save.check")}
        </Button>
      </div>
      {saving.error !== null && <ProblemAlert error={saving.error} />}
    </>
  );
}
