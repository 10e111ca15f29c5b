import { App, Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { asProblem, type Finding } from "@/api/problem";
import { type Decimal, write } from "@/parts/decimal";
import { Money } from "@/parts/Money";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { useFormWords } from "./fieldNames";
import { useNewOrder } from "./useNewOrder";

function focusField(path: string): void {
  const place = document.querySelector(`[data-path="${CSS.escape(path)}"]`);
  place?.scrollIntoView({ block: "center" });
  place?.querySelector<HTMLElement>("input, textarea")?.focus({ preventScroll: true });
}

function ToCorrect({ findings }: { findings: Finding[] }) {
  const words = useFormWords();
  return (
    <ul className="to-correct">
      {findings.map((finding) => (
        <li key={`${finding.field} ${finding.code}`} data-severity={finding.severity}>
          <button type="button" onClick={() => focusField(finding.field)}>
            {words(finding)}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Sum({ label, amount, strong }: { label: string; amount: Decimal; strong?: boolean }) {
  const { draft, sums } = useNewOrder();
  return (
    <div className="sum" data-strong={strong ?? false}>
      <dt>{label}</dt>
      <dd>
        <Money amount={write(amount, sums.places)} currency={draft.currency} />
      </dd>
    </div>
  );
}

function Refused(): ReactNode {
  const { t } = useTranslation("neworder");
  const { send, draft, startAgain } = useNewOrder();
  if (!send.error) return null;
  const problem = asProblem(send.error);
  if (problem.findings.length) return null;
  if (problem.code !== "idempotency_key_reused") return <ProblemAlert error={send.error} />;
  return (
    <div className="taken-before" role="alert">
      <p>{t("taken_before")}</p>
      <Link to={`/orders?q=${encodeURIComponent(draft.external_id)}`}>{t("order.open_known")}</Link>
      <Button onClick={startAgain}>{t("another")}</Button>
    </div>
  );
}

/** What it comes to, what is still to be corrected, and the button that sends it. */
export function Summary() {
  const { t } = useTranslation("neworder");
  const { modal } = App.useApp();
  const { draft, sums, findings, isChecking, checkError, hasTried, send, startAgain } =
    useNewOrder();
  const errors = findings.filter((finding) => finding.severity === "error");
  const warnings = findings.filter((finding) => finding.severity === "warning");
  const isReady = !isChecking && !checkError && !errors.length;
  const submit = () => {
    send.run();
    const first = errors[0];
    if (first) focusField(first.field);
  };
  const ask = () =>
    modal.confirm({
      title: t("discard_title"),
      content: t("discard_text"),
      okText: t("discard"),
      okButtonProps: { danger: true },
      onOk: startAgain,
    });
  return (
    <aside className="summary panel" aria-label={t("summary")}>
      <dl>
        <Sum label={t("sum.goods")} amount={sums.goods} />
        {sums.discount.digits > 0n && <Sum label={t("sum.discount")} amount={sums.discount} />}
        <Sum label={t("sum.shipping")} amount={sums.shipping} />
        <Sum label={draft.tax_included ? t("sum.tax_included") : t("sum.tax")} amount={sums.tax} />
        <Sum label={t("sum.total")} amount={sums.total} strong />
      </dl>
      <p className="summary-state" role="status">
        {isReady ? t("ready") : t("to_correct", { count: errors.length })}
      </p>
      {checkError && <ProblemAlert error={checkError} />}
      {hasTried && errors.length > 0 && <ToCorrect findings={errors} />}
      {isReady && warnings.length > 0 && (
        <>
          <p className="muted">{t("warnings")}</p>
          <ToCorrect findings={warnings} />
        </>
      )}
      <Refused />
      <div className="summary-buttons">
        <Button type="primary" size="large" loading={send.isPending} onClick={submit}>
          {t("submit")}
        </Button>
        <Button type="text" disabled={send.isPending} onClick={ask}>
          {t("discard")}
        </Button>
      </div>
    </aside>
  );
}
