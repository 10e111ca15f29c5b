import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useSession } from "@/app/session";
import { EmptyState } from "@/parts/EmptyState";
import { Loading } from "@/parts/Loading";
import { PageTitle } from "@/parts/PageTitle";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { CompareModal } from "./CompareModal";
import { ImportModal } from "./ImportModal";
import { NewDraftModal } from "./NewDraftModal";
import { VersionList } from "./VersionList";
import "../rulesVersion/rules.css";

type Dialog = "draft" | "import" | "compare" | null;

/** Every version of the rules, with the one in force on top. */
export default function RulesPage() {
  const { t } = useTranslation("rules");
  const { can } = useSession();
  const [dialog, setDialog] = useState<Dialog>(null);
  const { data, error, refetch } = api.useQuery("get", "/api/v1/rules");
  const close = () => setDialog(null);
  const versions = data?.versions ?? [];
  return (
    <>
      <PageTitle
        title={t("title")}
        note={t("note")}
        actions={
          <>
            <Button disabled={versions.length < 2} onClick={() => setDialog("compare")}>
              {t("compare.compare")}
            </Button>
            {can("rules.edit") && (
              <>
                <Button onClick={() => setDialog("import")}>{t("import.upload")}</Button>
                <Button type="primary" disabled={!data} onClick={() => setDialog("draft")}>
                  {t("new.draft")}
                </Button>
              </>
            )}
          </>
        }
      />
      {error && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading rows={8} />}
      {data && !versions.length && <EmptyState title={t("none")} advice={t("none_advice")} />}
      {versions.length > 0 && <VersionList versions={versions} />}
      {dialog === "draft" && <NewDraftModal versions={versions} onClose={close} />}
      {dialog === "import" && <ImportModal versions={versions} onClose={close} />}
      {dialog === "compare" && <CompareModal versions={versions} onClose={close} />}
    </>
  );
}
