import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Picks } from "./usePicks";

/** Above the list: all of a group at once, or what has been picked. */
export function Picked({ picks }: { picks: Picks }) {
  const { t } = useTranslation(["work", "order"]);
  if (picks.count) {
    return (
      <div className="picked" role="toolbar" aria-label={t("batch.picked_label")} data-some="true">
        <strong>{t("batch.picked", { count: picks.count })}</strong>
        <Button type="primary" onClick={() => picks.decidePicked("approve")}>
          {t("order:action.approve")}
        </Button>
        <Button danger onClick={() => picks.decidePicked("reject")}>
          {t("order:action.reject")}
        </Button>
        <Button danger onClick={() => picks.decidePicked("return")}>
          {t("order:action.return_to_submitter")}
        </Button>
        <Button type="text" onClick={picks.clear}>
          {t("batch.clear")}
        </Button>
      </div>
    );
  }
  const groups = [...picks.groups.keys()].filter(Boolean).sort();
  if (!groups.length) return null;
  return (
    <div className="picked">
      {groups.map((group) => (
        <Button key={group} onClick={() => picks.decideGroup(group, "approve")}>
          {t("batch.all_of_group", { group })}
        </Button>
      ))}
      <span className="muted">{t("batch.hint")}</span>
    </div>
  );
}
