import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useIsPhone } from "@/parts/useIsPhone";
import { Figures } from "./Figures";
import { Intake, Unplaced } from "./Intake";
import { Matrix } from "./Matrix";
import { Panel } from "./Panel";
import type { Board, GroupChoice } from "./queries";
import { AllReds, RedOrders } from "./RedOrders";
import { StageTrend } from "./StageTrend";
import { StuckWhere } from "./StuckWhere";
import { TopLosses } from "./TopLosses";
import { TrendTable } from "./TrendTable";

interface PartProps {
  board: Board;
  group: GroupChoice;
  groupName(code: string): string;
}

/** So that reds, sentences and figures are within a thumb's reach of each other. */
const ON_A_PHONE = 5;

/** The panels in the order of their weight: a phone, where one sees the first, begins with reds. */
export function BoardPanels(props: PartProps) {
  const isPhone = useIsPhone();
  const figures = <FiguresPanel {...props} />;
  return (
    <div className="board">
      {!isPhone && figures}
      <RedsPanel {...props} />
      <StuckPanel {...props} />
      {isPhone && figures}
      <MatrixPanel {...props} />
      <TrendPanel {...props} />
      <LossesPanel {...props} />
      <IntakePanel {...props} />
    </div>
  );
}

function FiguresPanel({ board, group }: PartProps) {
  const { t } = useTranslation("board");
  return (
    <Panel title={t("figures.title")} area="figures" asked={board.overview} rows={2}>
      {(overview) => <Figures overview={overview} group={group} />}
    </Panel>
  );
}

function RedsPanel({ board, group }: PartProps) {
  const { t } = useTranslation("board");
  const isPhone = useIsPhone();
  const { data: overview } = board.overview;
  return (
    <Panel
      title={t("reds.title")}
      area="reds"
      extra={overview && <AllReds overview={overview} group={group} />}
      asked={board.reds}
      rows={8}
    >
      {({ orders }) => (
        <RedOrders orders={isPhone ? orders.slice(0, ON_A_PHONE) : orders} isNarrow={isPhone} />
      )}
    </Panel>
  );
}

function StuckPanel({ board, groupName }: PartProps) {
  const { t } = useTranslation("board");
  const isPhone = useIsPhone();
  return (
    <Panel title={t("stuck.title")} area="stuck" asked={board.backlog} rows={8}>
      {({ stuck }) => (
        <StuckWhere stuck={stuck} groupName={groupName} shown={isPhone ? ON_A_PHONE : 6} />
      )}
    </Panel>
  );
}

function MatrixPanel({ board, group, groupName }: PartProps) {
  const { t } = useTranslation("board");
  const isPhone = useIsPhone();
  const known = board.overview.data?.groups.map(({ code }) => code) ?? [];
  const groups = group === undefined ? known : [group];
  return (
    <Panel title={t("map.title")} area="map" asked={board.backlog} rows={7}>
      {({ cells }) => (
        <Matrix cells={cells} groups={groups} groupName={groupName} isNarrow={isPhone} />
      )}
    </Panel>
  );
}

function LossesPanel({ board, group }: PartProps) {
  const { t } = useTranslation("board");
  return (
    <Panel
      title={t("losses.title")}
      note={t("losses.note")}
      area="losses"
      asked={board.losses}
      rows={7}
    >
      {({ reasons }) => <TopLosses losses={reasons} group={group} />}
    </Panel>
  );
}

function TrendPanel({ board }: PartProps) {
  const { t } = useTranslation("board");
  const [isTable, setIsTable] = useState(false);
  const toggle = (
    <Button size="small" type="text" onClick={() => setIsTable(!isTable)}>
      {isTable ? t("trend.as_charts") : t("trend.as_table")}
    </Button>
  );
  return (
    <Panel
      title={t("trend.title")}
      note={t("trend.note")}
      extra={toggle}
      area="trend"
      asked={board.times}
      rows={10}
    >
      {({ stages }) => (isTable ? <TrendTable stages={stages} /> : <StageTrend stages={stages} />)}
    </Panel>
  );
}

function IntakePanel({ board }: PartProps) {
  const { t } = useTranslation("board");
  const { data: overview } = board.overview;
  const isPhone = useIsPhone();
  return (
    <Panel
      title={t("intake.title")}
      extra={overview && <Unplaced overview={overview} />}
      area="intake"
      asked={board.overview}
      rows={6}
    >
      {({ intake }) => <Intake shops={intake} isNarrow={isPhone} />}
    </Panel>
  );
}
