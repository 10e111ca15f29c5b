import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Instant } from "@/parts/Instant";
import { PersonName } from "@/parts/PersonName";
import { isOpen, type VersionView } from "../rulesVersion/model/tables";
import { useNames } from "../rulesVersion/model/useVersion";
import { StatePill } from "../rulesVersion/StatePill";
import { DownloadButton } from "../rulesVersion/steps/VersionTitle";

/** The version in force, what is being worked on, and what was before. */
export function VersionList({ versions }: { versions: readonly VersionView[] }) {
  const { t } = useTranslation("rules");
  const sections = [
    { key: "in_force", of: versions.filter(({ state }) => state === "published") },
    { key: "drafts", of: versions.filter(isOpen) },
    {
      key: "former",
      of: versions.filter((each) => each.state !== "published" && !isOpen(each)),
    },
  ] as const;
  return (
    <>
      {sections.map(({ key, of }) => (
        <section key={key} className="rule-versions" data-section={key}>
          <h2>{t(`section.${key}`)}</h2>
          {of.length === 0 && <p className="muted">{t(`section.no_${key}`)}</p>}
          <ul>
            {of.map((version) => (
              <Version key={version.rule_set_id} version={version} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function Version({ version }: { version: VersionView }) {
  const { t } = useTranslation("rules");
  const nameOf = useNames();
  const person = (id: string) => <PersonName person={id} name={nameOf(id) ?? null} />;
  const others = version.editors.filter((each) => each !== version.author);
  return (
    <li data-state={version.state}>
      <div className="rule-version-name">
        <Link to={`/rules/${encodeURIComponent(version.rule_set_id)}`}>{version.rule_set_id}</Link>
        <StatePill state={version.state} />
      </div>
      <div className="rule-version-note">
        {version.note || <span className="muted">{t("no_note")}</span>}
        {version.publication_note && <q>{version.publication_note}</q>}
      </div>
      <div className="rule-version-facts muted">
        <span>
          {t("by")} {person(version.author)}
          {others.map((id) => (
            <span key={id}>, {person(id)}</span>
          ))}
          {" · "}
          <Instant at={version.created_at} />
        </span>
        {version.publisher && (
          <span>
            {t("published_by")} {person(version.publisher)} · <Instant at={version.published_at} />
          </span>
        )}
        {isOpen(version) && (
          <span>
            {t("changed_at")} <Instant at={version.updated_at} />
          </span>
        )}
        {version.discarded_at && (
          <span>
            {t("discarded_at")} <Instant at={version.discarded_at} />
          </span>
        )}
      </div>
      <DownloadButton version={version.rule_set_id} small />
    </li>
  );
}
