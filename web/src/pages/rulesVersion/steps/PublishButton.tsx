import { App, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ReasonModal } from "@/parts/ReasonModal";
import { DiffWords } from "../DiffWords";
import type { RuleSetView } from "../model/tables";
import { useRefreshRules } from "../model/useVersion";

interface PublishButtonProps {
  ruleSet: RuleSetView;
  /** The version in force, undefined while it is not known. */
  inForce: string | undefined;
  /** The page says why. */
  isBlocked: boolean;
}

/** Puts a checked draft into force; whoever does so sees what changes before. */
export function PublishButton({ ruleSet, inForce, isBlocked }: PublishButtonProps) {
  const { t } = useTranslation("rules");
  const { message } = App.useApp();
  const [isOpen, setIsOpen] = useState(false);
  const refresh = useRefreshRules();
  const version = ruleSet.rule_set_id;
  const publish = api.useMutation("post", "/api/v1/rules/{version}/publish", {
    onSuccess: () => {
      setIsOpen(false);
      message.success(t("publish.done", { version }));
      void refresh();
    },
    onError: () => void refresh(),
  });
  return (
    <>
      <Button type="primary" disabled={isBlocked} onClick={() => setIsOpen(true)}>
        {t("publish.publish")}
      </Button>
      <ReasonModal
        open={isOpen}
        title={t("publish.title", { version })}
        okText={t("publish.confirm")}
        required={false}
        busy={publish.isPending}
        error={publish.error}
        onCancel={() => setIsOpen(false)}
        onSubmit={(note) => publish.mutate({ params: { path: { version } }, body: { note } })}
      >
        <p>{t("publish.advice")}</p>
        <div className="rule-diff-place">
          {inForce && <DiffWords version={version} against={inForce} />}
        </div>
      </ReasonModal>
    </>
  );
}
