import { useTranslation } from "react-i18next";
import { PageTitle } from "@/parts/PageTitle";

export default function WorkPage() {
  const { t } = useTranslation("work");
  return <PageTitle title={t("title")} />;
}
