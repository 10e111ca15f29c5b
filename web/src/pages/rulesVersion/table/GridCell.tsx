import { Button, Popover, Tooltip } from "antd";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { type RuleFinding, worst } from "../model/findings";
import type { Table } from "../model/tables";
import { FindingNote, SeverityIcon } from "./FindingNote";

interface GridCellProps<T> {
  table: Table;
  /** Row and column in the grid, from 0. */
  at: readonly [number, number];
  /** What the cell is, for those who can't see its headings. */
  label: string;
  said: string;
  isMuted: boolean;
  /** Numbers are not broken into lines. */
  isNumeric?: boolean;
  /** As it was before, where it was something else. */
  before: string | undefined;
  findings: readonly RuleFinding[];
  value: T;
  isTabStop: boolean;
  /** Without it nothing can be changed. */
  onCommit?: ((value: T) => void) | undefined;
  isComplete(value: T): boolean;
  fields(value: T, set: (value: T) => void): ReactNode;
}

/** A cell of a decision table: its text, and in a draft a small form when it is opened. */
export function GridCell<T>(props: GridCellProps<T>) {
  const { at, findings, onCommit } = props;
  const [held, setHeld] = useState<T | null>(null);
  const severity = worst(findings);
  const notes = findings.map((finding) => (
    <FindingNote key={finding.message.en} finding={finding} table={props.table} />
  ));
  const close = () => {
    setHeld(null);
    focusCell(at);
  };
  const commit = () => {
    if (held !== null && props.isComplete(held)) onCommit?.(held);
    close();
  };
  const button = (
    <button
      type="button"
      className="rule-cell"
      data-cell={at.join()}
      data-severity={severity}
      data-muted={props.isMuted}
      data-numeric={props.isNumeric}
      data-editable={!!onCommit}
      tabIndex={props.isTabStop ? 0 : -1}
      aria-label={`${props.label}: ${props.said}`}
      onClick={() => onCommit && setHeld(() => props.value)}
    >
      <span>{props.said}</span>
      {severity && <SeverityIcon severity={severity} />}
      {props.before !== undefined && <del>{props.before}</del>}
    </button>
  );
  if (!onCommit) {
    return notes.length ? <Tooltip title={notes}>{button}</Tooltip> : button;
  }
  return (
    <Popover
      open={held !== null}
      trigger="click"
      placement="bottomLeft"
      destroyOnHidden
      onOpenChange={(open) => !open && held !== null && commit()}
      content={
        held !== null && (
          <CellForm
            title={props.label}
            notes={notes}
            canCommit={props.isComplete(held)}
            onCommit={commit}
            onCancel={close}
          >
            {props.fields(held, (next) => setHeld(() => next))}
          </CellForm>
        )
      }
    >
      {button}
    </Popover>
  );
}

/** After the grid was drawn anew. */
export function focusCell([row, column]: readonly [number, number]): void {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`[data-cell="${row},${column}"]`)?.focus(),
  );
}

interface CellFormProps {
  title: string;
  notes: ReactNode[];
  canCommit: boolean;
  children: ReactNode;
  onCommit(): void;
  onCancel(): void;
}

function CellForm({ title, notes, canCommit, children, onCommit, onCancel }: CellFormProps) {
  const { t } = useTranslation(["rules", "common"]);
  const onKeyDown = (event: KeyboardEvent) => {
    // A drop-down takes Enter for itself.
    const inSelect = (event.target as HTMLElement).closest(".ant-select") !== null;
    if (event.key === "Escape" && !inSelect) onCancel();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey || !inSelect)) {
      if ((event.target as HTMLElement).tagName === "BUTTON") return;
      if (canCommit) onCommit();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are short cuts of its buttons
    <div className="rule-form" onKeyDown={onKeyDown}>
      <strong>{title}</strong>
      {notes}
      {children}
      <div className="rule-form-buttons">
        <Button size="small" onClick={onCancel}>
          {t("common:form.cancel")}
        </Button>
        <Button size="small" type="primary" disabled={!canCommit} onClick={onCommit}>
          {t("edit.done")}
        </Button>
      </div>
    </div>
  );
}
