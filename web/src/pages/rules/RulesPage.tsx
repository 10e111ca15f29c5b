import { useTranslation } from "react-i18next";
import { PageTitle } from "@/parts/PageTitle";

export default function RulesPage() {
  const { t } = useTranslation("rules");
  return <PageTitle title={t("title")} />;
}
