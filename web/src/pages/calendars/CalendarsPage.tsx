import { useTranslation } from "react-i18next";
import { PageTitle } from "@/parts/PageTitle";

export default function CalendarsPage() {
  const { t } = useTranslation("calendars");
  return <PageTitle title={t("title")} />;
}
