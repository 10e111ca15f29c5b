import { Form } from "antd";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "@/parts/Loading";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { Sheet } from "@/parts/Sheet";
import "./actions.css";
import { bodyOf, type Typed } from "./bodies";
import { calledOf, type OrderDetail, openLines, useOrder } from "./detail";
import {
  AssigneeField,
  GroupField,
  HoldField,
  NoteField,
  ParcelField,
  PeopleField,
  PersonField,
  ReasonField,
  TrackingFields,
  WhenField,
} from "./fields";
import { type ActionName, DANGEROUS, type Intent } from "./names";
import { useNotice } from "./notice";
import { PieceFields } from "./PieceFields";
import { type ActionAnswer, useAct } from "./send";

export interface Asked {
  name: ActionName;
  orderId: string;
  holdId?: string | undefined;
}

interface ActionDialogProps {
  asked: Asked;
  onClose(): void;
  onDone?(intent: Intent, answer: ActionAnswer): void;
}

function Fields({ asked, order }: { asked: Asked; order: OrderDetail }): ReactNode {
  const { t } = useTranslation("order");
  const holds = order.holds.filter((hold) => !asked.holdId || hold.id === asked.holdId);
  switch (asked.name) {
    case "reject":
    case "return_to_submitter":
      return <NoteField required />;
    case "add_signer":
      return [<PersonField key="who" />, <WhenField key="when" />, <NoteField key="note" />];
    case "transfer":
      return [<PersonField key="who" />, <NoteField key="note" />];
    case "copy":
      return <PeopleField />;
    case "ship":
      return [
        <TrackingFields key="tracking" />,
        <PieceFields key="pieces" lines={openLines(order)} label={t("field.partial_parcel")} />,
      ];
    case "deliver":
      return <ParcelField order={order} />;
    case "hold":
      return [
        <ReasonField key="reason" />,
        <NoteField key="note" required />,
        <AssigneeField key="who" />,
      ];
    case "release":
      return [<HoldField key="hold" holds={holds} />, <NoteField key="note" />];
    case "cancel":
    case "object":
      return [<ReasonField key="reason" />, <NoteField key="note" required />];
    case "return":
      return [
        <NoteField key="note" required />,
        <PieceFields
          key="pieces"
          lines={(order.content?.order.lines ?? []).map((line) => ({ line, left: line.quantity }))}
          label={t("field.partial_return")}
        />,
      ];
    case "group":
      return <GroupField />;
    default:
      return <NoteField />;
  }
}

/** Asks for what an action needs, sends it, and stays open with the reason when it is refused. */
export function ActionDialog({ asked, onClose, onDone }: ActionDialogProps) {
  const { t } = useTranslation("order");
  const [form] = Form.useForm<Typed>();
  const formId = useId();
  const order = useOrder(asked.orderId);
  const act = useAct();
  const { say } = useNotice();
  const detail = order.data;
  const number = detail ? calledOf(detail.order) : "";

  const submit = (typed: Typed) => {
    if (!detail || act.isPending) return;
    const holdId = asked.name === "release" ? (typed.hold ?? asked.holdId) : undefined;
    const intent: Intent = {
      name: asked.name,
      orderId: asked.orderId,
      number,
      body: bodyOf(asked.name, typed, detail.content_hash),
      ...(holdId && { holdId }),
    };
    act.mutate(intent, {
      onSuccess: (answer) => {
        say(intent, answer);
        onDone?.(intent, answer);
        onClose();
      },
    });
  };

  return (
    <Sheet
      open
      title={t(`action.${asked.name}`)}
      okText={t(`action.${asked.name}`)}
      danger={DANGEROUS.has(asked.name)}
      busy={act.isPending}
      disabled={!detail}
      onOk={form.submit}
      onClose={onClose}
    >
      <p className="action-order">
        {number && <strong>{number} · </strong>}
        {t(`hint.${asked.name}`)}
      </p>
      {order.error && <ProblemAlert error={order.error} onRetry={() => void order.refetch()} />}
      {detail ? (
        <Form form={form} id={formId} layout="vertical" onFinish={submit}>
          <Fields asked={asked} order={detail} />
        </Form>
      ) : (
        !order.error && <Loading rows={3} />
      )}
      {act.error && <ProblemAlert error={act.error} />}
    </Sheet>
  );
}
