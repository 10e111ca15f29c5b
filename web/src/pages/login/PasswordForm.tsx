import { useMutation } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { signIn } from "@/api/session";
import { useSessionState } from "@/app/session";
import { ProblemAlert } from "@/parts/ProblemAlert";

interface Fields {
  person: string;
  password: string;
}

export function PasswordForm() {
  const { t } = useTranslation(["login", "common"]);
  const { signedIn } = useSessionState();
  const enter = useMutation({
    mutationFn: ({ person, password }: Fields) => signIn(person.trim(), password),
    onSuccess: signedIn,
  });
  const required = [{ required: true, message: t("common:form.required") }];
  return (
    <Form<Fields>
      layout="vertical"
      requiredMark={false}
      onFinish={(fields) => enter.mutate(fields)}
    >
      <Form.Item name="person" label={t("person")} rules={required}>
        <Input size="large" autoComplete="username" autoCapitalize="none" spellCheck={false} />
      </Form.Item>
      <Form.Item name="password" label={t("password")} rules={required}>
        <Input.Password size="large" autoComplete="current-password" />
      </Form.Item>
      {enter.error && <ProblemAlert error={enter.error} />}
      <Button block type="primary" size="large" htmlType="submit" loading={enter.isPending}>
        {t("submit")}
      </Button>
    </Form>
  );
}
