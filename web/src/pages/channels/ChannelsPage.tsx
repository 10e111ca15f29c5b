import { useTranslation } from "react-i18next";
import { PageTitle } from "@/parts/PageTitle";

export default function ChannelsPage() {
  const { t } = useTranslation("channels");
  return <PageTitle title={t("title")} />;
}
