import { useTranslation } from "react-i18next";
import { calledOf, type OrderDetail } from "@/actions/detail";
import { useCodeWord } from "@/i18n/code";
import { useCountryName } from "@/parts/country";
import { Flags } from "@/parts/Flags";
import { Instant } from "@/parts/Instant";
import { Money } from "@/parts/Money";
import { Pill } from "@/parts/Pill";
import { StageTag } from "@/parts/Stage";

/** The flags of an order's progress as lists have them. */
export function flagsOf(progress: OrderDetail["progress"]): string[] {
  const flags = ["red", "escalated", "late", "held"] as const;
  return progress ? flags.filter((flag) => progress[flag]) : [];
}

/** What the order is, in one look. */
export function OrderTop({ order: { order, content, progress } }: { order: OrderDetail }) {
  const { t } = useTranslation("order");
  const countryName = useCountryName();
  const word = useCodeWord();
  const customer = content?.order.customer;
  return (
    <header className="order-top">
      <div className="order-name">
        <h1>{calledOf(order)}</h1>
        <StageTag stage={progress?.stage ?? ""} />
        <Flags flags={flagsOf(progress)} />
      </div>
      <dl className="facts">
        <div>
          <dt>{t("top.total")}</dt>
          <dd className="order-total">
            <Money amount={order.total} currency={order.currency} />
          </dd>
        </div>
        <div>
          <dt>{t("top.customer")}</dt>
          <dd>
            {customer ? (
              <>
                {customer.name || customer.email || order.customer_id}{" "}
                <Pill>{t(`top.${customer.kind}`)}</Pill>
              </>
            ) : (
              <span className="muted">{t("hidden.title")}</span>
            )}
          </dd>
        </div>
        <div>
          <dt>{t("top.country")}</dt>
          <dd>{countryName(order.country)}</dd>
        </div>
        <div>
          <dt>{t("top.channel")}</dt>
          <dd>
            {word("channel", order.channel)} · {order.shop}
          </dd>
        </div>
        <div>
          <dt>{t("top.placed")}</dt>
          <dd>
            <Instant at={order.placed_at} />
          </dd>
        </div>
      </dl>
    </header>
  );
}
