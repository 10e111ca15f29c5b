import { useTranslation } from "react-i18next";

type Amount = Intl.StringNumericLiteral;

/** A decimal string with its currency as the language writes it, never through a float. */
export function formatMoney(amount: string, currency: string, language: string): string {
  try {
    const format = new Intl.NumberFormat(language, { style: "currency", currency });
    return format.format(amount as Amount);
  } catch {
    return `${amount} ${currency}`.trim();
  }
}

export function Money({ amount, currency }: { amount: string; currency: string }) {
  const { i18n } = useTranslation();
  return <span className="numeric">{formatMoney(amount, currency, i18n.language)}</span>;
}
