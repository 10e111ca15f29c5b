import { type CSSProperties, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { useSession } from "@/app/session";
import { AlwaysDark } from "@/app/theme";
import { LiveProvider, useLive } from "@/live/LiveProvider";
import { useTabTitle } from "@/parts/PageTitle";
import { groupOf, groupQuery } from "../board/links";
import { useBoard } from "../board/queries";
import { useGroupName } from "../board/words";
import "../board/board.css";
import "../board/boardFigures.css";
import "../board/boardMap.css";
import { useStage } from "./useStage";
import "./wall.css";
import { WallHead } from "./WallHead";
import { WallPanels } from "./WallPanels";

/** The board for a screen that many look at from afar: nothing to press, all of it in sight. */
export default function WallPage() {
  return (
    <AlwaysDark>
      <LiveProvider>
        <Wall />
      </LiveProvider>
    </AlwaysDark>
  );
}

function useEscape(leave: () => void): void {
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === "Escape") leave();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [leave]);
}

function Wall() {
  const { t } = useTranslation(["wall", "board"]);
  const { can } = useSession();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const state = useLive();
  const { isNarrow, scale, width, height } = useStage();
  const group = groupOf(search);
  const board = useBoard(group);
  const groupName = useGroupName(board.overview.data?.groups);
  const back = `/${groupQuery(group)}`;
  useTabTitle(t("title"));
  useEscape(() => void navigate(back));
  const stage: CSSProperties = { width, height, transform: `scale(${scale})` };
  return (
    <div className="wall" data-narrow={isNarrow} data-live={state}>
      <div className="wall-stage" style={isNarrow ? undefined : stage}>
        <WallHead overview={board.overview.data} group={group} groupName={groupName} back={back} />
        <main className="wall-main">
          {can("orders.read") ? (
            <WallPanels board={board} group={group} groupName={groupName} isNarrow={isNarrow} />
          ) : (
            <p>{t("board:no_access.advice")}</p>
          )}
        </main>
      </div>
    </div>
  );
}
