"""Dates as people and programs write them, to instants in UTC."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

_CLOCK = (
    r"(?:[T ,]\s*(?P<half_before>上午|下午|晚上|中午)?\s*"
    r"(?P<hour>\d{1,2})[:：时](?P<minute>\d{1,2})"
    r"(?:[:：分](?P<second_>\d{1,2})(?:[.,]\d{1,9})?)?[分秒]?\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[A-Z]{3,4})?\s*"
)
SHORT_DATE = re.compile(
    r"(?P<first>\d{1,2})(?P<sign>[/.-])(?P<second>\d{1,2})(?P=sign)(?P<year>\d{4}|\d{2})"
    + _CLOCK
    + "$"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})日?" + _CLOCK + "$"
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})" + _CLOCK + "$")
_DAY_NAME = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s-]+(?P<name>[A-Za-z]{3,9})\.?,?[\s-]+"
    r"(?P<year>\d{4}|\d{2})" + _CLOCK + "$"
)
_NAME_DAY = re.compile(
    r"(?:[A-Za-z]{3,9},\s+)?(?P<name>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+"
    r"(?P<year>\d{4})" + _CLOCK + "$"
)
_SERIAL = re.compile(r"\d{5}(\.\d+)?$")
_UNIX = re.compile(r"1\d{9}(\d{3})?$")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
# Names that programs write behind times; only those that are one offset all over the world.
_ZONES: Mapping[str, tzinfo] = {
    "Z": UTC,
    "UTC": UTC,
    "GMT": UTC,
    "PST": timezone(timedelta(hours=-8)),
    "PDT": timezone(timedelta(hours=-7)),
    "JST": timezone(timedelta(hours=9)),
    "MEZ": timezone(timedelta(hours=1)),
    "CET": timezone(timedelta(hours=1)),
    "CEST": timezone(timedelta(hours=2)),
    "MESZ": timezone(timedelta(hours=2)),
}
# Spreadsheets count days from here (the 1900 system, its leap year error included).
_SERIAL_START = datetime(1899, 12, 30)  # noqa: DTZ001 - a serial number has no zone
_EARLIEST, _LATEST = 1950, 2200


def _existing_zone(name: str) -> str:
    try:
        _zone(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name} is no IANA time zone such as Asia/Shanghai") from error
    return name


ZoneName = Annotated[str, AfterValidator(_existing_zone)]


class AmbiguousDate(ValueError):
    """Day and month can be read both ways and nothing tells which."""


@dataclass(frozen=True)
class ReadDate:
    """An instant in UTC, and whether the text left its time zone open."""

    at: datetime
    zone_assumed: bool


def shape_of(match: re.Match[str]) -> str:
    """Name the shape of a short date, `-2` for 04-30-22: its sign and the digits of its year."""
    return f"{match['sign']}{len(match['year'])}"


@lru_cache(maxsize=8192)
def read_date(text: str, order: str, zone: str) -> ReadDate:
    """Read a date; `order` is dmy, mdy or empty for unknown, `zone` an IANA name for naive ones.

    Raises AmbiguousDate, and ValueError for what is no date between 1950 and 2200. Two-digit
    years up to 69 are of this century.
    """
    moment = _moment(text.strip(), order)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=_zone(zone))
    if not _EARLIEST <= aware.year < _LATEST:
        raise ValueError(f"the year {aware.year} is out of range")
    return ReadDate(aware.astimezone(UTC), moment.tzinfo is None)


def date_order(text: str, orders: Mapping[str, str]) -> str:
    """Return how the file's evidence reads a date of this shape, empty when it is silent."""
    if not orders:
        return ""
    match = SHORT_DATE.match(text.strip())
    return orders.get(shape_of(match), "") if match else ""


def _moment(text: str, order: str) -> datetime:
    if text[:4].isdigit() and text[4:5] == "-":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    for pattern, build in _READERS:
        match = pattern.match(text)
        if match:
            return build(match, order)
    raise ValueError("no known layout of a date")


def _short(match: re.Match[str], order: str) -> datetime:
    first, second = int(match["first"]), int(match["second"])
    if first > 12 or match["sign"] == "." or first == second:
        order = "dmy"
    elif second > 12:
        order = "mdy"
    if not order:
        raise AmbiguousDate(match.group())
    month, day = (second, first) if order == "dmy" else (first, second)
    return _built(match, _full_year(match["year"]), month, day)


def _full_year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)


def _by_numbers(match: re.Match[str], _: str) -> datetime:
    return _built(match, int(match["year"]), int(match["month"]), int(match["day"]))


def _by_name(match: re.Match[str], _: str) -> datetime:
    month = _MONTHS.get(match["name"][:3].lower())
    if month is None:
        raise ValueError(f"{match['name']} is no month")
    return _built(match, _full_year(match["year"]), month, int(match["day"]))


def _built(match: re.Match[str], year: int, month: int, day: int) -> datetime:
    hour = int(match["hour"] or 0)
    half = match["half"] or match["half_before"] or ""
    if half[:1] in "Pp下晚" and half and hour < 12:
        hour += 12
    elif half[:1] in ("A", "a") and hour == 12:
        hour = 0
    minute, second = int(match["minute"] or 0), int(match["second_"] or 0)
    return datetime(year, month, day, hour, minute, second, tzinfo=_offset(match["zone"]))


def _offset(zone: str | None) -> tzinfo | None:
    if not zone:
        return None
    if zone in _ZONES:
        return _ZONES[zone]
    if zone[0] not in "+-":
        raise ValueError(f"the time zone {zone} means several offsets")
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if zone[0] == "-" else offset)


def _serial(match: re.Match[str], _: str) -> datetime:
    whole = _SERIAL_START + timedelta(days=float(match.group()))
    return (whole + timedelta(milliseconds=500)).replace(microsecond=0)


def _unix(match: re.Match[str], _: str) -> datetime:
    digits = match.group()
    return datetime.fromtimestamp(int(digits[:10]), UTC)


@cache
def _zone(name: str) -> tzinfo:
    return ZoneInfo(name) if name and name != "UTC" else UTC


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], datetime]], ...] = (
    (SHORT_DATE, _short),
    (_YEAR_FIRST, _by_numbers),
    (_DAY_NAME, _by_name),
    (_NAME_DAY, _by_name),
    (_UNIX, _unix),
    (_COMPACT, _by_numbers),
    (_SERIAL, _serial),
)
