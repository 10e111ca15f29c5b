import { useTranslation } from "react-i18next";
import { Figures } from "../board/Figures";
import { byTrouble, Intake, Unplaced } from "../board/Intake";
import { Matrix } from "../board/Matrix";
import { Panel } from "../board/Panel";
import type { Board, GroupChoice } from "../board/queries";
import { AllReds, RedOrders } from "../board/RedOrders";
import { StageTrend } from "../board/StageTrend";
import { StuckWhere } from "../board/StuckWhere";
import { TopLosses } from "../board/TopLosses";

interface WallPanelsProps {
  board: Board;
  group: GroupChoice;
  groupName(code: string): string;
  /** Whether there is no room for tables. */
  isNarrow: boolean;
}

// What fits on the screen; whoever wants the rest goes to the board.
const REDS = 6;
const STUCK = 4;
const SHOPS = 5;
const CHART_HEIGHT = 92;
const CHART_TEXT = 14;

export function WallPanels({ board, group, groupName, isNarrow }: WallPanelsProps) {
  const { t } = useTranslation("board");
  const { overview, backlog, reds, times, losses } = board;
  const known = overview.data?.groups.map(({ code }) => code) ?? [];
  const groups = group === undefined ? known : [group];
  return (
    <div className="wall-board">
      <Panel title={t("figures.title")} area="figures" asked={overview} rows={2}>
        {(data) => <Figures overview={data} group={group} />}
      </Panel>
      <Panel
        title={t("reds.title")}
        area="reds"
        extra={overview.data && <AllReds overview={overview.data} group={group} />}
        asked={reds}
      >
        {({ orders }) => <RedOrders orders={orders.slice(0, REDS)} isNarrow={isNarrow} />}
      </Panel>
      <Panel title={t("stuck.title")} area="stuck" asked={backlog}>
        {({ stuck }) => (
          <StuckWhere stuck={stuck} groupName={groupName} shown={STUCK} canUnfold={false} />
        )}
      </Panel>
      <Panel title={t("map.title")} area="map" asked={backlog}>
        {({ cells }) => (
          <Matrix cells={cells} groups={groups} groupName={groupName} isNarrow={isNarrow} />
        )}
      </Panel>
      <Panel title={t("losses.title")} area="losses" asked={losses}>
        {({ reasons }) => <TopLosses losses={reasons} group={group} />}
      </Panel>
      <Panel title={t("trend.title")} area="trend" asked={times}>
        {({ stages }) => <StageTrend stages={stages} height={CHART_HEIGHT} textSize={CHART_TEXT} />}
      </Panel>
      <Panel
        title={t("intake.title")}
        area="intake"
        extra={overview.data && <Unplaced overview={overview.data} />}
        asked={overview}
      >
        {({ intake }) => <Intake shops={byTrouble(intake).slice(0, SHOPS)} isNarrow />}
      </Panel>
    </div>
  );
}
