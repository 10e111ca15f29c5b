"""Working calendars, with what they come to."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.schemas.views import View
from database.calendars import KeptCalendar, resolved
from domain.calendar_checks import WEEKDAYS, hours_text, read_hours
from domain.calendar_preview import preview
from domain.calendars import Calendar
from domain.order import Identifier, Short, Text

DAYS_SHOWN = 14
_HOURS = "09:00-12:00 13:00-18:00"
_KEPT: dict[str, JsonValue] = {
    "name_en": "Berlin",
    "name_zh": "柏林",
    "time_zone": "Europe/Berlin",
    "weekly": {"monday": _HOURS, "friday": "09:00-15:00"},
    "holiday_country": "DE",
    "holiday_subdivision": "BE",
    "holidays": ["2026-12-31"],
    "special_days": {"2026-12-24": "09:00-12:00"},
    "version": 3,
}
_DAY: dict[str, JsonValue] = {"date": "2026-12-24", "hours": "09:00-12:00", "is_special": True}
_CALENDAR: dict[str, JsonValue] = {"code": "berlin", **_KEPT, "preview": [_DAY]}

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class CalendarBody(BaseModel):
    """A calendar as it is to be kept; hours are written like `09:00-12:00 13:00-18:00`.

    `holidays` are off beside the public ones of `holiday_country`; `special_days` overrule both.
    `version` is the one that was read, 0 for a new calendar.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_KEPT]})

    name_en: Identifier
    name_zh: Identifier
    time_zone: Identifier
    weekly: dict[Weekday, Text]
    holiday_country: Short = ""
    holiday_subdivision: Short = ""
    holidays: list[date] = Field(default_factory=list, max_length=2000)
    special_days: dict[date, Text] = Field(default_factory=dict, max_length=2000)
    version: int = Field(0, ge=0)

    def kept(self, code: str) -> KeptCalendar:
        """Return the calendar this describes; raises UnreadableHours."""
        weekly = {WEEKDAYS.index(day): read_hours(text) for day, text in self.weekly.items()}
        special = {day: read_hours(text) for day, text in self.special_days.items()}
        names = (code, self.name_en, self.name_zh, self.time_zone)
        calendar = Calendar(*names, weekly, frozenset(self.holidays), special)
        return KeptCalendar(calendar, self.holiday_country, self.holiday_subdivision, self.version)


class DayView(View):
    """A date by the calendar's own clock and its hours (empty: off)."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DAY]})

    date: date
    hours: str
    is_special: bool


class CalendarView(View):
    """A calendar as it was entered, and its next two weeks with public holidays applied."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CALENDAR]})

    code: str
    name_en: str
    name_zh: str
    time_zone: str
    weekly: Mapping[str, str]
    holiday_country: str
    holiday_subdivision: str
    holidays: list[date]
    special_days: Mapping[date, str]
    version: int
    preview: list[DayView]

    @classmethod
    def of(cls, kept: KeptCalendar, now: datetime) -> Self:
        """Return what people see of a calendar."""
        calendar = kept.calendar
        known = resolved(kept, {now.year, now.year + 1})
        return cls(
            code=calendar.code,
            name_en=calendar.name_en,
            name_zh=calendar.name_zh,
            time_zone=calendar.time_zone,
            weekly={WEEKDAYS[day]: hours_text(each) for day, each in calendar.weekly.items()},
            holiday_country=kept.holiday_country,
            holiday_subdivision=kept.holiday_subdivision,
            holidays=sorted(calendar.holidays),
            special_days={day: hours_text(each) for day, each in calendar.special_days.items()},
            version=kept.version,
            preview=[
                DayView(date=day.date, hours=hours_text(day.hours), is_special=day.is_special)
                for day in preview(known, now, DAYS_SHOWN)
            ],
        )


class CalendarList(View):
    """Every calendar, sorted by code."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"calendars": [_CALENDAR]}]})

    calendars: list[CalendarView]
