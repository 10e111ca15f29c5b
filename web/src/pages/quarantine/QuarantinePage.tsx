import { useTranslation } from "react-i18next";
import { PageTitle } from "@/parts/PageTitle";

export default function QuarantinePage() {
  const { t } = useTranslation("quarantine");
  return <PageTitle title={t("title")} />;
}
