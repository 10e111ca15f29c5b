import { Button, Checkbox } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { write } from "@/parts/decimal";
import { DeleteOutlined, PlusOutlined } from "@/parts/icons";
import { Money } from "@/parts/Money";
import { type DraftLine, newLine } from "./draft";
import { TextField } from "./Field";
import { Findings } from "./Findings";
import { useNewOrder } from "./useNewOrder";

const SHOWN = ["sku", "title", "quantity", "unit_price", "discount", "tax", "total", "line_id"];
const RATE = /^\d{0,2}(\.\d{0,3})?$/;

function LineRow({ line, index }: { line: DraftLine; index: number }) {
  const { t } = useTranslation("neworder");
  const { draft, change, sums, shownAt } = useNewOrder();
  const own = sums.lines[index];
  const aboutId = useId();
  const at = (field: string) => `lines[${index}].${field}`;
  const set = (part: Partial<DraftLine>) =>
    change({ lines: draft.lines.map((each) => (each === line ? { ...each, ...part } : each)) });
  return (
    <li className="order-line">
      <fieldset>
        <legend className="visually-hidden">{t("lines.line", { number: index + 1 })}</legend>
        <div className="order-line-fields">
          <TextField
            path={at("sku")}
            aboutId={aboutId}
            label={t("lines.sku")}
            required
            maxLength={120}
            value={line.sku}
            onChange={(sku) => set({ sku })}
          />
          <TextField
            path={at("title")}
            aboutId={aboutId}
            label={t("lines.title_of")}
            value={line.title}
            onChange={(title) => set({ title })}
          />
          <TextField
            path={at("quantity")}
            aboutId={aboutId}
            label={t("lines.quantity")}
            inputMode="numeric"
            maxLength={10}
            value={line.quantity}
            onChange={(quantity) => set({ quantity: quantity.trim() })}
          />
          <TextField
            path={at("unit_price")}
            aboutId={aboutId}
            label={t("lines.unit_price")}
            required
            inputMode="decimal"
            maxLength={24}
            placeholder="0.00"
            value={line.unit_price}
            onChange={(unit_price) => set({ unit_price: unit_price.trim() })}
          />
          <TextField
            path={at("discount")}
            aboutId={aboutId}
            label={t("lines.discount")}
            inputMode="decimal"
            maxLength={24}
            placeholder="0.00"
            value={line.discount}
            onChange={(discount) => set({ discount: discount.trim() })}
          />
          <TextField
            path={at("tax")}
            aboutId={aboutId}
            label={t("lines.tax_rate")}
            inputMode="decimal"
            maxLength={6}
            placeholder="0"
            value={line.tax_rate}
            onChange={(rate) => RATE.test(rate) && set({ tax_rate: rate })}
          />
        </div>
        <div className="order-line-end">
          <div id={aboutId} className="order-line-about">
            <Findings findings={SHOWN.flatMap((field) => shownAt(at(field)))} />
          </div>
          <span className="order-line-total">
            <span className="muted">{t("lines.total")}</span>{" "}
            {own ? (
              <Money amount={write(own.total, sums.places)} currency={draft.currency} />
            ) : (
              <span className="muted">—</span>
            )}
          </span>
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t("lines.remove", { number: index + 1 })}
            disabled={draft.lines.length === 1}
            onClick={() => change({ lines: draft.lines.filter((each) => each !== line) })}
          />
        </div>
      </fieldset>
    </li>
  );
}

export function LineFields() {
  const { t } = useTranslation("neworder");
  const { draft, change, shownAt } = useNewOrder();
  const addLine = () => change({ lines: [...draft.lines, newLine(draft.lines.at(-1)?.tax_rate)] });
  return (
    <section className="panel" aria-labelledby="lines-title">
      <div className="panel-head">
        <h2 id="lines-title">{t("lines.title")}</h2>
        <Checkbox
          checked={draft.tax_included}
          onChange={(event) => change({ tax_included: event.target.checked })}
        >
          {t("lines.tax_included")}
        </Checkbox>
      </div>
      <Findings findings={shownAt("lines")} />
      <ol className="order-lines">
        {draft.lines.map((line, index) => (
          <LineRow key={line.key} line={line} index={index} />
        ))}
      </ol>
      <Button icon={<PlusOutlined />} onClick={addLine} disabled={draft.lines.length >= 1000}>
        {t("lines.add")}
      </Button>
    </section>
  );
}
