import { useTranslation } from "react-i18next";
import { PageTitle } from "@/parts/PageTitle";

export default function WallPage() {
  const { t } = useTranslation("wall");
  return <PageTitle title={t("title")} />;
}
