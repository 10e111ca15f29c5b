import { useTranslation } from "react-i18next";
import { PageTitle } from "@/parts/PageTitle";

export default function MessagesPage() {
  const { t } = useTranslation("messages");
  return <PageTitle title={t("title")} />;
}
