import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { EmptyState } from "@/parts/EmptyState";
import { PageTitle } from "@/parts/PageTitle";

export default function NotFoundPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <>
      <PageTitle title={t("notfound.title")} />
      <EmptyState
        title={t("notfound.title")}
        advice={t("notfound.advice")}
        action={
          <Button type="primary" onClick={() => navigate("/")}>
            {t("notfound.home")}
          </Button>
        }
      />
    </>
  );
}
