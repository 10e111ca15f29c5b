import { useTranslation } from "react-i18next";

/** Says a span of time in its two largest units ("2 d 3 h", "3小时20分"). */
export function useDuration(): (seconds: number) => string {
  const { t } = useTranslation();
  return (seconds) => {
    const minutes = Math.floor(Math.abs(seconds) / 60);
    const [d, h, m] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
    if (d) return t("time.days", { d, h });
    if (h) return t("time.hours", { h, m });
    return m ? t("time.minutes", { m }) : t("time.seconds");
  };
}
