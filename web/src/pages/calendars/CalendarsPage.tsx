import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useSession } from "@/app/session";
import { EmptyState } from "@/parts/EmptyState";
import { Loading } from "@/parts/Loading";
import { PageTitle } from "@/parts/PageTitle";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { Calendar } from "./Calendar";
import { CalendarDrawer } from "./CalendarDrawer";
import "./calendars.css";

export default function CalendarsPage() {
  const { t } = useTranslation("calendars");
  const { can } = useSession();
  const { data, error, isPending, refetch } = api.useQuery("get", "/api/v1/calendars");
  // The code of the one that is edited, empty for a new one.
  const [edited, setEdited] = useState<string | null>(null);
  const calendars = data?.calendars ?? [];
  const shown = calendars.find(({ code }) => code === edited);
  const add = can("people.edit") && <Button onClick={() => setEdited("")}>{t("new")}</Button>;
  return (
    <>
      <PageTitle title={t("title")} note={t("note")} actions={calendars.length > 0 && add} />
      {error && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {isPending && <Loading rows={10} />}
      {data && !calendars.length && (
        <div className="calendar">
          <EmptyState title={t("empty.title")} advice={t("empty.advice")} action={add} />
        </div>
      )}
      <div className="calendars">
        {calendars.map((calendar) => (
          <Calendar
            key={calendar.code}
            calendar={calendar}
            onEdit={() => setEdited(calendar.code)}
          />
        ))}
      </div>
      {edited !== null && (shown || edited === "") && (
        <CalendarDrawer calendar={shown ?? null} onClose={() => setEdited(null)} />
      )}
    </>
  );
}
