import { useMutation } from "@tanstack/react-query";
import { App, Form, Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { changePassword } from "@/api/session";
import { ProblemAlert } from "@/parts/ProblemAlert";

interface Fields {
  current: string;
  next: string;
}

/** Changes the signed-in person's password, which ends their other sessions. */
export function PasswordModal({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const change = useMutation({
    mutationFn: ({ current, next }: Fields) => changePassword(current, next),
    onSuccess() {
      void message.success(t("password.changed"));
      onClose();
    },
  });
  const required = [{ required: true, message: t("form.required") }];
  return (
    <Modal
      open
      title={t("shell.password")}
      okText={t("password.change")}
      confirmLoading={change.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      {change.error && <ProblemAlert error={change.error} />}
      <Form form={form} layout="vertical" onFinish={(fields) => change.mutate(fields)}>
        <Form.Item name="current" label={t("password.current")} rules={required}>
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
        <Form.Item
          name="next"
          label={t("password.next")}
          extra={t("password.others_end")}
          rules={required}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
