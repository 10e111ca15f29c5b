import { useTranslation } from "react-i18next";
import type { OrderDetail } from "@/actions/detail";
import { HoldTag } from "@/parts/HoldTag";
import { useNames } from "@/parts/names";
import { PersonName } from "@/parts/PersonName";
import type { Task } from "./tasks";

interface TaskAboutProps {
  task: Task;
  order: OrderDetail | undefined;
}

const FEW = 3;

/** What has to be known to answer: who buys what, or what holds the order and why. */
export function TaskAbout({ task, order }: TaskAboutProps) {
  const { t } = useTranslation("work");
  const names = useNames();
  const hold = order?.holds.find(({ id }) => id === task.hold_id);
  const content = order?.content?.order;
  const lines = content?.lines ?? [];
  const said = lines
    .slice(0, FEW)
    .map((line) => `${line.quantity} × ${line.title || line.sku}`)
    .join(", ");
  const rest = lines.length - FEW;
  return (
    <div className="task-about">
      {hold && (
        <p>
          <HoldTag reason={hold.reason} /> {hold.note || hold.detail}
          <span className="muted">
            {" · "}
            <PersonName person={hold.raised_by} name={names[hold.raised_by] ?? null} />
          </span>
        </p>
      )}
      {content && (
        <p className="task-goods">
          {content.customer.name && <strong>{content.customer.name}: </strong>}
          {said}
          {rest > 0 && ` ${t("and_more", { count: rest })}`}
        </p>
      )}
    </div>
  );
}
