import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asked } from "@/actions/ActionDialog";
import { bodyOf } from "@/actions/bodies";
import { calledOf, type OrderDetail } from "@/actions/detail";
import { type ActionName, DANGEROUS, type Intent, ONE_TAP } from "@/actions/names";
import { useAnswerWords, useNotice } from "@/actions/notice";
import { useAct } from "@/actions/send";
import { ANSWERS, isKind, type Task } from "./tasks";

interface TaskAnswersProps {
  task: Task;
  order: OrderDetail | undefined;
  onAsk(asked: Asked): void;
}

/** The buttons of a task: one tap where nothing has to be typed, else a dialog. */
export function TaskAnswers({ task, order, onAsk }: TaskAnswersProps) {
  const { t } = useTranslation("order");
  const act = useAct();
  const { say, fail } = useNotice();
  const words = useAnswerWords();
  const [answered, setAnswered] = useState("");
  const names = isKind(task.kind) ? ANSWERS[task.kind] : [];
  const number = calledOf(task);

  const choose = (name: ActionName) => {
    if (act.isPending) return;
    if (!ONE_TAP.has(name)) {
      onAsk({ name, orderId: task.order_id, holdId: task.hold_id || undefined });
      return;
    }
    const body = bodyOf(name, {}, order?.content_hash ?? "");
    const intent: Intent = { name, orderId: task.order_id, number, body };
    act.mutate(intent, {
      onSuccess: (answer) => {
        setAnswered(words(intent, answer));
        say(intent, answer);
      },
      onError: (error) => fail(error, number),
    });
  };

  if (answered) {
    return (
      <p className="task-answered" role="status">
        {answered}
      </p>
    );
  }
  return (
    <div className="task-answers">
      {names.map((name, place) => (
        <Button
          key={name}
          size="large"
          type={place === 0 ? "primary" : "default"}
          danger={DANGEROUS.has(name)}
          loading={act.isPending && act.variables?.name === name}
          // One signs what one has seen: not before the content is there.
          disabled={act.isPending || (name === "approve" && !order)}
          aria-label={`${t(`action.${name}`)} ${number}`}
          onClick={() => choose(name)}
        >
          {t(`action.${name}`)}
        </Button>
      ))}
    </div>
  );
}
