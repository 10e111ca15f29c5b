/** A calendar while it is edited. */
import type { components } from "@/generated/api";
import { zoneHere } from "@/parts/regions";
import type { Day } from "./DayFields";

export type CalendarView = components["schemas"]["CalendarView"];
export type CalendarBody = components["schemas"]["CalendarBody"];

export const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

export interface Draft {
  code: string;
  name_en: string;
  name_zh: string;
  time_zone: string;
  weekly: Record<string, string>;
  holiday_country: string;
  holiday_subdivision: string;
  holidays: Day[];
  special_days: Day[];
  version: number;
}

const OFFICE = "09:00-12:00 13:00-18:00";

export function newDraft(): Draft {
  return {
    code: "",
    name_en: "",
    name_zh: "",
    time_zone: zoneHere(),
    weekly: Object.fromEntries(WEEKDAYS.slice(0, 5).map((day) => [day, OFFICE])),
    holiday_country: "",
    holiday_subdivision: "",
    holidays: [],
    special_days: [],
    version: 0,
  };
}

export function draftOf(calendar: CalendarView): Draft {
  const { preview: _, holidays, special_days, ...kept } = calendar;
  return {
    ...kept,
    weekly: { ...kept.weekly },
    holidays: holidays.map((date, key) => ({ key, date, hours: "" })),
    special_days: Object.entries(special_days).map(([date, hours], key) => ({ key, date, hours })),
  };
}

/** What is sent; a date that was not filled in says nothing. */
export function bodyOf({ code: _, holidays, special_days, ...draft }: Draft): CalendarBody {
  const weekly = Object.fromEntries(
    Object.entries(draft.weekly).filter(([, hours]) => hours.trim()),
  );
  return {
    ...draft,
    weekly,
    holidays: [...new Set(holidays.map(({ date }) => date).filter(Boolean))],
    special_days: Object.fromEntries(
      special_days.filter(({ date }) => date).map(({ date, hours }) => [date, hours.trim()]),
    ),
  };
}
