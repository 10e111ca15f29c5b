import { InboxOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";

interface EmptyStateProps {
  title: string;
  /** What to do, or why there is nothing. */
  advice: string;
  action?: ReactNode;
  icon?: ReactNode;
}

export function EmptyState({ title, advice, action, icon }: EmptyStateProps) {
  return (
    <div className="empty-state">
      {icon ?? <InboxOutlined aria-hidden="true" />}
      <strong>{title}</strong>
      <span>{advice}</span>
      {action && <div className="empty-state-action">{action}</div>}
    </div>
  );
}
