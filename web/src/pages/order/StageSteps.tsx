import { useTranslation } from "react-i18next";
import type { OrderDetail } from "@/actions/detail";
import { api } from "@/api/client";
import { useCodeWord } from "@/i18n/code";
import { CheckOutlined, CloseOutlined } from "@/parts/icons";
import { STAGES, StageName } from "@/parts/Stage";

type Progress = NonNullable<OrderDetail["progress"]>;

const ABNORMAL = "closed_abnormally";

interface StageStepsProps {
  orderId: string;
  progress: Progress;
}

/** How far an order came before it was closed: only its timeline knows. */
function useReached(orderId: string, isAbnormal: boolean): ReadonlySet<string> {
  const { data } = api.useQuery(
    "get",
    "/api/v1/orders/{order_id}/timeline",
    { params: { path: { order_id: orderId } } },
    { enabled: isAbnormal },
  );
  const entered = isAbnormal ? (data?.events ?? []) : [];
  return new Set(entered.map((event) => event.data.to ?? ""));
}

/** The way of an order; one that was closed abnormally ends there. */
export function StageSteps({ orderId, progress }: StageStepsProps) {
  const { t } = useTranslation("order");
  const word = useCodeWord();
  const isAbnormal = progress.stage === ABNORMAL;
  const reached = useReached(orderId, isAbnormal);
  const at = (STAGES as readonly string[]).indexOf(progress.stage);
  const steps = STAGES.map((stage, place) => {
    const isPast = place < at || progress.stage === "completed" || reached.has(stage);
    return { stage: stage as string, state: isPast ? "done" : place === at ? "current" : "ahead" };
  });
  if (isAbnormal) steps.push({ stage: ABNORMAL, state: "abnormal" });
  return (
    <ol className="stage-steps" aria-label={t("steps.label")}>
      {steps.map(({ stage, state }, place) => (
        <li
          key={stage}
          data-state={state}
          aria-current={state === "current" || state === "abnormal" ? "step" : undefined}
        >
          <span className="stage-mark" aria-hidden="true">
            {state === "done" ? <CheckOutlined /> : null}
            {state === "abnormal" ? <CloseOutlined /> : null}
            {state === "current" || state === "ahead" ? place + 1 : null}
          </span>
          <span className="stage-word">
            <StageName stage={stage} />
            {state === "abnormal" && progress.closed_reason && (
              <small>{word("reason", progress.closed_reason)}</small>
            )}
          </span>
          {state !== "abnormal" && (
            <span className="visually-hidden">{t(`steps.${state as "done"}`)}</span>
          )}
        </li>
      ))}
    </ol>
  );
}
