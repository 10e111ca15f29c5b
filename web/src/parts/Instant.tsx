import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";

/** An RFC 3339 instant in the viewer's zone and language; `full` with seconds and the zone. */
export function formatInstant(at: string, language: string, full = false): string {
  const options: Intl.DateTimeFormatOptions = full
    ? { dateStyle: "full", timeStyle: "long" }
    : { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false };
  const when = new Date(at);
  if (!full && when.getFullYear() !== new Date().getFullYear()) options.year = "numeric";
  return new Intl.DateTimeFormat(language, options).format(when);
}

/** A moment as the viewer's clock had it, in full on hover and focus. */
export function Instant({ at }: { at: string | null | undefined }) {
  const { i18n } = useTranslation();
  if (!at) return <span className="muted">—</span>;
  return (
    <Tooltip title={formatInstant(at, i18n.language, true)}>
      <time className="numeric" dateTime={at}>
        {formatInstant(at, i18n.language)}
      </time>
    </Tooltip>
  );
}
