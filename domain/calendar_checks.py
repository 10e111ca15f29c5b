"""What is wrong with a working calendar, and how hours are written: `09:00-12:00 13:00-18:00`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from zoneinfo import available_timezones

from domain.calendars import Calendar, Hours

# The code by which the stage table means the calendar of the order's group.
GROUP_CALENDAR = "group"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = 24 * 60
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–~]\s*(\d{1,2}):(\d{2})")


class CalendarFlaw(StrEnum):
    """What kind of flaw a calendar has; stable names of the API."""

    BAD_CODE = "BAD_CODE"
    NO_NAME = "NO_NAME"
    UNKNOWN_ZONE = "UNKNOWN_ZONE"
    BAD_HOURS = "BAD_HOURS"
    BACKWARDS = "BACKWARDS"
    TOO_LONG = "TOO_LONG"
    OVERLAP = "OVERLAP"
    NO_WORKING_TIME = "NO_WORKING_TIME"
    UNKNOWN_HOLIDAYS = "UNKNOWN_HOLIDAYS"


@dataclass(frozen=True)
class CalendarFinding:
    """One flaw of a calendar; `field` is a path such as `weekly.monday`."""

    field: str
    code: CalendarFlaw
    message_en: str
    message_zh: str


class UnreadableHours(Exception):
    """Text that is no list of working hours; says so in both languages."""

    def __init__(self, text: str) -> None:
        shown = repr(text[:60])
        self.message_en = f"{shown} is no list of hours; write it like 09:00-12:00 13:00-18:00"
        self.message_zh = f"{shown} 不是工作时段；请写成 09:00-12:00 13:00-18:00"
        super().__init__(self.message_en)


def read_hours(text: str) -> tuple[Hours, ...]:
    """Read hours parted by spaces, commas or semicolons; an empty text or `-` is a day off.

    Raises UnreadableHours; hours that make no sense are `calendar_findings`' to report.
    """
    if text.strip() in ("", "-"):
        return ()
    left = _HOURS.sub("", text).strip(" ,;，；、")
    found = [tuple(map(int, match.groups())) for match in _HOURS.finditer(text)]
    if not found or left.replace(",", "").replace("，", "").strip(" ;；、"):
        raise UnreadableHours(text)
    if any(m1 > 59 or m2 > 59 for _, m1, _, m2 in found):
        raise UnreadableHours(text)
    return tuple(Hours(h1 * 60 + m1, h2 * 60 + m2) for h1, m1, h2, m2 in found)


def hours_text(hours: tuple[Hours, ...]) -> str:
    """Write hours the way `read_hours` reads them; a day off is empty."""
    return " ".join(f"{_clock(each.begins)}-{_clock(each.ends)}" for each in hours)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@lru_cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def calendar_findings(calendar: Calendar) -> tuple[CalendarFinding, ...]:
    """Return what is wrong with a calendar, nothing for one that can be used."""
    return (
        *_naming_findings(calendar),
        *_weekly_findings(calendar.weekly),
        *_special_findings(calendar.special_days),
    )


def _naming_findings(calendar: Calendar) -> Iterator[CalendarFinding]:
    code, zone = calendar.code, calendar.time_zone
    if not _CODE.fullmatch(code) or code == GROUP_CALENDAR:
        yield CalendarFinding(
            "code",
            CalendarFlaw.BAD_CODE,
            f"{code!r} can't be the code of a calendar; use 1 to 40 of a-z, 0-9, - and _, "
            f"and not {GROUP_CALENDAR!r}, which means the calendar of the order's group",
            f"{code!r} 不能作为日历代码；请使用 1 至 40 个 a-z、0-9、- 或 _，"
            f"且不得为 {GROUP_CALENDAR!r}（它表示订单所属分组的日历）",
        )
    for name in ("name_en", "name_zh"):
        if not getattr(calendar, name).strip():
            yield CalendarFinding(
                name,
                CalendarFlaw.NO_NAME,
                f"{name} is empty; give the calendar a name people recognise",
                f"{name} 为空；请填写便于识别的日历名称",
            )
    if zone not in _zones():
        yield CalendarFinding(
            "time_zone",
            CalendarFlaw.UNKNOWN_ZONE,
            f"{zone!r} is no time zone; give its IANA name, e.g. Europe/Berlin",
            f"{zone!r} 不是时区；请填写 IANA 名称，例如 Asia/Shanghai",
        )


def _weekly_findings(weekly: Mapping[int, tuple[Hours, ...]]) -> Iterator[CalendarFinding]:
    for weekday in sorted(weekly.keys() - range(7)):
        yield CalendarFinding(
            f"weekly.{weekday}",
            CalendarFlaw.BAD_HOURS,
            f"{weekday} is no weekday; count from 0 (Monday) to 6 (Sunday)",
            f"{weekday} 不是星期序号；请使用 0（星期一）至 6（星期日）",
        )
    known = {day: weekly[day] for day in range(7) if weekly.get(day)}
    if not known:
        yield CalendarFinding(
            "weekly",
            CalendarFlaw.NO_WORKING_TIME,
            "no weekday has working hours, so nothing would ever be due; add some, "
            "or use no calendar for 24 x 7",
            "没有任何工作时段，时限将永远不会到期；请补充，24 小时服务则无需日历",
        )
    for day, hours in known.items():
        yield from _hours_findings(f"weekly.{WEEKDAYS[day]}", hours)
        tomorrow = known.get((day + 1) % 7, ())
        yield from _into_next_day(day, hours, tomorrow)


def _hours_findings(field: str, hours: tuple[Hours, ...]) -> Iterator[CalendarFinding]:
    for each in hours:
        text = hours_text((each,))
        if each.ends <= each.begins:
            night = hours_text((Hours(each.begins, each.ends + _DAY),))
            yield CalendarFinding(
                field,
                CalendarFlaw.BACKWARDS,
                f"{text} ends before it begins; write {night} for a shift over midnight",
                f"{text} 的结束早于开始；跨夜班次请写成 {night}",
            )
        elif each.begins < 0 or each.begins >= _DAY or each.ends - each.begins > _DAY:
            yield CalendarFinding(
                field,
                CalendarFlaw.TOO_LONG,
                f"{text} does not begin within the day or lasts longer than 24 hours; "
                "split it over the days it belongs to",
                f"{text} 未在当日内开始或超过 24 小时；请拆分到相应日期",
            )
    ordered = sorted(hours)
    for earlier, after in pairwise(ordered):
        if after.begins < earlier.ends and earlier.begins < earlier.ends:
            yield _overlap(field, earlier, after)


def _into_next_day(
    day: int, hours: tuple[Hours, ...], tomorrow: tuple[Hours, ...]
) -> Iterator[CalendarFinding]:
    for night in hours:
        for each in tomorrow:
            if night.ends - _DAY > each.begins and each.ends > each.begins:
                yield _overlap(f"weekly.{WEEKDAYS[(day + 1) % 7]}", night, each)


def _overlap(field: str, one: Hours, other: Hours) -> CalendarFinding:
    first, second = hours_text((one,)), hours_text((other,))
    return CalendarFinding(
        field,
        CalendarFlaw.OVERLAP,
        f"{first} and {second} overlap; make them one or move one of them",
        f"{first} 与 {second} 重叠；请合并或调整",
    )


def _special_findings(special_days: Mapping[date, tuple[Hours, ...]]) -> Iterator[CalendarFinding]:
    for day, hours in sorted(special_days.items()):
        yield from _hours_findings(f"special_days.{day}", hours)
