import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useSession } from "@/app/session";
import { Pill } from "@/parts/Pill";
import { type CalendarView, WEEKDAYS } from "./draft";

function Preview({ calendar }: { calendar: CalendarView }) {
  const { t, i18n } = useTranslation("calendars");
  const format = new Intl.DateTimeFormat(i18n.language, {
    weekday: "short",
    day: "numeric",
    month: "numeric",
    timeZone: "UTC",
  });
  return (
    <ol className="calendar-preview" aria-label={t("preview")}>
      {calendar.preview.map((day) => (
        <li key={day.date} data-off={!day.hours} data-special={day.is_special}>
          <span>{format.format(new Date(`${day.date}T00:00:00Z`))}</span>
          <span>{day.hours ? day.hours.replaceAll(" ", "\n") : t("off")}</span>
        </li>
      ))}
    </ol>
  );
}

interface CalendarProps {
  calendar: CalendarView;
  onEdit(): void;
}

/** A calendar: its week, its days off and what they come to in the next two weeks. */
export function Calendar({ calendar, onEdit }: CalendarProps) {
  const { t, i18n } = useTranslation("calendars");
  const { can } = useSession();
  const name = i18n.resolvedLanguage === "zh" ? calendar.name_zh : calendar.name_en;
  const region = calendar.holiday_country
    ? new Intl.DisplayNames(i18n.language, { type: "region" }).of(calendar.holiday_country)
    : null;
  return (
    <article className="calendar" aria-label={name}>
      <header>
        <h2>{name}</h2>
        <span className="muted">
          {calendar.code} · {calendar.time_zone}
        </span>
        {can("people.edit") && (
          <Button size="small" onClick={onEdit} aria-label={`${t("edit")}: ${name}`}>
            {t("edit")}
          </Button>
        )}
      </header>
      <div className="pills calendar-pills">
        {region && <Pill>{t("holidays_of", { country: region })}</Pill>}
        {calendar.holidays.length > 0 && (
          <Pill>{t("own_days", { count: calendar.holidays.length })}</Pill>
        )}
      </div>
      <dl>
        {WEEKDAYS.map((day) => (
          <div key={day}>
            <dt>{t(`weekday.${day}`)}</dt>
            <dd className="numeric">
              {calendar.weekly[day] || <span className="muted">{t("off")}</span>}
            </dd>
          </div>
        ))}
      </dl>
      <h3>{t("preview")}</h3>
      <Preview calendar={calendar} />
    </article>
  );
}
