import type { ReactNode } from "react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "@/parts/Loading";
import { ProblemAlert } from "@/parts/ProblemAlert";

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  isPlaceholderData: boolean;
  refetch(): unknown;
}

interface PanelProps<T> {
  title: string;
  note?: string;
  /** At the right of the title. */
  extra?: ReactNode;
  asked: Asked<T>;
  /** About how many lines the content has, for the time before it is there. */
  rows?: number;
  area: string;
  children(data: T): ReactNode;
}

/** A part of the board under its heading, also while it loads, failed or is of another group. */
export function Panel<T>({ title, note, extra, asked, rows = 6, area, children }: PanelProps<T>) {
  const { t } = useTranslation("board");
  const id = useId();
  const { data, error } = asked;
  return (
    <section className="panel" data-area={area} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {extra}
        {note && <p>{note}</p>}
      </header>
      {data !== undefined && Boolean(error) && <p className="panel-old">{t("old")}</p>}
      <div className="panel-body" data-old={asked.isPlaceholderData}>
        {data !== undefined ? (
          children(data)
        ) : error ? (
          <ProblemAlert error={error} onRetry={() => void asked.refetch()} />
        ) : (
          <Loading rows={rows} />
        )}
      </div>
    </section>
  );
}
