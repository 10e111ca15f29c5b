import { useTranslation } from "react-i18next";
import { PageTitle } from "@/parts/PageTitle";

export default function OrdersPage() {
  const { t } = useTranslation("orders");
  return <PageTitle title={t("title")} />;
}
