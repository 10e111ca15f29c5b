"""Calendars come to real minutes: nights when clocks change, holidays, short days, night shifts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from domain.calendar_checks import (
    CalendarFlaw,
    UnreadableHours,
    calendar_findings,
    hours_text,
    read_hours,
)
from domain.calendars import Calendar, Hours, working_time
from domain.openings import between

HOUR = timedelta(hours=1)
MONDAY_TO_FRIDAY = range(5)


def office(zone: str, text: str = "09:00-17:00", days: object = MONDAY_TO_FRIDAY) -> Calendar:
    """These hours on these weekdays."""
    assert isinstance(days, range)
    return Calendar("office", "Office", "办公室", zone, {day: read_hours(text) for day in days})


def nightly(zone: str) -> Calendar:
    """Ten at night to six in the morning, every night."""
    return office(zone, "22:00-30:00", range(7))


def utc(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[misc,arg-type]


def opened(calendar: Calendar, begins: datetime, ends: datetime) -> timedelta:
    """How long somebody works by this calendar between two instants."""
    return between(working_time(calendar, begins), begins, ends)


def spans(calendar: Calendar, now: datetime) -> list[tuple[datetime, datetime]]:
    """The working stretches as instants."""
    numbers = [datetime.fromtimestamp(m * 60, UTC) for m in working_time(calendar, now)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


# --- clocks that change ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "begins", "ends", "hours"),
    [
        # Berlin 2026: forward on 29 March, back on 25 October, at 01:00 UTC.
        ("Europe/Berlin", utc(2026, 3, 28, 12), utc(2026, 3, 29, 12), 7),
        ("Europe/Berlin", utc(2026, 10, 24, 12), utc(2026, 10, 25, 12), 9),
        ("Europe/Berlin", utc(2026, 6, 1, 12), utc(2026, 6, 2, 12), 8),
        # New York 2026: forward on 8 March, back on 1 November, at 02:00 local time.
        ("America/New_York", utc(2026, 3, 7, 17), utc(2026, 3, 8, 17), 7),
        ("America/New_York", utc(2026, 10, 31, 17), utc(2026, 11, 1, 17), 9),
        # Sydney 2026: back on 5 April, forward on 4 October: it is the other way round there.
        ("Australia/Sydney", utc(2026, 4, 4, 3), utc(2026, 4, 5, 3), 9),
        ("Australia/Sydney", utc(2026, 10, 3, 3), utc(2026, 10, 4, 3), 7),
        # Lord Howe moves its clocks by half an hour only.
        ("Australia/Lord_Howe", utc(2026, 10, 3, 2), utc(2026, 10, 4, 2), 7.5),
        ("Asia/Shanghai", utc(2026, 3, 28, 12), utc(2026, 3, 29, 12), 8),
    ],
)
def test_a_night_shift_is_as_long_as_the_night_really_is(
    zone: str, begins: datetime, ends: datetime, hours: float
) -> None:
    assert opened(nightly(zone), begins, ends) == hours * HOUR


def test_an_office_keeps_its_hours_by_the_clock_on_the_wall() -> None:
    stretches = spans(office("Europe/Berlin"), utc(2026, 10, 23))
    winter = [begins for begins, _ in stretches if begins.date() == date(2026, 10, 26)]
    summer = [begins for begins, _ in stretches if begins.date() == date(2026, 10, 23)]
    assert (summer, winter) == ([utc(2026, 10, 23, 7)], [utc(2026, 10, 26, 8)])


@pytest.mark.parametrize(
    ("text", "span"),
    [
        # 02:00 to 03:00 does not exist on 29 March: work begins, or ends, as the clock jumps.
        ("02:30-06:00", (utc(2026, 3, 29, 1), utc(2026, 3, 29, 4))),
        ("00:30-02:30", (utc(2026, 3, 28, 23, 30), utc(2026, 3, 29, 1))),
        ("02:10-02:50", None),
    ],
)
def test_a_time_that_does_not_exist_is_the_instant_of_the_jump(
    text: str, span: tuple[datetime, datetime] | None
) -> None:
    found = spans(office("Europe/Berlin", text, range(7)), utc(2026, 3, 25))
    on_the_day = [each for each in found if utc(2026, 3, 28, 20) < each[0] < utc(2026, 3, 29, 20)]
    assert on_the_day == ([span] if span else [])


@pytest.mark.parametrize(
    ("text", "span"),
    [
        # 02:00 to 03:00 comes twice on 25 October: from the first to the second.
        ("02:30-06:00", (utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 5))),
        ("00:30-02:30", (utc(2026, 10, 24, 22, 30), utc(2026, 10, 25, 1, 30))),
    ],
)
def test_a_time_that_comes_twice_begins_with_the_first_and_ends_with_the_second(
    text: str, span: tuple[datetime, datetime]
) -> None:
    found = spans(office("Europe/Berlin", text, range(7)), utc(2026, 10, 20))
    assert span in found


# --- holidays and special days ---------------------------------------------------------------


def test_the_year_ends_with_holidays_and_short_days() -> None:
    calendar = replace(
        office("Europe/Berlin"),
        holidays=frozenset({date(2026, 12, 25), date(2027, 1, 1)}),
        special_days={
            date(2026, 12, 24): read_hours("09:00-12:00"),
            date(2026, 12, 31): read_hours("09:00-13:00"),
        },
    )
    # Thursday 24 December (3 h) to Monday 4 January: 3 + 8 + 8 + 8 + 4 hours.
    assert opened(calendar, utc(2026, 12, 24), utc(2027, 1, 4)) == 31 * HOUR


def test_a_saturday_that_is_worked_counts_and_the_day_off_it_pays_for_does_not() -> None:
    # 2026: Saturday 10 October is worked (调休) after the week of 1 to 7 October.
    shanghai = replace(
        office("Asia/Shanghai", "09:00-12:00 13:30-18:00"),
        holidays=frozenset(date(2026, 10, day) for day in range(1, 8)),
        special_days={date(2026, 10, 10): read_hours("09:00-12:00 13:30-18:00")},
    )
    saturday = utc(2026, 10, 9, 16)
    assert opened(shanghai, saturday, saturday + timedelta(1)) == 7.5 * HOUR
    assert opened(shanghai, utc(2026, 9, 30, 16), utc(2026, 10, 7, 16)) == 0 * HOUR


def test_a_special_day_overrules_a_holiday_and_without_hours_is_off() -> None:
    monday, tuesday = date(2026, 6, 1), date(2026, 6, 2)
    calendar = replace(
        office("UTC"),
        holidays=frozenset({monday}),
        special_days={monday: read_hours("10:00-11:00"), tuesday: ()},
    )
    assert opened(calendar, utc(2026, 6, 1), utc(2026, 6, 3)) == HOUR


def test_a_night_shift_belongs_to_the_day_it_begins_on() -> None:
    calendar = replace(nightly("UTC"), holidays=frozenset({date(2026, 6, 2)}))
    found = spans(calendar, utc(2026, 6, 1))
    assert (utc(2026, 6, 1, 22), utc(2026, 6, 2, 6)) in found
    assert not any(utc(2026, 6, 2, 7) < begins < utc(2026, 6, 3, 21) for begins, _ in found)


# --- the numbers that travel -----------------------------------------------------------------


def test_what_touches_is_one_stretch_and_all_are_sorted() -> None:
    always = working_time(office("Asia/Tokyo", "00:00-24:00", range(7)), utc(2026, 5, 5))
    assert len(always) == 2
    shifts = working_time(office("UTC", "06:00-14:00 14:00-22:00"), utc(2026, 5, 5))
    assert list(shifts) == sorted(shifts)
    assert all(end - begin == 16 * 60 for begin, end in zip(shifts[::2], shifts[1::2], strict=True))


def test_the_horizon_is_sixty_days_ahead_and_a_week_back() -> None:
    now = utc(2026, 5, 5, 13)
    found = spans(office("Asia/Shanghai"), now)
    assert found[0][0] <= now - timedelta(7)
    assert now + timedelta(60) <= found[-1][1] <= now + timedelta(66)


def test_both_ends_lie_in_an_ordinary_week_because_it_is_repeated() -> None:
    # Sixty days after 1 August come the seven days off of October; the last week is a usual one.
    off = frozenset(date(2026, 10, day) for day in range(1, 8))
    calendar = replace(office("Asia/Shanghai"), holidays=off)
    last_week = spans(calendar, utc(2026, 8, 4))[-5:]
    assert len({begins.date() for begins, _ in last_week} - off) == 5
    assert all(ends - begins == 8 * HOUR for begins, ends in last_week)
    assert last_week[-1][0] - last_week[0][0] <= timedelta(7)
    # Berlin's clocks change sixty days after 26 August: the week of the change is not repeated.
    stretches = spans(nightly("Europe/Berlin"), utc(2026, 8, 26))[-7:]
    assert {ends - begins for begins, ends in stretches} == {8 * HOUR}
    assert {after[0] - before[0] for before, after in pairwise(stretches)} == {24 * HOUR}


def test_the_numbers_of_a_calendar_do_not_depend_on_the_hour_of_the_day() -> None:
    calendar = office("Asia/Shanghai")
    assert working_time(calendar, utc(2026, 5, 5, 1)) == working_time(calendar, utc(2026, 5, 5, 9))


# --- findings --------------------------------------------------------------------------------

_NINE_TO_FIVE = read_hours("09:00-17:00")


@pytest.mark.parametrize(
    ("changes", "field", "flaw"),
    [
        ({"time_zone": "Europe/Berlim"}, "time_zone", CalendarFlaw.UNKNOWN_ZONE),
        ({"time_zone": "../etc/passwd"}, "time_zone", CalendarFlaw.UNKNOWN_ZONE),
        ({"time_zone": ""}, "time_zone", CalendarFlaw.UNKNOWN_ZONE),
        ({"code": "group"}, "code", CalendarFlaw.BAD_CODE),
        ({"code": "Büro 1"}, "code", CalendarFlaw.BAD_CODE),
        ({"name_zh": " "}, "name_zh", CalendarFlaw.NO_NAME),
        ({"weekly": {}}, "weekly", CalendarFlaw.NO_WORKING_TIME),
        ({"weekly": {0: ()}}, "weekly", CalendarFlaw.NO_WORKING_TIME),
        ({"weekly": {0: _NINE_TO_FIVE, 7: _NINE_TO_FIVE}}, "weekly.7", CalendarFlaw.BAD_HOURS),
        ({"weekly": {1: read_hours("22:00-06:00")}}, "weekly.tuesday", CalendarFlaw.BACKWARDS),
        ({"weekly": {1: read_hours("09:00-09:00")}}, "weekly.tuesday", CalendarFlaw.BACKWARDS),
        ({"weekly": {1: read_hours("25:00-27:00")}}, "weekly.tuesday", CalendarFlaw.TOO_LONG),
        ({"weekly": {1: read_hours("01:00-26:00")}}, "weekly.tuesday", CalendarFlaw.TOO_LONG),
        (
            {"weekly": {2: read_hours("09:00-12:30 12:00-17:00")}},
            "weekly.wednesday",
            CalendarFlaw.OVERLAP,
        ),
        (
            {"weekly": {6: read_hours("22:00-30:00"), 0: read_hours("05:00-09:00")}},
            "weekly.monday",
            CalendarFlaw.OVERLAP,
        ),
        (
            {"special_days": {date(2026, 12, 24): read_hours("12:00-09:00")}},
            "special_days.2026-12-24",
            CalendarFlaw.BACKWARDS,
        ),
    ],
)
def test_what_is_wrong_with_a_calendar_is_found_and_said_in_both_languages(
    changes: Mapping[str, object], field: str, flaw: CalendarFlaw
) -> None:
    calendar = replace(office("Europe/Berlin"), **changes)  # type: ignore[arg-type]
    (found,) = calendar_findings(calendar)
    assert (found.field, found.code) == (field, flaw)
    assert found.message_en.isascii() or flaw is CalendarFlaw.BAD_CODE
    assert any("一" <= letter <= "鿿" for letter in found.message_zh)


def test_a_night_shift_next_to_a_day_shift_is_no_flaw() -> None:
    shifts = {day: read_hours("06:00-14:00, 14:00-22:00; 22:00-30:00") for day in range(7)}
    assert calendar_findings(replace(office("UTC"), weekly=shifts)) == ()


def test_a_night_written_backwards_is_told_how_to_write_it() -> None:
    (found,) = calendar_findings(replace(office("UTC"), weekly={0: read_hours("22:00-06:00")}))
    assert "22:00-30:00" in found.message_en
    assert "22:00-30:00" in found.message_zh


@pytest.mark.parametrize("text", ["", "-", " "])
def test_a_day_off_has_no_hours(text: str) -> None:
    assert read_hours(text) == ()


def test_hours_are_read_as_they_are_written() -> None:
    hours = read_hours("9:00 - 12:00，13:30–18:00")
    assert hours == (Hours(540, 720), Hours(810, 1080))
    assert read_hours(hours_text(hours)) == hours


@pytest.mark.parametrize("text", ["nine to five", "09:00", "09:00-17:60", "09:00-17:00 or so"])
def test_hours_nobody_can_read_are_refused_in_both_languages(text: str) -> None:
    with pytest.raises(UnreadableHours) as caught:
        read_hours(text)
    assert text in caught.value.message_en
    assert "请" in caught.value.message_zh
