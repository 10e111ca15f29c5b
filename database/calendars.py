"""Working calendars as people keep them, and the working time they come to."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Integer,
    Row,
    Table,
    Text,
    cast,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from database.metadata import Instant, metadata
from database.people import groups
from database.public_holidays import holiday_findings, public_holidays
from database.refusals import Refused
from domain.calendar_checks import (
    GROUP_CALENDAR,
    WEEKDAYS,
    CalendarFinding,
    calendar_findings,
    hours_text,
    read_hours,
)
from domain.calendars import Calendar, Hours, working_time

calendars = Table(
    "calendars",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name_en", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("weekly", JSONB, nullable=False),
    Column("holiday_country", Text, nullable=False),
    Column("holiday_subdivision", Text, nullable=False),
    Column("holidays", JSONB, nullable=False),
    Column("special_days", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("code <> '' AND code <> 'group'", name="code"),
    CheckConstraint("version >= 1", name="version"),
)


@dataclass(frozen=True)
class KeptCalendar:
    """A calendar as it was entered, with where its public holidays come from.

    `calendar.holidays` are dates off in addition to the public ones; `special_days` overrule both.
    `version` counts from 1 (0: not kept yet), `updated_at` is UTC.
    """

    calendar: Calendar
    holiday_country: str = ""
    holiday_subdivision: str = ""
    version: int = 0
    updated_at: datetime | None = field(default=None, compare=False)


def findings_of(kept: KeptCalendar) -> tuple[CalendarFinding, ...]:
    """Return what is wrong with a calendar, its public holidays included."""
    unknown = holiday_findings(kept.holiday_country, kept.holiday_subdivision)
    return (*calendar_findings(kept.calendar), *unknown)


def save(c: Connection, kept: KeptCalendar, now: datetime) -> KeptCalendar:
    """Add a calendar (version 0) or replace the version it was read as; return what is kept now.

    Open orders keep the hours they were planned with. Raises Refused `bad_calendar` with the first
    finding, and `calendar_changed` when somebody else saved it meanwhile.
    """
    found = findings_of(kept)
    if found:
        raise Refused("bad_calendar", found[0].message_en, found[0].message_zh)
    values = _values(kept) | {"version": kept.version + 1, "updated_at": now}
    if kept.version == 0:
        statement = insert(calendars).values(values).on_conflict_do_nothing()
        done = c.execute(statement.returning(calendars.c.code)).one_or_none()
    else:
        known = (calendars.c.code == kept.calendar.code, calendars.c.version == kept.version)
        changed = update(calendars).where(*known).values(values)
        done = c.execute(changed.returning(calendars.c.code)).one_or_none()
    if done is None:
        raise _changed(c, kept)
    return replace(kept, version=kept.version + 1, updated_at=now)


def _changed(c: Connection, kept: KeptCalendar) -> Refused:
    code = kept.calendar.code
    held = c.execute(select(calendars.c.version).where(calendars.c.code == code)).scalar()
    return Refused(
        "calendar_changed",
        f"calendar {code} is at version {held or 0}, not {kept.version} as you read it; "
        "read it again and repeat your change",
        f"日历 {code} 当前为版本 {held or 0}，而非您读取的版本 {kept.version}；请重新读取后再修改",
    )


def get(c: Connection, code: str) -> KeptCalendar | None:
    """Return one calendar."""
    row = c.execute(select(calendars).where(calendars.c.code == code)).one_or_none()
    return _kept(row) if row else None


def all_calendars(c: Connection) -> list[KeptCalendar]:
    """Return every calendar, sorted by code."""
    return [_kept(row) for row in c.execute(select(calendars).order_by(calendars.c.code))]


def _values(kept: KeptCalendar) -> dict[str, Any]:
    calendar = kept.calendar
    return {
        "code": calendar.code,
        "name_en": calendar.name_en,
        "name_zh": calendar.name_zh,
        "time_zone": calendar.time_zone,
        "weekly": {WEEKDAYS[day]: hours_text(h) for day, h in calendar.weekly.items() if h},
        "holiday_country": kept.holiday_country,
        "holiday_subdivision": kept.holiday_subdivision,
        "holidays": sorted(day.isoformat() for day in calendar.holidays),
        "special_days": {
            day.isoformat(): hours_text(h) for day, h in calendar.special_days.items()
        },
    }


def _kept(row: Row[Any]) -> KeptCalendar:
    names = (row.code, row.name_en, row.name_zh, row.time_zone)
    calendar = _entered(names, row.weekly, row.holidays, row.special_days)
    return KeptCalendar(
        calendar, row.holiday_country, row.holiday_subdivision, row.version, row.updated_at
    )


def _entered(
    names: tuple[str, str, str, str],
    weekly: Mapping[str, str],
    holidays: Iterable[str],
    special_days: Mapping[str, str],
) -> Calendar:
    return Calendar(
        *names,
        weekly={WEEKDAYS.index(day): read_hours(text) for day, text in weekly.items()},
        holidays=frozenset(map(date.fromisoformat, holidays)),
        special_days={
            date.fromisoformat(day): read_hours(text) for day, text in special_days.items()
        },
    )


def resolved(kept: KeptCalendar, years: Collection[int]) -> Calendar:
    """Return the calendar with the public holidays of these years as plain dates.

    A Saturday or Sunday worked to make up for a holiday has the hours of the last working day of
    an ordinary week, unless the calendar says itself what happens on it.
    """
    calendar = kept.calendar
    known = public_holidays(kept.holiday_country, kept.holiday_subdivision, tuple(sorted(years)))
    usual = _usual_hours(calendar.weekly)
    made_up = dict.fromkeys(known.made_up - calendar.holidays, usual)
    return replace(
        calendar,
        holidays=calendar.holidays | known.off,
        special_days={**made_up, **calendar.special_days},
    )


def _usual_hours(weekly: Mapping[int, tuple[Hours, ...]]) -> tuple[Hours, ...]:
    on_workdays = [weekly[day] for day in range(5) if weekly.get(day)]
    return on_workdays[-1] if on_workdays else ()


def working_times(
    c: Connection, codes: Collection[str], group: str, now: datetime
) -> dict[str, tuple[int, ...]]:
    """Return the working time around `now` for the calendar codes of a stage table.

    `group` is whose calendar the code "group" stands for. A code that is empty or unknown, and a
    group without a calendar, mean 24 x 7 and are left out. Begin and end in turn, in minutes since
    1970 UTC, as `domain.openings` walks them.
    """
    wanted = {code: code for code in codes if code not in ("", GROUP_CALENDAR)}
    if GROUP_CALENDAR in codes:
        query = select(groups.c.calendar).where(groups.c.code == group)
        wanted[GROUP_CALENDAR] = c.execute(query).scalar() or ""
    if not any(wanted.values()):
        return {}
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    found = {
        row.code: _working_time(tuple(row), today)
        for row in c.execute(_AS_TEXT.where(calendars.c.code.in_(wanted.values())))
    }
    return {code: found[calendar] for code, calendar in wanted.items() if calendar in found}


# As text a calendar can be the key of the cache: whoever changes it makes another key.
_AS_TEXT = select(
    *(
        cast(column, Text) if column.type.__class__ is JSONB else column
        for column in calendars.c
        if column.name not in ("version", "updated_at")
    )
)


@lru_cache(maxsize=256)
def _working_time(row: tuple[str, ...], today: datetime) -> tuple[int, ...]:
    code, name_en, name_zh, time_zone, weekly, country, subdivision, holidays, special_days = row
    kept = _entered(
        (code, name_en, name_zh, time_zone),
        json.loads(weekly),
        json.loads(holidays),
        json.loads(special_days),
    )
    years = {today.year - 1, today.year, today.year + 1}
    return working_time(resolved(KeptCalendar(kept, country, subdivision), years), today)
