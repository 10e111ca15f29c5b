import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";

interface ProblemAlertProps {
  error: unknown;
  onRetry?: () => void;
}

/** An error in words of the shown language, with its findings field by field. */
export function ProblemAlert({ error, onRetry }: ProblemAlertProps) {
  const { t, i18n } = useTranslation();
  const problem = asProblem(error);
  const isChinese = i18n.resolvedLanguage === "zh";
  const findings = problem.findings.map((finding) => ({
    key: `${finding.field} ${finding.code}`,
    text: isChinese ? finding.message_zh : finding.message_en,
  }));
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={problem.titleNow}
      description={
        <>
          {problem.detailNow}
          {problem.retryAfter !== null && (
            <> {t("problem.retry_after", { seconds: problem.retryAfter })}</>
          )}
          {findings.length > 0 && (
            <ul className="problem-findings">
              {findings.map(({ key, text }) => (
                <li key={key}>{text}</li>
              ))}
            </ul>
          )}
        </>
      }
      action={onRetry && <Button onClick={onRetry}>{t("form.retry")}</Button>}
    />
  );
}
