import { useTranslation } from "react-i18next";
import { PageTitle } from "@/parts/PageTitle";

export default function ImportsPage() {
  const { t } = useTranslation("imports");
  return <PageTitle title={t("title")} />;
}
