import { useTranslation } from "react-i18next";
import { useCodeWord } from "@/i18n/code";
import { useCountryName } from "@/parts/country";
import { formatMoney } from "@/parts/Money";

interface InputsProps {
  inputs: Record<string, unknown>;
  /** The base currency, in which the rules count. */
  base: string;
}

/** What the rules were asked about, in words. */
export function Inputs({ inputs, base }: InputsProps) {
  const { t, i18n } = useTranslation(["order", "common"]);
  const word = useCodeWord();
  const countryName = useCountryName();

  const said = (name: string, value: unknown): string => {
    if (typeof value === "boolean") return t(value ? "common:form.yes" : "common:form.no");
    if (value === null || value === undefined || value === "") return "—";
    const text = Array.isArray(value) ? value.join(", ") : String(value);
    if (name === "country") return countryName(text);
    if (name === "customer_kind") return word("order:top", text);
    if (name === "amount") return formatMoney(text, base, i18n.language);
    if (name === "total")
      return formatMoney(...(text.split(" ") as [string, string]), i18n.language);
    return text;
  };

  return (
    <dl className="facts">
      {Object.entries(inputs).map(([name, value]) => (
        <div key={name}>
          <dt>{word("order:input", name)}</dt>
          <dd>{said(name, value)}</dd>
        </div>
      ))}
    </dl>
  );
}
