import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";

/** Holds the place of what is being fetched, about as tall as it will be. */
export function Loading({ rows = 4 }: { rows?: number }) {
  const { t } = useTranslation("common");
  return (
    <div className="loading-block" aria-busy="true">
      <span className="visually-hidden" role="status">
        {t("loading")}
      </span>
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  );
}
