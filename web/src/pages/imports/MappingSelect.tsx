import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Select, Space } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { DeleteOutlined } from "@/parts/icons";

export const MAPPINGS = ["get", "/api/v1/imports/mappings"] as const;

interface MappingSelectProps {
  value: string;
  onChange(name: string): void;
}

/** Which saved mapping of headers is used, and forgetting one. */
export function MappingSelect({ value, onChange }: MappingSelectProps) {
  const { t } = useTranslation("imports");
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const { data } = api.useQuery("get", "/api/v1/imports/mappings");
  const remove = api.useMutation("delete", "/api/v1/imports/mappings/{name}");
  const ask = () =>
    modal.confirm({
      title: t("mapping.forget_title", { name: value }),
      content: t("mapping.forget_text"),
      okText: t("mapping.forget"),
      okButtonProps: { danger: true },
      onOk: () =>
        remove.mutateAsync(
          { params: { path: { name: value } } },
          {
            onSuccess: () => onChange(""),
            onError: (error) => void message.error(asProblem(error).detailNow),
            onSettled: () => queries.invalidateQueries({ queryKey: MAPPINGS }),
          },
        ),
    });
  return (
    <div className="import-mapping">
      <label htmlFor="import-mapping">{t("mapping.label")}</label>
      <Space.Compact block>
        <Select
          id="import-mapping"
          value={value}
          options={[
            { value: "", label: t("mapping.none") },
            ...(data?.items ?? []).map(({ name, mapping }) => ({
              value: name,
              label: `${name} · ${t("mapping.columns", { count: Object.keys(mapping).length })}`,
            })),
          ]}
          onChange={onChange}
        />
        {value && (
          <Button
            icon={<DeleteOutlined />}
            aria-label={t("mapping.forget_title", { name: value })}
            onClick={ask}
          />
        )}
      </Space.Compact>
      <span className="muted">{t("mapping.hint")}</span>
    </div>
  );
}
