import { useTranslation } from "react-i18next";
import { PageTitle } from "@/parts/PageTitle";

export default function PeoplePage() {
  const { t } = useTranslation("people");
  return <PageTitle title={t("title")} />;
}
