import { useTranslation } from "react-i18next";
import { PageTitle } from "@/parts/PageTitle";

export default function NewOrderPage() {
  const { t } = useTranslation("neworder");
  return <PageTitle title={t("title")} />;
}
