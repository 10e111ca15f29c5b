import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { Instant } from "@/parts/Instant";
import { useNames } from "@/parts/names";
import { type Absence, useReadAgain } from "./queries";

interface AbsencesProps {
  absences: readonly Absence[];
  canCancel: boolean;
}

/** When somebody is away and who stands in; each can be cancelled. */
export function Absences({ absences, canCancel }: AbsencesProps) {
  const { t } = useTranslation("people");
  const { modal, message } = App.useApp();
  const names = useNames();
  const readAgain = useReadAgain();
  const cancel = api.useMutation("delete", "/api/v1/absences/{absence_id}");
  const ask = (absence: Absence) =>
    modal.confirm({
      title: t("absence.cancel_title"),
      content: t("absence.cancel_text"),
      okText: t("absence.cancel_ok"),
      cancelText: t("absence.keep"),
      onOk: () =>
        cancel.mutateAsync(
          { params: { path: { absence_id: absence.absence_id } } },
          {
            onError: (error) => void message.error(asProblem(error).detailNow),
            onSettled: () => void readAgain(),
          },
        ),
    });
  if (!absences.length) return <p className="muted">{t("absence.none")}</p>;
  return (
    <ul className="absences">
      {absences.map((absence) => (
        <li key={absence.absence_id}>
          <div>
            <Instant at={absence.begins_at} /> – <Instant at={absence.ends_at} />
            <div className="muted">
              {absence.delegate_id
                ? t("absence.stands_in", {
                    name: names[absence.delegate_id] ?? absence.delegate_id,
                  })
                : t("absence.nobody")}
              {absence.note && ` · ${absence.note}`}
            </div>
          </div>
          {canCancel && (
            <Button size="small" onClick={() => ask(absence)}>
              {t("absence.cancel")}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
