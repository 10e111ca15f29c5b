import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";

interface CleansingProps {
  steps: components["schemas"]["Cleansed"][];
}

/** Field by field: what came in, what the order holds instead, and why. */
export function Cleansing({ steps }: CleansingProps) {
  const { t, i18n } = useTranslation("order");
  const isChinese = i18n.resolvedLanguage === "zh";
  const value = (text: string) => text || <span className="muted">{t("content.nothing")}</span>;
  return (
    <section>
      <h2>{t("content.cleansing")}</h2>
      {!steps.length && <p className="muted">{t("content.no_cleansing")}</p>}
      <ul className="cleansing">
        {steps.map((step) => (
          <li key={`${step.field} ${step.code} ${step.before}`}>
            <code>{step.field}</code>
            <span className="cleansing-change">
              <del>
                <span className="visually-hidden">{t("content.came_in")} </span>
                {value(step.before)}
              </del>
              <span aria-hidden="true">→</span>
              <ins>
                <span className="visually-hidden">{t("content.became")} </span>
                {value(step.after)}
              </ins>
            </span>
            <span className="muted">{isChinese ? step.why_zh : step.why_en}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
