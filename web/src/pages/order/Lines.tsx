import { useTranslation } from "react-i18next";
import type { OrderDetail } from "@/actions/detail";
import { Money } from "@/parts/Money";

type Order = NonNullable<OrderDetail["content"]>["order"];

const isZero = (amount: string | undefined) => !amount || /^-?0+(\.0*)?$/.test(amount);

/** The lines and what they come to; on a phone each line is a card of its own. */
export function Lines({ order }: { order: Order }) {
  const { t } = useTranslation("order");
  const { currency } = order;
  const sums = [
    { word: t("content.shipping"), amount: order.shipping },
    { word: t("content.discount"), amount: order.discount },
    { word: t("content.tax"), amount: order.tax },
  ];
  return (
    <table className="lines">
      <thead>
        <tr>
          <th scope="col">{t("content.article")}</th>
          <th scope="col">{t("content.quantity")}</th>
          <th scope="col">{t("content.unit_price")}</th>
          <th scope="col">{t("content.discount")}</th>
          <th scope="col">{t("content.tax")}</th>
          <th scope="col">{t("content.line_total")}</th>
        </tr>
      </thead>
      <tbody>
        {order.lines.map((line) => (
          <tr key={line.line_id}>
            <th scope="row">
              {line.title || line.sku}
              <small className="muted">{line.sku}</small>
            </th>
            <td data-word={t("content.quantity")}>{line.quantity}</td>
            <td data-word={t("content.unit_price")}>
              <Money amount={line.unit_price} currency={currency} />
            </td>
            <td data-word={t("content.discount")}>
              {isZero(line.discount) ? "—" : <Money amount={line.discount} currency={currency} />}
            </td>
            <td data-word={t("content.tax")}>
              <Money amount={line.tax} currency={currency} />
              {line.tax_included && <small className="muted">{t("content.tax_included")}</small>}
            </td>
            <td data-word={t("content.line_total")}>
              <Money amount={line.total} currency={currency} />
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        {sums
          .filter(({ amount }) => !isZero(amount))
          .map(({ word, amount }) => (
            <tr key={word}>
              <th scope="row" colSpan={5}>
                {word}
              </th>
              <td>
                <Money amount={amount} currency={currency} />
              </td>
            </tr>
          ))}
        <tr className="lines-total">
          <th scope="row" colSpan={5}>
            {t("content.total")}
          </th>
          <td>
            <Money amount={order.total} currency={currency} />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
