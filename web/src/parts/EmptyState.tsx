import type { ReactNode } from "react";
import { InboxOutlined } from "@/parts/icons";

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
      {icon ?? <InboxOutlined />}
      <strong>{title}</strong>
      <span>{advice}</span>
      {action && <div className="empty-state-action">{action}</div>}
    </div>
  );
}
