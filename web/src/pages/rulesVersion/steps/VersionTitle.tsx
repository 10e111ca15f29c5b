import { Button, Dropdown } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { download } from "@/api/request";
import { useSession } from "@/app/session";
import { Instant } from "@/parts/Instant";
import { DownloadOutlined } from "@/parts/icons";
import { PageTitle } from "@/parts/PageTitle";
import { PersonName } from "@/parts/PersonName";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { isOpen, type RuleSetView } from "../model/tables";
import { useNames, usePublishers, useVersion } from "../model/useVersion";
import { StatePill } from "../StatePill";
import { Tip } from "../Tip";
import { DiscardButton } from "./DiscardButton";
import { PublishButton } from "./PublishButton";
import { RebaseAlert } from "./RebaseAlert";

interface VersionTitleProps {
  ruleSet: RuleSetView;
  against: string;
  isDirty: boolean;
  onRead(ruleSet: RuleSetView): void;
}

/** What this version is, who made it, and the steps that can be taken next. */
export function VersionTitle({ ruleSet, isDirty, onRead }: VersionTitleProps) {
  const { t } = useTranslation("rules");
  const { session, can } = useSession();
  const nameOf = useNames();
  const { data: inForce } = useVersion("published", isOpen(ruleSet));
  const publishers = usePublishers(ruleSet.editors);
  const isDraft = isOpen(ruleSet);
  const isEditor = ruleSet.editors.includes(session.person_id);
  const isStale = isDraft && !!inForce && inForce.rule_set_id !== ruleSet.based_on;
  return (
    <>
      <PageTitle
        title={ruleSet.rule_set_id}
        extra={<StatePill state={ruleSet.state} />}
        note={<Facts ruleSet={ruleSet} nameOf={nameOf} />}
        actions={
          <>
            <DownloadButton version={ruleSet.rule_set_id} />
            {isDraft && can("rules.edit") && <DiscardButton ruleSet={ruleSet} />}
            {isDraft && can("rules.publish") && (
              <PublishButton
                ruleSet={ruleSet}
                inForce={inForce?.rule_set_id}
                isBlocked={isEditor || isStale || isDirty || ruleSet.state !== "checked"}
              />
            )}
          </>
        }
      />
      {isStale && can("rules.edit") && (
        <RebaseAlert {...{ ruleSet, isDirty, onRead }} inForce={inForce.rule_set_id} />
      )}
      {isDraft && can("rules.publish") && isEditor && (
        <Tip>
          {t("publish.own")}{" "}
          {publishers.length
            ? t("publish.others", { names: publishers.join(t("word.comma")) })
            : t("publish.second")}
        </Tip>
      )}
      {isDraft && can("rules.publish") && !isEditor && ruleSet.state === "draft" && (
        <Tip>{t("publish.unchecked")}</Tip>
      )}
    </>
  );
}

function Facts({ ruleSet, nameOf }: { ruleSet: RuleSetView; nameOf: ReturnType<typeof useNames> }) {
  const { t } = useTranslation("rules");
  const person = (id: string) => <PersonName person={id} name={nameOf(id) ?? null} />;
  return (
    <span className="rule-facts">
      <Link to="/rules">{t("all_versions")}</Link>
      <span>
        {t("by")} {person(ruleSet.author)} · <Instant at={ruleSet.created_at} />
      </span>
      {ruleSet.based_on && (
        <span>
          {t("based_on")} <Link to={`/rules/${ruleSet.based_on}`}>{ruleSet.based_on}</Link>
        </span>
      )}
      {ruleSet.publisher && (
        <span>
          {t("published_by")} {person(ruleSet.publisher)} · <Instant at={ruleSet.published_at} />
        </span>
      )}
      {ruleSet.note && <q>{ruleSet.note}</q>}
    </span>
  );
}

export function DownloadButton({ version, small }: { version: string; small?: boolean }) {
  const { t } = useTranslation("rules");
  const [error, setError] = useState<unknown>(null);
  const path = `/api/v1/rules/${encodeURIComponent(version)}/export.xlsx`;
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            { key: "en", label: t("workbook.en") },
            { key: "zh", label: t("workbook.zh") },
          ],
          onClick: ({ key, domEvent }) => {
            domEvent.stopPropagation();
            setError(null);
            download(`${path}?lang=${key}`, `${version}.xlsx`).catch(setError);
          },
        }}
      >
        <Button
          icon={<DownloadOutlined />}
          size={small ? "small" : "middle"}
          aria-label={t("workbook.download_of", { version })}
        >
          {small ? null : t("workbook.download")}
        </Button>
      </Dropdown>
      {error !== null && <ProblemAlert error={error} />}
    </>
  );
}
