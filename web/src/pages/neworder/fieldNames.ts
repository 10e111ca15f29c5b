import { useTranslation } from "react-i18next";
import type { Finding } from "@/api/problem";
import { useFindingWords } from "@/parts/findingWords";

const SECTIONS: Record<string, string> = {
  customer: "customer",
  shipping_address: "address",
  payment: "order",
};
const CALLED: Record<string, string> = {
  external_id: "order.number",
  shop: "order.shop",
  currency: "order.currency",
  shipping: "order.shipping",
  total: "sum.total",
  tax: "sum.tax",
  discount: "sum.discount",
  customer: "customer.title",
  shipping_address: "address.title",
  lines: "lines.title",
  "payment.status": "order.payment",
  "payment.terms": "order.terms",
};
const OF_A_LINE: Record<string, string> = { title: "title_of", tax: "tax_rate" };

/** What the form calls a field that a finding names by its path; the path for those it has not. */
export function useFieldName(): (path: string) => string {
  const { t, i18n } = useTranslation("neworder");
  const worded = (key: string, path: string) =>
    i18n.exists(key, { ns: "neworder" }) ? t(key as "title") : path;
  return (path) => {
    const line = /^lines\[(\d+)\]\.(\w+)$/.exec(path);
    if (line) {
      const field = line[2] ?? "";
      const name = worded(`lines.${OF_A_LINE[field] ?? field}`, field);
      return `${t("lines.line", { number: Number(line[1]) + 1 })}, ${name}`;
    }
    const known = CALLED[path];
    if (known) return worded(known, path);
    const [section = "", field = ""] = path.split(".");
    return SECTIONS[section] && field ? worded(`${SECTIONS[section]}.${field}`, path) : path;
  };
}

/** Says a finding with the form's own names in place of paths. */
export function useFormWords(): (finding: Finding) => string {
  const words = useFindingWords();
  const nameOf = useFieldName();
  return (finding) =>
    finding.field
      ? words(finding).replaceAll(finding.field, nameOf(finding.field))
      : words(finding);
}
