import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ReasonModal } from "@/parts/ReasonModal";
import type { RuleSetView } from "../model/tables";
import { useRefreshRules } from "../model/useVersion";

/** Gives a draft up for good, after asking why. */
export function DiscardButton({ ruleSet }: { ruleSet: RuleSetView }) {
  const { t } = useTranslation("rules");
  const [isOpen, setIsOpen] = useState(false);
  const refresh = useRefreshRules();
  const discard = api.useMutation("post", "/api/v1/rules/{version}/discard", {
    onSuccess: () => {
      setIsOpen(false);
      void refresh();
    },
    onError: () => void refresh(),
  });
  return (
    <>
      <Button danger onClick={() => setIsOpen(true)}>
        {t("discard.discard")}
      </Button>
      <ReasonModal
        open={isOpen}
        title={t("discard.title", { version: ruleSet.rule_set_id })}
        okText={t("discard.discard")}
        danger
        required={false}
        busy={discard.isPending}
        error={discard.error}
        onCancel={() => setIsOpen(false)}
        onSubmit={(note) =>
          discard.mutate({ params: { path: { version: ruleSet.rule_set_id } }, body: { note } })
        }
      >
        <p>{t("discard.advice")}</p>
      </ReasonModal>
    </>
  );
}
