import { useTranslation } from "react-i18next";
import { useCodeWord } from "@/i18n/code";

/** Members that repeat what the row says, or that are read by machines alone. */
const LEFT_OUT = new Set(["seq", "content_hash", "decision_id", "digest", "note_id", "action_id"]);
const FIRST = ["from", "to"];
const MOST = 6;

function said(value: unknown): string {
  if (Array.isArray(value)) return value.map(said).join(", ");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

/** What an entry says beside who, what and when: codes, ids and numbers. */
export function Detail({ detail }: { detail: Record<string, unknown> }) {
  const { t } = useTranslation("audit");
  const word = useCodeWord();
  const placeOf = (name: string) => (FIRST.indexOf(name) + 1 || FIRST.length + 1) - 1;
  const told = Object.entries(detail)
    .filter(([name, value]) => !LEFT_OUT.has(name) && said(value) !== "")
    .sort(([a], [b]) => placeOf(a) - placeOf(b));
  if (!told.length) return null;
  const worded = (name: string, value: unknown) => {
    if (name === "from" || name === "to" || name === "stage") return word("stage", said(value));
    if (name === "tell_role" || name === "assignee") return word("role", said(value));
    return name === "reason" ? word("reason", said(value)) : said(value);
  };
  return (
    <ul className="audit-detail">
      {told.slice(0, MOST).map(([name, value]) => (
        <li key={name}>
          <span className="muted">{word("audit:member", name)}</span> {worded(name, value)}
        </li>
      ))}
      {told.length > MOST && <li className="muted">{t("more", { count: told.length - MOST })}</li>}
    </ul>
  );
}
