import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Instant } from "@/parts/Instant";
import { Money } from "@/parts/Money";

interface BatchPreviewProps {
  preview: components["schemas"]["BatchPreview"];
  perGroup: ReadonlyMap<string, number>;
}

/** What the batch would come to: how many, how much, and who would not go along. */
export function BatchPreview({ preview, perGroup }: BatchPreviewProps) {
  const { t, i18n } = useTranslation(["work", "common"]);
  const isChinese = i18n.resolvedLanguage === "zh";
  return (
    <div className="batch-preview">
      <dl className="batch-figures">
        <div>
          <dt>{t("batch.count")}</dt>
          <dd>{preview.count}</dd>
        </div>
        <div>
          <dt>{t("batch.fit")}</dt>
          <dd>{preview.fit}</dd>
        </div>
        <div>
          <dt>{t("batch.sum")}</dt>
          <dd>
            <Money amount={preview.base_amount} currency={preview.base_currency} />
          </dd>
        </div>
        <div>
          <dt>{t("batch.reds")}</dt>
          <dd>{preview.reds}</dd>
        </div>
      </dl>
      <p className="muted">
        {Object.entries(preview.money).map(([currency, amount], place) => (
          <span key={currency}>
            {place > 0 && " + "}
            <Money amount={amount} currency={currency} />
          </span>
        ))}
        {preview.oldest && (
          <>
            {" · "}
            {t("batch.oldest")} <Instant at={preview.oldest} />
          </>
        )}
      </p>
      {perGroup.size > 0 && (
        <p>
          {[...perGroup]
            .map(([group, count]) => `${group || t("common:group.none")}: ${count}`)
            .join(" · ")}
        </p>
      )}
      {preview.unconverted > 0 && (
        <p className="muted">{t("batch.unconverted", { count: preview.unconverted })}</p>
      )}
      {preview.reasons.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t("batch.refusing")}
          description={
            <ul className="batch-reasons">
              {preview.reasons.map((reason) => (
                <li key={reason.code}>
                  {reason.count} × {isChinese ? reason.zh : reason.en}
                </li>
              ))}
            </ul>
          }
        />
      )}
    </div>
  );
}
