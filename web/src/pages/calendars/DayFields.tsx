import { Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import { DeleteOutlined, PlusOutlined } from "@/parts/icons";

export interface Day {
  key: number;
  date: string;
  hours: string;
}

interface DayFieldsProps {
  title: string;
  hint?: string;
  days: Day[];
  /** Whether a day has hours, or is only off. */
  hasHours: boolean;
  onChange(days: Day[]): void;
}

/** A list of dates, each with hours or without. */
export function DayFields({ title, hint, days, hasHours, onChange }: DayFieldsProps) {
  const { t } = useTranslation("calendars");
  const set = (day: Day, part: Partial<Day>) =>
    onChange(days.map((each) => (each === day ? { ...each, ...part } : each)));
  const next = Math.max(0, ...days.map(({ key }) => key)) + 1;
  return (
    <fieldset className="calendar-days">
      <legend>{title}</legend>
      {days.map((day) => (
        <div key={day.key} className="calendar-day" data-hours={hasHours}>
          <Input
            type="date"
            aria-label={t("field.date")}
            value={day.date}
            onChange={(event) => set(day, { date: event.target.value })}
          />
          {hasHours && (
            <Input
              aria-label={t("field.hours")}
              placeholder={t("off")}
              value={day.hours}
              maxLength={200}
              onChange={(event) => set(day, { hours: event.target.value })}
            />
          )}
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t("field.remove_day")}
            onClick={() => onChange(days.filter((each) => each !== day))}
          />
        </div>
      ))}
      <Button
        size="small"
        icon={<PlusOutlined />}
        onClick={() => onChange([...days, { key: next, date: "", hours: "" }])}
      >
        {t("field.add_day")}
      </Button>
      {hint && <p className="muted">{hint}</p>}
    </fieldset>
  );
}
