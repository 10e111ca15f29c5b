import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import type { OrderDetail } from "@/actions/detail";
import { useCountryName } from "@/parts/country";
import { Pill } from "@/parts/Pill";
import { Cleansing } from "./Cleansing";
import { Lines } from "./Lines";

type ContentView = NonNullable<OrderDetail["content"]>;

/** What the order says, what was found wrong with it, and what cleansing changed. */
export function Content({ order }: { order: OrderDetail }) {
  const { t } = useTranslation("order");
  const { content } = order;
  if (!content)
    return <Alert type="info" showIcon title={t("hidden.title")} description={t("hidden.why")} />;
  return (
    <div className="content">
      <section>
        <h2>
          {t("content.lines")} <Pill>{t("content.version", { version: content.version })}</Pill>
        </h2>
        <Lines order={content.order} />
      </section>
      <div className="content-parts">
        <Customer content={content} />
        <ShipTo content={content} />
        <section>
          <h2>{t("content.payment")}</h2>
          <p>
            {t(`payment.${content.order.payment?.status ?? "unknown"}`)}
            {content.order.payment?.terms && ` · ${content.order.payment.terms}`}
          </p>
          <h2>{t("content.notes")}</h2>
          <p className="pre-line">{content.order.notes || t("content.no_notes")}</p>
        </section>
      </div>
      <Findings content={content} />
      <Cleansing steps={content.cleansing} />
    </div>
  );
}

function Customer({ content }: { content: ContentView }) {
  const { t } = useTranslation("order");
  const { customer } = content.order;
  return (
    <section>
      <h2>{t("content.customer")}</h2>
      <address>
        {customer.name}
        <br />
        {customer.email && <a href={`mailto:${customer.email}`}>{customer.email}</a>}
        {customer.phone && (
          <>
            <br />
            <a href={`tel:${customer.phone}`}>{customer.phone}</a>
          </>
        )}
      </address>
      <span className="pills">
        <Pill>{t(`top.${customer.kind ?? "business"}`)}</Pill>
        {customer.first_cooperation && <Pill tone="brand">{t("top.first")}</Pill>}
      </span>
    </section>
  );
}

function ShipTo({ content }: { content: ContentView }) {
  const { t } = useTranslation("order");
  const countryName = useCountryName();
  const address = content.order.shipping_address;
  const lines = address
    ? [
        address.name,
        address.line1,
        address.line2,
        [address.postal_code, address.city].filter(Boolean).join(" "),
        address.region,
        countryName(address.country ?? ""),
      ].filter(Boolean)
    : [];
  return (
    <section>
      <h2>{t("content.address")}</h2>
      {address ? (
        <address className="pre-line">
          {lines.join("\n")}
          {address.phone && `\n${address.phone}`}
        </address>
      ) : (
        <p className="muted">{t("content.no_address")}</p>
      )}
    </section>
  );
}

function Findings({ content }: { content: ContentView }) {
  const { t, i18n } = useTranslation("order");
  const isChinese = i18n.resolvedLanguage === "zh";
  return (
    <section>
      <h2>{t("content.findings")}</h2>
      {!content.findings.length && <p className="muted">{t("content.no_findings")}</p>}
      <ul className="rows">
        {content.findings.map((finding) => (
          <li key={`${finding.field} ${finding.code}`}>
            <Pill tone={finding.severity === "error" ? "bad" : "warn"}>{finding.field || "—"}</Pill>
            <span>{isChinese ? finding.message_zh : finding.message_en}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
