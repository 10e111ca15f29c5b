import { Button, Result } from "antd";
import { useTranslation } from "react-i18next";

/** In place of a page that broke, mostly because a newer version of it was installed meanwhile. */
export function Failed() {
  const { t } = useTranslation();
  return (
    <Result
      status="warning"
      title={t("failed.title")}
      subTitle={t("failed.advice")}
      extra={
        <Button type="primary" onClick={() => window.location.reload()}>
          {t("failed.reload")}
        </Button>
      }
    />
  );
}
