"""Walking along working time: what is due so many working hours later, and how many lie between.

Working time is begin and end in turn, in whole minutes since 1970 UTC, sorted, as
`domain.calendars.working_time` gives it; empty means 24 x 7. What lies after the last end repeats
the last week of it, what lies before the first begin the first week, so the walk never ends and
asks no time zone table: the same numbers give the same instants for ever.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

Openings = tuple[int, ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEEK = 7 * 24 * 60
_MINUTE = timedelta(minutes=1)


def later(openings: Openings, start: datetime, duration: timedelta) -> datetime:
    """Return the instant (UTC) at which so much working time has passed since `start`.

    What is used up exactly at closing time is due then, not at the next opening. A duration that
    is not above zero is taken off the clock on the wall.
    """
    if not openings or duration <= timedelta(0):
        return start + duration
    left = duration
    for begins, ends in _stretches(openings, start):
        from_here = max(begins, start)
        if left <= ends - from_here:
            return from_here + left
        left -= ends - from_here
    raise AssertionError("working time repeats for ever")


def between(openings: Openings, start: datetime, end: datetime) -> timedelta:
    """Return how much working time lies between two instants; below zero when `end` is first."""
    if not openings:
        return end - start
    if end < start:
        return -between(openings, end, start)
    total = timedelta(0)
    for begins, ends in _stretches(openings, start):
        if begins >= end:
            break
        total += min(ends, end) - max(begins, start)
    return total


def _stretches(openings: Openings, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the working stretches that end after `since`, in their order, without end."""
    minute = (since - _EPOCH) // _MINUTE
    for begins, ends in _in_minutes(openings, minute):
        opened, closed = _EPOCH + begins * _MINUTE, _EPOCH + ends * _MINUTE
        if closed > since:
            yield opened, closed


def _in_minutes(openings: Openings, minute: int) -> Iterator[tuple[int, int]]:
    first, last = openings[0], openings[-1]
    pairs = list(zip(openings[::2], openings[1::2], strict=True))
    week = [(b, min(e, first + _WEEK)) for b, e in pairs if b < first + _WEEK]
    for back in range(max(0, -(-(first - minute) // _WEEK)), 0, -1):
        yield from ((b - back * _WEEK, e - back * _WEEK) for b, e in week)
    yield from pairs[bisect_right(openings[1::2], minute) :]
    week = [(max(b, last - _WEEK), e) for b, e in pairs if e > last - _WEEK]
    ahead = max(1, (minute - last) // _WEEK)
    while True:
        yield from ((b + ahead * _WEEK, e + ahead * _WEEK) for b, e in week)
        ahead += 1
