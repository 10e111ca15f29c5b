import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Drawer, Progress } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { download } from "@/api/request";
import { DownloadOutlined } from "@/parts/icons";
import { Loading } from "@/parts/Loading";
import { Pill } from "@/parts/Pill";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { useIsPhone } from "@/parts/useIsPhone";
import { Columns } from "./Columns";
import { ImportReport } from "./ImportReport";
import { ImportState } from "./ImportState";
import { hasEnded, type ImportDetail, useImport } from "./useImport";

function Actions({ found }: { found: ImportDetail }) {
  const { t } = useTranslation("imports");
  const { modal } = App.useApp();
  const queries = useQueryClient();
  const path = { params: { path: { import_id: found.id } } };
  const cancel = api.useMutation("post", "/api/v1/imports/{import_id}/cancel", {
    onSettled: () =>
      queries.invalidateQueries({
        predicate: ({ queryKey }) => String(queryKey[1]).startsWith("/api/v1/imports"),
      }),
  });
  const fetchErrors = useMutation({
    mutationFn: (url: string) => download(url, `${found.id}-errors.xlsx`),
  });
  const ask = () =>
    modal.confirm({
      title: t("cancel.title"),
      content: t("cancel.text"),
      okText: t("cancel.ok"),
      cancelText: t("cancel.not"),
      okButtonProps: { danger: true },
      onOk: () => cancel.mutateAsync(path).catch(() => undefined),
    });
  const error = cancel.error ?? fetchErrors.error;
  const url = found.errors_url;
  return (
    <>
      <div className="import-buttons">
        {url && (
          <Button
            type="primary"
            icon={<DownloadOutlined />}
            loading={fetchErrors.isPending}
            onClick={() => fetchErrors.mutate(url)}
          >
            {t("errors")}
          </Button>
        )}
        {!hasEnded(found) && (
          <Button danger loading={cancel.isPending} onClick={ask}>
            {t("cancel.ok")}
          </Button>
        )}
      </div>
      {url && <p className="muted">{t("errors_hint")}</p>}
      {error && <ProblemAlert error={error} />}
    </>
  );
}

const BAR: Partial<Record<ImportDetail["state"], "exception" | "success" | "active">> = {
  failed: "exception",
  done: "success",
  running: "active",
};

function Reading({ found }: { found: ImportDetail }) {
  const { t, i18n } = useTranslation("imports");
  const number = (value: number) => value.toLocaleString(i18n.language);
  return (
    <div className="import-reading">
      <div className="pills">
        <ImportState state={found.state} />
        {found.options.dry_run && <Pill tone="info">{t("dry_run")}</Pill>}
        {found.options.history && <Pill>{t("history")}</Pill>}
      </div>
      <Progress
        aria-label={t("progress")}
        percent={found.percent ?? 0}
        status={BAR[found.state] ?? "normal"}
      />
      <p className="muted">
        {found.rows_total === null
          ? t("rows_so_far", { rows: number(found.rows_read) })
          : t("rows_of", { rows: number(found.rows_read), total: number(found.rows_total) })}
      </p>
    </div>
  );
}

interface ImportDrawerProps {
  importId: string;
  onClose(): void;
  onMapped(name: string): void;
}

/** One import: how far it is, what became of its orders, what its headers mean. */
export function ImportDrawer({ importId, onClose, onMapped }: ImportDrawerProps) {
  const { t } = useTranslation("imports");
  const isPhone = useIsPhone();
  const { data: found, error, refetch } = useImport(importId);
  const title = found?.files.map((file) => file.name).join(", ") ?? t("one");
  return (
    <Drawer open title={title} size={isPhone ? "100%" : 620} onClose={onClose}>
      {error && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {!found && !error && <Loading rows={8} />}
      {found && (
        <div className="import-detail">
          <Reading found={found} />
          <Actions found={found} />
          <ImportReport found={found} />
          <Columns key={found.id} found={found} onMapped={onMapped} />
        </div>
      )}
    </Drawer>
  );
}
