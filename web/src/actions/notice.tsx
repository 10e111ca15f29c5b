/** Says what became of an action, with a way back where there is one. */
import { App, Button } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import type { Intent } from "./names";
import { type ActionAnswer, useAct } from "./send";

/** What takes an action back: a hold of one's own can be released, a signature withdrawn. */
export function undoOf(intent: Intent, answer: ActionAnswer): Intent | null {
  const { orderId, number } = intent;
  if (intent.name === "hold") {
    return { name: "release", orderId, number, holdId: answer.id, body: {} };
  }
  const isOneOfMany = intent.name === "approve" && answer.code === "signed";
  return isOneOfMany ? { name: "withdraw", orderId, number, body: {} } : null;
}

/** The answer in words, for a line of its own. */
export function useAnswerWords(): (intent: Intent, answer: ActionAnswer) => string {
  const { t } = useTranslation("order");
  return useCallback(
    (intent, answer) => {
      if (answer.status === "pending") return t("done.pending");
      if (intent.name === "approve" && answer.code === "signed") return t("done.signed");
      return t(`done.${intent.name}`);
    },
    [t],
  );
}

export function useNotice() {
  const { notification } = App.useApp();
  const { t } = useTranslation(["order", "common"]);
  const words = useAnswerWords();
  const undo = useAct();

  const fail = (error: unknown, number: string) => {
    const problem = asProblem(error);
    notification.error({
      title: t("notice.refused", { number }),
      description: problem.detailNow,
      role: "alert",
      duration: 12,
    });
  };

  const say = (intent: Intent, answer: ActionAnswer) => {
    const back = undoOf(intent, answer);
    notification.open({
      key: answer.id,
      type: answer.status === "pending" ? "info" : "success",
      title: intent.number,
      description: words(intent, answer),
      role: "status",
      duration: back ? 12 : 5,
      ...(back && {
        actions: (
          <Button
            size="small"
            onClick={() => {
              notification.destroy(answer.id);
              undo.mutate(back, {
                onSuccess: (done) => say(back, done),
                onError: (error) => fail(error, back.number),
              });
            }}
          >
            {t("common:form.undo")}
          </Button>
        ),
      }),
    });
  };
  return { say, fail };
}
