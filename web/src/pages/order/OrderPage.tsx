import { useTranslation } from "react-i18next";
import { PageTitle } from "@/parts/PageTitle";

export default function OrderPage() {
  const { t } = useTranslation("order");
  return <PageTitle title={t("title")} />;
}
