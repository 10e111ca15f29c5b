import { Alert, Button, Drawer, Form, Input, InputNumber } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { calledOf, type OrderDetail } from "@/actions/detail";
import type { Intent } from "@/actions/names";
import { useNotice } from "@/actions/notice";
import { useAct } from "@/actions/send";
import { Money } from "@/parts/Money";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { useIsPhone } from "@/parts/useIsPhone";
import { type Address, amended, type Changes } from "./amendment";

interface AmendDrawerProps {
  order: OrderDetail;
  content: NonNullable<OrderDetail["content"]>;
  onClose(): void;
}

const ADDRESS: (keyof Address &
  ("name" | "line1" | "line2" | "city" | "region" | "postal_code" | "country" | "phone"))[] = [
  "name",
  "line1",
  "line2",
  "postal_code",
  "city",
  "region",
  "country",
  "phone",
];

/** The content as a form: quantities, address and notes; amounts follow the quantities. */
export function AmendDrawer({ order, content, onClose }: AmendDrawerProps) {
  const { t } = useTranslation(["order", "common"]);
  const isPhone = useIsPhone();
  const [form] = Form.useForm<Changes>();
  // What is changed is what was shown when the form was opened.
  const [shown] = useState(content);
  const typed = Form.useWatch([], form) as Changes | undefined;
  const act = useAct();
  const { say } = useNotice();
  const start = useMemo(() => startOf(shown.order), [shown]);
  const next = amended(shown.order, typed?.quantities ? typed : start);
  const isChanged = JSON.stringify(next) !== JSON.stringify(amended(shown.order, start));
  const isStale = content.version !== shown.version;

  const save = () => {
    if (act.isPending) return;
    const { order_id: orderId } = order.order;
    const intent: Intent = { name: "amend", orderId, number: calledOf(order.order), body: next };
    act.mutate(intent, {
      onSuccess: (answer) => {
        say(intent, answer);
        onClose();
      },
    });
  };

  const footer = (
    <div className="amend-footer">
      <span>
        {t("content.total")}{" "}
        <strong>
          <Money amount={next.total} currency={next.currency} />
        </strong>
        {next.total !== shown.order.total && (
          <small className="muted">
            {" "}
            (<Money amount={shown.order.total} currency={next.currency} />)
          </small>
        )}
      </span>
      <Button onClick={onClose}>{t("common:form.cancel")}</Button>
      <Button
        type="primary"
        loading={act.isPending}
        disabled={!isChanged || !next.lines.length || isStale}
        onClick={form.submit}
      >
        {t("amend.save")}
      </Button>
    </div>
  );
  return (
    <Drawer
      open
      title={`${t("amend.title")} ${calledOf(order.order)}`}
      placement={isPhone ? "bottom" : "right"}
      size={isPhone ? "92dvh" : 560}
      footer={footer}
      onClose={onClose}
    >
      <Alert type="info" showIcon title={t("amend.voids")} />
      {isStale && <Alert type="warning" showIcon title={t("amend.stale")} role="alert" />}
      <Form form={form} className="amend" layout="vertical" initialValues={start} onFinish={save}>
        <h3>{t("amend.lines")}</h3>
        {shown.order.lines.map((line) => (
          <div key={line.line_id} className="piece-line">
            <span className="piece-title">
              {line.title || line.sku}
              <span className="muted"> {line.sku}</span>
            </span>
            <Form.Item name={["quantities", line.line_id]} noStyle>
              <InputNumber
                min={0}
                max={1_000_000}
                precision={0}
                inputMode="numeric"
                aria-label={t("field.pieces_of", { line: line.title || line.sku })}
              />
            </Form.Item>
          </div>
        ))}
        {!next.lines.length && <Alert type="warning" showIcon title={t("amend.last_line")} />}
        <h3>{t("amend.address")}</h3>
        <div className="amend-address">
          {ADDRESS.map((name) => (
            <Form.Item key={name} name={["address", name]} label={t(`amend.${name}`)}>
              <Input maxLength={name === "country" ? 2 : 500} autoComplete="off" />
            </Form.Item>
          ))}
        </div>
        <Form.Item name="notes" label={t("amend.notes")}>
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
      </Form>
      {act.error && <ProblemAlert error={act.error} />}
    </Drawer>
  );
}

function startOf(order: AmendDrawerProps["content"]["order"]): Changes {
  return {
    quantities: Object.fromEntries(order.lines.map((line) => [line.line_id, line.quantity])),
    address: Object.fromEntries(
      ADDRESS.map((name) => [name, order.shipping_address?.[name] ?? ""]),
    ) as Partial<Address>,
    notes: order.notes ?? "",
  };
}
