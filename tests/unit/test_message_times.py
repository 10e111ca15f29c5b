"""When messages go out: quiet hours by the wall clock, digests at fixed instants."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from database.contacts import MessageSettings
from notifications.quiet import digest_at, earliest, quiet_until
from notifications.urgency import URGENT, Urgency, urgency_of

NIGHT = MessageSettings(
    quiet_from=time(22), quiet_until=time(7, 30), time_zone="Europe/Berlin", digest_minutes=60
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (utc(2026, 1, 10, 20, 59), utc(2026, 1, 10, 20, 59)),
        (utc(2026, 1, 10, 21, 0), utc(2026, 1, 11, 6, 30)),
        (utc(2026, 1, 11, 3, 0), utc(2026, 1, 11, 6, 30)),
        (utc(2026, 1, 11, 6, 30), utc(2026, 1, 11, 6, 30)),
        # The night of 29 March has 23 hours, that of 25 October 25.
        (utc(2026, 3, 28, 21, 0), utc(2026, 3, 29, 5, 30)),
        (utc(2026, 10, 24, 20, 0), utc(2026, 10, 25, 6, 30)),
        (utc(2026, 10, 25, 1, 30), utc(2026, 10, 25, 6, 30)),
    ],
)
def test_quiet_hours_end_by_the_wall_clock_also_when_clocks_change(
    at: datetime, until: datetime
) -> None:
    assert quiet_until(at, NIGHT) == until


def test_quiet_hours_within_a_day() -> None:
    noon = MessageSettings(quiet_from=time(12), quiet_until=time(14), time_zone="Asia/Shanghai")
    assert quiet_until(utc(2026, 6, 1, 5), noon) == utc(2026, 6, 1, 6)
    assert quiet_until(utc(2026, 6, 1, 7), noon) == utc(2026, 6, 1, 7)


def test_an_end_that_the_clock_skips_is_not_missed() -> None:
    skipped = MessageSettings(
        quiet_from=time(1), quiet_until=time(2, 30), time_zone="Europe/Berlin"
    )
    # 02:30 does not exist on 29 March; the clock goes from 02:00 to 03:00 at 01:00 UTC.
    assert quiet_until(utc(2026, 3, 29, 0, 15), skipped) == utc(2026, 3, 29, 1, 30)


def test_no_quiet_hours_without_a_length() -> None:
    at = utc(2026, 6, 1, 5)
    assert quiet_until(at, MessageSettings()) == at
    assert quiet_until(at, MessageSettings(quiet_from=time(5), quiet_until=time(5))) == at


@given(st.integers(0, 3 * 365 * 24 * 60))
def test_the_end_of_quiet_hours_is_never_quiet_nor_earlier(minutes: int) -> None:
    at = utc(2025, 1, 1) + timedelta(minutes=minutes)
    until = quiet_until(at, NIGHT)
    assert at <= until <= at + timedelta(hours=11)
    assert quiet_until(until, NIGHT) == until


def test_what_is_urgent_passes_and_the_rest_waits() -> None:
    at = utc(2026, 1, 10, 23)
    assert earliest(Urgency.URGENT, NIGHT, at, at) == at
    assert earliest(Urgency.NORMAL, NIGHT, at, at) == utc(2026, 1, 11, 6, 30)


def test_low_news_waits_for_the_digest_that_follows_and_then_for_the_end_of_the_night() -> None:
    at = utc(2026, 1, 10, 15, 20)
    assert earliest(Urgency.LOW, NIGHT, at, at) == utc(2026, 1, 10, 16)
    late = utc(2026, 1, 10, 20, 40)
    assert earliest(Urgency.LOW, NIGHT, late, late) == utc(2026, 1, 11, 6, 30)
    due = utc(2026, 1, 10, 16)
    assert earliest(Urgency.LOW, NIGHT, at, due) == due
    assert digest_at(due, 60) == utc(2026, 1, 10, 17)


def test_being_asked_to_sign_is_no_mere_news() -> None:
    assert urgency_of("stage_entered", "in_review") is Urgency.NORMAL
    assert urgency_of("stage_entered", "closed_abnormally") is Urgency.LOW
    assert urgency_of("escalated") is Urgency.URGENT
    assert all(english.isascii() and not chinese.isascii() for english, chinese in URGENT.values())
