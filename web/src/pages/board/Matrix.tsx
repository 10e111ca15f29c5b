import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { StageName } from "@/parts/Stage";
import { ordersLink } from "./links";
import { type Count, type GroupRow, type Matrix as MatrixOf, matrixOf } from "./matrixOf";
import { Nothing } from "./Nothing";
import type { Cell, GroupChoice } from "./queries";
import { useNumbers, useShortSpan } from "./words";

interface MatrixProps {
  cells: readonly Cell[];
  groups: readonly string[];
  groupName(code: string): string;
  isNarrow?: boolean;
}

/** Open orders of every group in every stage, with what is red or escalated said in words too. */
export function Matrix({ cells, groups, groupName, isNarrow = false }: MatrixProps) {
  const { t } = useTranslation("board");
  if (!cells.length) return <Nothing title={t("map.empty")} advice={t("map.empty_advice")} />;
  const matrix = matrixOf(cells, groups);
  return isNarrow ? (
    <MatrixCards matrix={matrix} groupName={groupName} />
  ) : (
    <MatrixTable matrix={matrix} groupName={groupName} />
  );
}

interface CellLinkProps {
  count: Count | undefined;
  group?: GroupChoice;
  stage?: string;
}

function CellLink({ count, group, stage }: CellLinkProps) {
  const { t } = useTranslation("board");
  const { number } = useNumbers();
  const span = useShortSpan();
  if (!count?.orders) return <span className="map-none">0</span>;
  return (
    <Link
      className="map-cell"
      data-tone={count.red ? "bad" : count.escalated ? "warn" : undefined}
      to={ordersLink({ group, stage, sort: "urgent" })}
    >
      <span className="map-count numeric">
        {number(count.orders)}
        <span className="visually-hidden"> {t("map.orders", { count: count.orders })} </span>
      </span>{" "}
      {count.red > 0 && (
        <span className="map-mark" data-tone="bad">
          {t("map.red", { number: number(count.red) })}
        </span>
      )}
      {count.escalated > 0 && (
        <span className="map-mark" data-tone="warn">
          {t("map.escalated", { number: number(count.escalated) })}
        </span>
      )}
      <span className="map-soft">
        {count.held > 0 && (
          <span className="map-held">{t("map.held", { number: number(count.held) })}</span>
        )}
        {count.oldest && (
          <span>
            {t("map.oldest", { time: span((Date.now() - Date.parse(count.oldest)) / 1_000) })}
          </span>
        )}
      </span>
    </Link>
  );
}

interface ShapeProps {
  matrix: MatrixOf;
  groupName(code: string): string;
}

function MatrixTable({ matrix, groupName }: ShapeProps) {
  const { t } = useTranslation("board");
  return (
    <table className="board-table map">
      <thead>
        <tr>
          <th scope="col">{t("map.group")}</th>
          {matrix.stages.map((stage) => (
            <th key={stage} scope="col">
              <StageName stage={stage} />
            </th>
          ))}
          <th scope="col">{t("map.total")}</th>
        </tr>
      </thead>
      <tbody>
        {matrix.rows.map((row) => (
          <MatrixRow key={row.group} row={row} stages={matrix.stages} groupName={groupName} />
        ))}
      </tbody>
      {matrix.rows.length > 1 && (
        <tfoot>
          <tr>
            <th scope="row">{t("map.everything")}</th>
            {matrix.stages.map((stage) => (
              <td key={stage}>
                <CellLink count={matrix.byStage.get(stage)} stage={stage} />
              </td>
            ))}
            <td>
              <CellLink count={matrix.total} />
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

interface RowProps {
  row: GroupRow;
  stages: readonly string[];
  groupName(code: string): string;
}

function MatrixRow({ row, stages, groupName }: RowProps) {
  return (
    <tr>
      <th scope="row">{groupName(row.group)}</th>
      {stages.map((stage) => (
        <td key={stage}>
          <CellLink count={row.byStage.get(stage)} group={row.group} stage={stage} />
        </td>
      ))}
      <td>
        <CellLink count={row.total} group={row.group} />
      </td>
    </tr>
  );
}

function MatrixCards({ matrix, groupName }: ShapeProps) {
  return (
    <div className="map-cards">
      {matrix.rows
        .filter((row) => row.total.orders > 0)
        .map((row) => (
          <section key={row.group}>
            <h3>{groupName(row.group)}</h3>
            <ul>
              {matrix.stages
                .filter((stage) => row.byStage.has(stage))
                .map((stage) => (
                  <li key={stage}>
                    <span className="map-stage">
                      <StageName stage={stage} />
                    </span>
                    <CellLink count={row.byStage.get(stage)} group={row.group} stage={stage} />
                  </li>
                ))}
            </ul>
          </section>
        ))}
    </div>
  );
}
