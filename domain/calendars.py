"""Working calendars (工作日历): hours of a week, holidays, special days, and what they come to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

HORIZON_DAYS = 60
# An order may have entered its stage some days before it is planned (anew).
LOOK_BACK_DAYS = 7
# How much further than that to go for a week that is like any other.
_AT_MOST_FURTHER = 35
_DAY_MINUTES = 24 * 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, order=True)
class Hours:
    """Working hours of one day, in minutes since its midnight by the clock on the wall.

    A night shift belongs to the day it begins on and ends after 24:00: 22:00-30:00 is until six.
    """

    begins: int
    ends: int


@dataclass(frozen=True)
class Calendar:
    """When somebody works: `weekly` by weekday (0 is Monday), in the IANA `time_zone`.

    `holidays` are off. `special_days` say what happens on a date whatever the weekday or holiday:
    a short day before a holiday, a Saturday that is worked (调休), no hours for a day off.
    """

    code: str
    name_en: str
    name_zh: str
    time_zone: str
    weekly: Mapping[int, tuple[Hours, ...]]
    holidays: frozenset[date] = frozenset()
    special_days: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """Return the hours that begin on this date."""
        if day in self.special_days:
            return self.special_days[day]
        return () if day in self.holidays else self.weekly.get(day.weekday(), ())

    def is_usual(self, day: date) -> bool:
        """Tell whether the date is like every one of its weekday."""
        return day not in self.special_days and day not in self.holidays


def working_time(calendar: Calendar, now: datetime, days: int = HORIZON_DAYS) -> tuple[int, ...]:
    """Return the working time around `now` as begin, end, begin, end ... in minutes since 1970 UTC.

    It reaches from a week ago to `days` days ahead, sorted, what touches is merged. Both ends are
    moved outwards (by five weeks at most) until they lie in a week without holidays, special days
    and changes of the clock, because `domain.openings` repeats the first and the last week beyond.
    `now` is timezone-aware; raises zoneinfo's errors for a zone that `calendar_findings` reports.
    """
    zone = ZoneInfo(calendar.time_zone)
    today = now.astimezone(zone).date()
    first = _usual_day(calendar, zone, today - timedelta(LOOK_BACK_DAYS), -1)
    last = _usual_day(calendar, zone, today + timedelta(days), 1)
    dates = (first + timedelta(n) for n in range((last - first).days + 1))
    stretches = chain.from_iterable(_stretches(calendar, zone, day) for day in dates)
    return tuple(chain.from_iterable(_merged(stretches)))


def _usual_day(calendar: Calendar, zone: ZoneInfo, day: date, step: int) -> date:
    """Return the first working day from here on that lies at the edge of an ordinary week."""
    for further in range(_AT_MOST_FURTHER):
        edge = day + step * timedelta(further)
        week = [edge - step * timedelta(n) for n in range(8)]
        if calendar.hours_on(edge) and all(map(calendar.is_usual, week)):
            begins, ends = min(week), max(week) + timedelta(1)
            if _midnight(zone, begins).utcoffset() == _midnight(zone, ends).utcoffset():
                return edge
    return day


def _midnight(zone: ZoneInfo, day: date) -> datetime:
    return datetime.combine(day, time(), zone)


def _stretches(calendar: Calendar, zone: ZoneInfo, day: date) -> Iterator[tuple[int, int]]:
    """Yield the hours of a date as they really pass; none is left of what a clock skips."""
    for hours in calendar.hours_on(day):
        begins = _minute_of(zone, day, hours.begins, is_end=False)
        ends = _minute_of(zone, day, hours.ends, is_end=True)
        if begins < ends:
            yield begins, ends


def _minute_of(zone: ZoneInfo, day: date, minutes: int, *, is_end: bool) -> int:
    """Return when the clock on the wall shows this, in minutes since 1970 UTC.

    A time that comes twice begins work the first time and ends it the second. A time that is
    skipped is the instant at which the clock was put forward.
    """
    wall = datetime.combine(day, time()) + minutes * _MINUTE
    before, after = (
        (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) - _EPOCH) // _MINUTE
        for fold in (0, 1)
    )
    if after < before:
        return _change_of_clock(zone, after, before)
    return after if is_end else before


def _change_of_clock(zone: ZoneInfo, low: int, high: int) -> int:
    """Return the first minute after `low`, `high` at the latest, with the offset of `high`."""

    def offset(minute: int) -> timedelta | None:
        return (_EPOCH + minute * _MINUTE).astimezone(zone).utcoffset()

    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if offset(middle) == offset(high) else (middle, high)
    return high


def _merged(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for begins, ends in sorted(stretches):
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
        else:
            merged.append((begins, ends))
    return merged
