import { type ReactNode, useEffect } from "react";

interface PageTitleProps {
  title: string;
  /** One line below it. */
  note?: ReactNode;
  /** Beside the title: tags. */
  extra?: ReactNode;
  /** At the right: buttons. */
  actions?: ReactNode;
}

/** Names the browser's tab, for a page with a heading of its own. */
export function useTabTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · orderflow`;
  }, [title]);
}

/** The heading of a page; names the browser's tab too. */
export function PageTitle({ title, note, extra, actions }: PageTitleProps) {
  useTabTitle(title);
  return (
    <div className="page-title">
      <h1>{title}</h1>
      {extra}
      {actions && <div className="page-title-actions">{actions}</div>}
      {note && <p className="page-title-note">{note}</p>}
    </div>
  );
}
