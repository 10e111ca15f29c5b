import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Drawer } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { components } from "@/generated/api";
import { Loading } from "@/parts/Loading";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { useIsPhone } from "@/parts/useIsPhone";
import { SettingsFields } from "./SettingsFields";

export type Settings = components["schemas"]["MessageSettingsBody"];

const PATH = "/api/v1/me/message-settings";

interface EditorProps {
  read: Settings;
  onClose(): void;
}

function Editor({ read, onClose }: EditorProps) {
  const { t } = useTranslation(["messages", "common"]);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [settings, setSettings] = useState(read);
  const save = api.useMutation("put", PATH, {
    onSuccess(saved) {
      queries.setQueryData(["get", PATH, {}], saved);
      void queries.invalidateQueries({ queryKey: ["get", PATH] });
      void message.success(t("settings.saved"));
      onClose();
    },
  });
  const isStale = save.error && asProblem(save.error).status === 409;
  const hasHalf = Boolean(settings.quiet_from) !== Boolean(settings.quiet_until);
  return (
    <>
      <SettingsFields
        settings={settings}
        onChange={(part) => setSettings((before) => ({ ...before, ...part }))}
      />
      {save.error && <ProblemAlert error={save.error} />}
      <div className="message-buttons">
        {isStale && (
          <Button onClick={() => void queries.invalidateQueries({ queryKey: ["get", PATH] })}>
            {t("settings.read_again")}
          </Button>
        )}
        <Button onClick={onClose}>{t("common:form.cancel")}</Button>
        <Button
          type="primary"
          loading={save.isPending}
          disabled={hasHalf}
          onClick={() => save.mutate({ body: settings })}
        >
          {t("common:form.save")}
        </Button>
      </div>
    </>
  );
}

/** By which media, and when, the signed-in person is told. */
export function SettingsDrawer({ onClose }: { onClose(): void }) {
  const { t } = useTranslation("messages");
  const isPhone = useIsPhone();
  const { data, error, refetch } = api.useQuery("get", PATH);
  return (
    <Drawer open title={t("settings.title")} size={isPhone ? "100%" : 520} onClose={onClose}>
      {error && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading rows={8} />}
      {data && <Editor key={data.updated_at ?? "new"} read={data} onClose={onClose} />}
    </Drawer>
  );
}
