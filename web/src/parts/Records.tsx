/** Many of a kind: a table where there is room, cards on a phone. */
import { Button, Table } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import "./records.css";
import { useIsPhone } from "./useIsPhone";

export interface RecordColumn<R> {
  key: string;
  title: string;
  render(record: R): ReactNode;
  width?: number | string;
  align?: "start" | "end";
  /** At the top of the card and without its title there. */
  heading?: boolean;
}

interface RecordsProps<R> {
  label: string;
  rows: readonly R[];
  rowKey(record: R): string;
  columns: RecordColumn<R>[];
  /** What to show in place of no rows at all. */
  empty: ReactNode;
  /** How to get the rest; left out when everything is shown. */
  more?: { isLoading: boolean; load(): void } | undefined;
}

function Cards<R>({ label, rows, rowKey, columns }: RecordsProps<R>) {
  return (
    <ul className="record-cards" aria-label={label}>
      {rows.map((record) => (
        <li key={rowKey(record)} className="record-card">
          <div className="record-heading">
            {columns
              .filter((column) => column.heading)
              .map((column) => (
                <div key={column.key}>{column.render(record)}</div>
              ))}
          </div>
          <dl>
            {columns
              .filter((column) => !column.heading)
              .map((column) => (
                <div key={column.key}>
                  <dt>{column.title}</dt>
                  <dd>{column.render(record)}</dd>
                </div>
              ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}

function Rows<R>({ label, rows, rowKey, columns }: RecordsProps<R>) {
  return (
    <Table<R>
      aria-label={label}
      size="small"
      pagination={false}
      tableLayout="auto"
      dataSource={rows}
      rowKey={rowKey}
      columns={columns.map(({ key, title, render, width, align }) => ({
        key,
        title: title || <span className="visually-hidden">{label}</span>,
        width,
        align,
        render: (_: unknown, record: R) => render(record),
      }))}
    />
  );
}

export function Records<R>(props: RecordsProps<R>) {
  const { t } = useTranslation();
  const isPhone = useIsPhone();
  if (!props.rows.length) return <div className="records">{props.empty}</div>;
  return (
    <div className="records" data-cards={isPhone}>
      {isPhone ? <Cards {...props} /> : <Rows {...props} />}
      {props.more && (
        <div className="records-more">
          <Button loading={props.more.isLoading} onClick={props.more.load}>
            {t("form.more")}
          </Button>
        </div>
      )}
    </div>
  );
}
