import { Form, Input, Modal } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ProblemAlert } from "./ProblemAlert";

interface ReasonModalProps {
  open: boolean;
  title: string;
  okText: string;
  danger?: boolean;
  /** Whether nothing can be done without a reason; true unless said otherwise. */
  required?: boolean;
  busy?: boolean;
  error?: unknown;
  /** More fields or words above the reason. */
  children?: ReactNode;
  onSubmit(reason: string): void;
  onCancel(): void;
}

/** Asks for a reason before something is done. */
export function ReasonModal(props: ReasonModalProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ reason?: string }>();
  const isRequired = props.required ?? true;
  return (
    <Modal
      open={props.open}
      title={props.title}
      okText={props.okText}
      okButtonProps={{ danger: props.danger ?? false }}
      confirmLoading={props.busy ?? false}
      destroyOnHidden
      onOk={form.submit}
      onCancel={props.onCancel}
    >
      {props.children}
      <Form
        form={form}
        layout="vertical"
        preserve={false}
        onFinish={({ reason }) => props.onSubmit(reason?.trim() ?? "")}
      >
        <Form.Item
          name="reason"
          label={t("form.reason")}
          rules={[{ required: isRequired, whitespace: isRequired, message: t("form.required") }]}
        >
          <Input.TextArea autoFocus rows={3} maxLength={2000} />
        </Form.Item>
      </Form>
      {props.error !== undefined && props.error !== null && <ProblemAlert error={props.error} />}
    </Modal>
  );
}
