import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { useSession } from "@/app/session";
import { EmptyState } from "@/parts/EmptyState";
import { DesktopOutlined } from "@/parts/icons";
import { PageTitle } from "@/parts/PageTitle";
import { useIsPhone } from "@/parts/useIsPhone";
import { BoardPanels } from "./BoardPanels";
import "./board.css";
import "./boardFigures.css";
import "./boardMap.css";
import { CopyReport } from "./CopyReport";
import { GroupFilter } from "./GroupFilter";
import { groupOf, groupQuery } from "./links";
import { useBoard } from "./queries";
import { dayBegin, useClock, useGroupName } from "./words";

export default function BoardPage() {
  const { t } = useTranslation("board");
  const { can } = useSession();
  if (can("orders.read")) return <Board />;
  return (
    <>
      <PageTitle title={t("title")} />
      <EmptyState title={t("no_access.title")} advice={t("no_access.advice")} />
    </>
  );
}

function Board() {
  const { t } = useTranslation("board");
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const isPhone = useIsPhone();
  const clock = useClock();
  const group = groupOf(search);
  const board = useBoard(group);
  const { data: overview } = board.overview;
  const groupName = useGroupName(overview?.groups);
  const note = overview
    ? t("as_of", { at: clock(new Date(overview.at)), begin: clock(dayBegin(overview)) })
    : "\u00a0";
  return (
    <>
      <PageTitle
        title={t("title")}
        note={note}
        actions={
          <>
            {overview && <GroupFilter groups={overview.groups} />}
            <CopyReport board={board} group={group} groupName={groupName} />
            {!isPhone && (
              <Button
                icon={<DesktopOutlined />}
                onClick={() => void navigate(`/wall${groupQuery(group)}`)}
              >
                {t("wall")}
              </Button>
            )}
          </>
        }
      />
      <BoardPanels board={board} group={group} groupName={groupName} />
    </>
  );
}
