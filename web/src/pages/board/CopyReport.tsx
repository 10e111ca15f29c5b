import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { copyText } from "@/parts/clipboard";
import { CopyOutlined } from "@/parts/icons";
import type { Board, GroupChoice } from "./queries";
import { useReport } from "./useReport";

interface CopyReportProps {
  board: Board;
  group: GroupChoice;
  groupName(code: string): string;
}

/** Copies the morning report in the language that is shown, once every part of it is there. */
export function CopyReport({ board, group, groupName }: CopyReportProps) {
  const { t } = useTranslation(["board", "common"]);
  const { message } = App.useApp();
  const report = useReport(group, groupName);
  const { data: overview } = board.overview;
  const { data: backlog } = board.backlog;
  const { data: reds } = board.reds;
  const { data: losses } = board.losses;
  const told = overview && backlog && reds && losses;
  const copy = async () => {
    if (!told) return;
    const isCopied = await copyText(report({ overview, backlog, reds: reds.orders, losses }));
    if (isCopied) void message.success(t("common:form.copied"));
    else void message.error(t("copy_failed"));
  };
  return (
    <Button icon={<CopyOutlined />} disabled={!told} onClick={() => void copy()}>
      {t("copy")}
    </Button>
  );
}
