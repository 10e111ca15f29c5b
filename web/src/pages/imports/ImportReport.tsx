import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useSession } from "@/app/session";
import { useFindingWords } from "@/parts/findingWords";
import type { ImportDetail } from "./useImport";

const COUNTS = [
  "moved",
  "merged",
  "waiting",
  "parked",
  "quarantined",
  "refused",
  "ignored",
] as const;
const ALWAYS = new Set(["moved", "quarantined", "refused"]);
const TONES: Record<string, string> = { quarantined: "warn", refused: "bad", parked: "warn" };

/** What became of the orders, and why some became none. */
export function ImportReport({ found }: { found: ImportDetail }) {
  const { t, i18n } = useTranslation("imports");
  const { can } = useSession();
  const words = useFindingWords();
  const { report } = found;
  const isChinese = i18n.resolvedLanguage === "zh";
  const number = (value: number) => value.toLocaleString(i18n.language);
  const moved = found.options.dry_run ? "would_move" : "moved";
  return (
    <section>
      <dl className="import-counts">
        <div>
          <dt>{t("count.orders")}</dt>
          <dd>{number(report.orders)}</dd>
        </div>
        {COUNTS.filter((name) => ALWAYS.has(name) || report[name]).map((name) => (
          <div key={name} data-tone={report[name] ? TONES[name] : undefined}>
            <dt>{t(`count.${name === "moved" ? moved : name}`)}</dt>
            <dd>{number(report[name])}</dd>
          </div>
        ))}
      </dl>
      {report.quarantined > 0 && !found.options.dry_run && can("quarantine.read") && (
        <p>
          <Link to="/quarantine">{t("report.to_quarantine")}</Link>
        </p>
      )}
      {report.reasons.length > 0 && (
        <>
          <h3>{t("report.reasons")}</h3>
          <ul className="import-reasons">
            {report.reasons.map((reason) => (
              <li key={reason.code}>
                <span className="numeric">{number(reason.count)}</span>
                {isChinese ? reason.name_zh : reason.name_en}
              </li>
            ))}
          </ul>
        </>
      )}
      {found.findings.length > 0 && (
        <>
          <h3>{t("report.files")}</h3>
          <ul className="import-findings">
            {found.findings.map((finding) => (
              <li key={`${finding.field} ${finding.code} ${finding.message_en}`}>
                {words(finding)}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
