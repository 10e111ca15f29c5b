"""The breaker (熔断) of one shop: when its new orders are kept back, and when they may come again.

Closed → open when too many orders were refused; open → half open after a pause; half open → closed
or open by what becomes of a few orders. After it has closed, what was kept back follows oldest
first, in portions. Pure: counts and `now` are arguments.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from domain.state import SYSTEM

# A pause doubles with each failed try, up to this many times the first one.
LONGEST_PAUSE = 12


class BreakerState(StrEnum):
    """Whether new orders come in; the codes are names of the API."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True)
class BreakerTerms:
    """What the rule table says for a channel; `max_share` is in percent.

    It opens when within `window` at least `min_count` orders and more than `max_share` of all were
    refused. `role` owns what is kept back; after `remind` the owner's superior is told.
    """

    window: timedelta
    min_count: int
    max_share: Decimal
    pause: timedelta
    probes: int
    remind: timedelta
    role: str


@dataclass(frozen=True)
class Count:
    """How many orders there were, and how many of them were refused."""

    rejected: int = 0
    orders: int = 0


@dataclass(frozen=True)
class Breaker:
    """Where a breaker stands; instants are UTC.

    `opened_by` is a person id, or `system`: what a person opened only a person closes. `trips`
    numbers the times it opened and with them the alerts. `on_trial` are the messages let in whose
    fate decides what comes next. `drains_from` is when the next portion of what was kept back may
    follow, None when nothing is left.
    """

    state: BreakerState = BreakerState.CLOSED
    since: datetime | None = None
    tripped_at: datetime | None = None
    pause: timedelta = timedelta()
    opened_by: str = ""
    trips: int = 0
    on_trial: tuple[int, ...] = ()
    drains_from: datetime | None = None

    @property
    def tries_again_at(self) -> datetime | None:
        """When an open breaker is tried by itself, None when it is not (UTC)."""
        is_ours = self.state is BreakerState.OPEN and self.opened_by == SYSTEM
        return self.since + self.pause if is_ours and self.since else None


def is_bad(terms: BreakerTerms, count: Count) -> bool:
    """Tell whether the refused share is above what is tolerated."""
    return count.rejected * 100 > terms.max_share * count.orders


def must_trip(breaker: Breaker, terms: BreakerTerms, count: Count) -> bool:
    """Tell whether a closed breaker has to open for what was refused within the window."""
    is_closed = breaker.state is BreakerState.CLOSED
    return is_closed and count.rejected >= terms.min_count and is_bad(terms, count)


def opened(breaker: Breaker, terms: BreakerTerms, now: datetime, by: str = SYSTEM) -> Breaker:
    """Open it, or leave it to a person who opens what is open already."""
    was_closed = breaker.state is BreakerState.CLOSED
    return replace(
        breaker,
        state=BreakerState.OPEN,
        since=now,
        tripped_at=now if was_closed else breaker.tripped_at,
        pause=terms.pause,
        opened_by=by,
        trips=breaker.trips + was_closed,
        on_trial=(),
        drains_from=None,
    )


def closed(breaker: Breaker, now: datetime) -> Breaker:
    """Close it; what was kept back begins to follow. A closed one stays as it is."""
    if breaker.state is BreakerState.CLOSED:
        return breaker
    return replace(
        breaker,
        state=BreakerState.CLOSED,
        since=now,
        tripped_at=None,
        opened_by="",
        on_trial=(),
        drains_from=now,
    )


def pause_is_over(breaker: Breaker, now: datetime) -> bool:
    """Tell whether an open breaker may be tried."""
    return breaker.tries_again_at is not None and now >= breaker.tries_again_at


def half_opened(breaker: Breaker, now: datetime, on_trial: tuple[int, ...]) -> Breaker:
    """Let these messages in, to see what becomes of them."""
    return replace(breaker, state=BreakerState.HALF_OPEN, since=now, on_trial=on_trial)


def tried(breaker: Breaker, terms: BreakerTerms, count: Count, now: datetime) -> Breaker:
    """Close a half-open breaker, or open it for twice as long, by what became of those let in.

    Undecided until as many as the terms ask for were tried.
    """
    if breaker.state is not BreakerState.HALF_OPEN or count.orders < terms.probes:
        return breaker
    if not is_bad(terms, count):
        return closed(breaker, now)
    pause = min(breaker.pause * 2, terms.pause * LONGEST_PAUSE)
    return replace(breaker, state=BreakerState.OPEN, since=now, pause=pause, on_trial=())


def drained(
    breaker: Breaker, terms: BreakerTerms, count: Count, now: datetime
) -> tuple[Breaker, bool]:
    """Return the breaker after a portion was judged, and whether the next one may follow now.

    A bad portion makes the next one wait for the pause: what is wrong with old orders reaches
    people in bearable amounts, and says nothing against those that come in now.
    """
    if breaker.drains_from is None:
        return breaker, False
    if breaker.on_trial:
        wait = terms.pause if is_bad(terms, count) else timedelta()
        breaker = replace(breaker, on_trial=(), drains_from=now + wait)
    return breaker, breaker.drains_from is not None and now >= breaker.drains_from


def let_follow(breaker: Breaker, on_trial: tuple[int, ...]) -> Breaker:
    """Note the portion that follows; an empty one says that nothing was left."""
    drains_from = breaker.drains_from if on_trial else None
    return replace(breaker, on_trial=on_trial, drains_from=drains_from)


def needs_reminder(breaker: Breaker, terms: BreakerTerms, now: datetime) -> bool:
    """Tell whether it has been open for so long that the owner's superior has to know."""
    tripped_at = breaker.tripped_at
    return tripped_at is not None and now >= tripped_at + terms.remind
