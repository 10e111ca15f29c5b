import { Alert } from "antd";
import { useTranslation } from "react-i18next";

/** Says what somebody else changed while a form was being filled in. */
export function Meanwhile({ fields }: { fields: readonly string[] }) {
  const { t } = useTranslation("people");
  if (!fields.length) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={t("meanwhile.title", { fields: fields.join(t("meanwhile.comma")) })}
      description={t("meanwhile.advice")}
    />
  );
}
