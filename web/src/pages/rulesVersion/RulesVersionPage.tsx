import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { Loading } from "@/parts/Loading";
import { PageTitle } from "@/parts/PageTitle";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { useVersion } from "./model/useVersion";
import { VersionDesk } from "./VersionDesk";
import "./rules.css";

/** One version of the rules: read, edited, proved and published. */
export default function RulesVersionPage() {
  const { t } = useTranslation("rules");
  const { version = "" } = useParams();
  const { data, error, refetch } = useVersion(version);
  if (data) return <VersionDesk key={version} ruleSet={data} />;
  return (
    <>
      <PageTitle title={version} note={<Link to="/rules">{t("all_versions")}</Link>} />
      {error ? (
        <ProblemAlert error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading rows={10} />
      )}
    </>
  );
}
