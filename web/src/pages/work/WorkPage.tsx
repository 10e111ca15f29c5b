import { Button, Segmented } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ActionDialog, type Asked } from "@/actions/ActionDialog";
import { useSession } from "@/app/session";
import { EmptyState } from "@/parts/EmptyState";
import { Loading } from "@/parts/Loading";
import { PageTitle } from "@/parts/PageTitle";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { BatchSheet } from "./BatchSheet";
import { Picked } from "./Picked";
import { TaskCard } from "./TaskCard";
import { KINDS, type Kind, keyOf, useTasks } from "./tasks";
import { usePicks } from "./usePicks";
import "./work.css";

/** What waits for the person who looks, the most pressing first. */
export default function WorkPage() {
  const { t } = useTranslation(["work", "order", "common"]);
  const { can } = useSession();
  const { tasks, query } = useTasks();
  const [kind, setKind] = useState<Kind | "all">("all");
  const [asked, setAsked] = useState<Asked | null>(null);
  const picks = usePicks(tasks);

  const counts = useMemo(() => {
    const found = new Map<string, number>();
    for (const task of tasks) found.set(task.kind, (found.get(task.kind) ?? 0) + 1);
    return found;
  }, [tasks]);
  const kinds = KINDS.filter((each) => counts.has(each));
  const chosen = kind !== "all" && counts.has(kind) ? kind : "all";
  const shown = tasks.filter((task) => chosen === "all" || task.kind === chosen);
  const more = query.hasNextPage ? "+" : "";

  return (
    <div className="work">
      <PageTitle
        title={t("title")}
        extra={query.data && <span className="work-count">{`${tasks.length}${more}`}</span>}
      />
      {query.error && <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />}
      {!query.data && !query.error && <Loading rows={10} />}
      {kinds.length > 1 && (
        <Segmented
          className="work-kinds"
          aria-label={t("kinds")}
          value={chosen}
          onChange={(value) => setKind(value as Kind | "all")}
          options={[
            { value: "all", label: `${t("common:form.all")} ${tasks.length}${more}` },
            ...kinds.map((each) => ({
              value: each,
              label: `${t(`kind.${each}`)} ${counts.get(each)}`,
            })),
          ]}
        />
      )}
      {can("orders.decide") && counts.has("approve") && <Picked picks={picks} />}
      {query.data && !shown.length && <EmptyState title={t("empty")} advice={t("empty_advice")} />}
      <ul className="work-list">
        {shown.map((task) => (
          <TaskCard
            key={keyOf(task)}
            task={task}
            isPicked={picks.has(task)}
            onPick={(hash) => picks.toggle(task, hash)}
            onAsk={setAsked}
          />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button
          block
          size="large"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t("more")}
        </Button>
      )}
      {asked && <ActionDialog asked={asked} onClose={() => setAsked(null)} />}
      {picks.batch && <BatchSheet batch={picks.batch} onClose={picks.closeBatch} />}
    </div>
  );
}
