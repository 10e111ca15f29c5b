import { Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DiffWords } from "../rulesVersion/DiffWords";
import { Labelled } from "../rulesVersion/Labelled";
import type { VersionView } from "../rulesVersion/model/tables";

interface CompareModalProps {
  versions: readonly VersionView[];
  onClose(): void;
}

/** What one version says differently from another. */
export function CompareModal({ versions, onClose }: CompareModalProps) {
  const { t } = useTranslation("rules");
  const inForce = versions.find(({ state }) => state === "published")?.rule_set_id ?? "";
  const newest = versions.find(({ rule_set_id }) => rule_set_id !== inForce)?.rule_set_id ?? "";
  const [before, setBefore] = useState(inForce || (versions[1]?.rule_set_id ?? ""));
  const [after, setAfter] = useState(newest);
  const options = versions.map(({ rule_set_id, state }) => ({
    value: rule_set_id,
    label: `${rule_set_id} · ${t(`state.${state as "draft"}`)}`,
  }));
  return (
    <Modal open width={860} title={t("compare.title")} footer={null} onCancel={onClose}>
      <div className="rule-start">
        <Labelled label={t("compare.before")}>
          {(id) => (
            <Select id={id} showSearch value={before} options={options} onChange={setBefore} />
          )}
        </Labelled>
        <Labelled label={t("compare.after")}>
          {(id) => (
            <Select id={id} showSearch value={after} options={options} onChange={setAfter} />
          )}
        </Labelled>
      </div>
      {before && after && <DiffWords version={after} against={before} />}
    </Modal>
  );
}
