"""What the coming days of a working calendar look like, for somebody who checks it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.calendars import Calendar, Hours


@dataclass(frozen=True)
class PreviewDay:
    """One date by the calendar's own clock, its hours, and whether it is unlike its weekday."""

    date: date
    hours: tuple[Hours, ...]
    is_special: bool


def preview(calendar: Calendar, now: datetime, days: int) -> Iterator[PreviewDay]:
    """Yield the next days from today on; `now` is timezone-aware, holidays are plain dates."""
    today = now.astimezone(ZoneInfo(calendar.time_zone)).date()
    for number in range(days):
        day = today + timedelta(number)
        yield PreviewDay(day, calendar.hours_on(day), not calendar.is_usual(day))
