import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "@/app/session";
import { EmptyState } from "@/parts/EmptyState";
import { Loading } from "@/parts/Loading";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { type RecordColumn, Records } from "@/parts/Records";
import { GroupSheet } from "./GroupSheet";
import { type Group, useGroups } from "./queries";

/** No group's code: a group that is yet to be. */
const NEW = "";

export function GroupList() {
  const { t, i18n } = useTranslation("people");
  const { can } = useSession();
  const groups = useGroups();
  const [edited, setEdited] = useState<string | null>(null);
  const canEdit = can("people.edit");
  const name = (group: Group) => (i18n.resolvedLanguage === "zh" ? group.name_zh : group.name_en);
  const columns: RecordColumn<Group>[] = [
    {
      key: "name",
      title: t("field.name"),
      heading: true,
      render: (group) =>
        canEdit ? (
          <Button type="link" className="person-open" onClick={() => setEdited(group.code)}>
            {name(group)}
          </Button>
        ) : (
          name(group)
        ),
    },
    { key: "code", title: t("group.code"), render: (group) => group.code },
    { key: "warehouse", title: t("group.warehouse"), render: (group) => group.warehouse },
    {
      key: "calendar",
      title: t("group.calendar"),
      render: (group) => group.calendar || t("group.always"),
    },
  ];
  if (groups.isPending) return <Loading rows={4} />;
  if (groups.error) {
    return <ProblemAlert error={groups.error} onRetry={() => void groups.refetch()} />;
  }
  const action = canEdit && <Button onClick={() => setEdited(NEW)}>{t("group.new")}</Button>;
  return (
    <>
      {action && <div className="people-tools">{action}</div>}
      <Records
        label={t("tab.groups")}
        rows={groups.data.groups}
        rowKey={(group) => group.code}
        columns={columns}
        empty={<EmptyState title={t("group.empty")} advice={t("group.empty_advice")} />}
      />
      {edited !== null && (
        <GroupSheet
          group={groups.data.groups.find(({ code }) => code === edited) ?? null}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}
