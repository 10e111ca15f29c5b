import { useTranslation } from "react-i18next";
import { PageTitle } from "@/parts/PageTitle";

export default function BoardPage() {
  const { t } = useTranslation("board");
  return <PageTitle title={t("title")} />;
}
