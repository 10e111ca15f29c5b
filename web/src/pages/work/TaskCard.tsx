import { Checkbox } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Asked } from "@/actions/ActionDialog";
import { calledOf, useOrder } from "@/actions/detail";
import { useCodeWord } from "@/i18n/code";
import { Deadline } from "@/parts/Countdown";
import { useCountryName } from "@/parts/country";
import { Flags } from "@/parts/Flags";
import { Money } from "@/parts/Money";
import { StageTag } from "@/parts/Stage";
import { TaskAbout } from "./TaskAbout";
import { TaskAnswers } from "./TaskAnswers";
import { isKind, type Task } from "./tasks";
import { useSeen } from "./useSeen";

interface TaskCardProps {
  task: Task;
  isPicked: boolean;
  onPick(contentHash: string): void;
  onAsk(asked: Asked): void;
}

/** One thing to do: what, by when, about which order, and the taps that do it. */
export function TaskCard({ task, isPicked, onPick, onAsk }: TaskCardProps) {
  const { t } = useTranslation(["work", "common"]);
  const countryName = useCountryName();
  const word = useCodeWord();
  const [ref, isSeen] = useSeen<HTMLLIElement>();
  const { data: order } = useOrder(task.order_id, isSeen);
  const number = calledOf(task);
  const flags = (["red", "escalated", "late"] as const).filter((flag) => task[flag]);
  const contentHash = order?.content_hash;
  return (
    <li ref={ref} className="task" data-red={task.red} data-escalated={task.escalated}>
      <div className="task-head">
        {task.kind === "approve" && (
          <Checkbox
            checked={isPicked}
            disabled={!contentHash}
            aria-label={t("pick", { number })}
            onChange={() => contentHash && onPick(contentHash)}
          />
        )}
        <Link to={`/orders/${task.order_id}`} className="task-number">
          {number}
        </Link>
        <Flags flags={flags} />
        <span className="task-due">
          <Deadline order={task} />
        </span>
      </div>
      <div className="task-facts">
        <strong>{isKind(task.kind) ? t(`ask.${task.kind}`) : task.kind}</strong>
        <Money amount={task.total} currency={task.currency} />
        <span>{countryName(task.country)}</span>
        <span className="muted">{task.group || t("common:group.none")}</span>
        <span className="muted">{word("channel", task.channel)}</span>
        <StageTag stage={task.stage} />
      </div>
      <TaskAbout task={task} order={order} />
      <TaskAnswers task={task} order={order} onAsk={onAsk} />
    </li>
  );
}
