"""The breaker opens for what is really wrong, tries before it closes, and lets things follow."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.breaker import (
    LONGEST_PAUSE,
    Breaker,
    BreakerState,
    BreakerTerms,
    Count,
    closed,
    drained,
    half_opened,
    let_follow,
    must_trip,
    needs_reminder,
    opened,
    pause_is_over,
    tried,
)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TERMS = BreakerTerms(
    window=timedelta(minutes=10),
    min_count=20,
    max_share=Decimal(30),
    pause=timedelta(minutes=5),
    probes=5,
    remind=timedelta(minutes=30),
    role="customer_service",
)
OPEN = opened(Breaker(), TERMS, NOW)


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("rejected", "orders", "trips"),
    [(19, 19, False), (20, 20, True), (20, 67, False), (20, 66, True), (300, 1000, False)],
)
def test_it_takes_both_the_count_and_the_share_to_open(
    rejected: int, orders: int, trips: bool
) -> None:
    assert must_trip(Breaker(), TERMS, Count(rejected, orders)) is trips


def test_what_is_open_does_not_open_again() -> None:
    assert not must_trip(OPEN, TERMS, Count(50, 50))
    assert not must_trip(half_opened(OPEN, NOW, (1,)), TERMS, Count(50, 50))


def test_it_is_tried_after_the_pause() -> None:
    assert not pause_is_over(OPEN, later(4.9))
    assert pause_is_over(OPEN, later(5))


def test_what_a_person_opened_only_a_person_closes() -> None:
    by_hand = opened(Breaker(), TERMS, NOW, "li")
    assert not pause_is_over(by_hand, later(600))
    assert closed(by_hand, later(601)).state is BreakerState.CLOSED
    taken_over = opened(OPEN, TERMS, later(1), "li")
    assert (taken_over.opened_by, taken_over.trips) == ("li", 1)
    assert taken_over.tripped_at == NOW


def test_good_orders_close_it_and_what_was_kept_back_begins_to_follow() -> None:
    trying = half_opened(OPEN, later(5), (1, 2, 3, 4, 5))
    assert tried(trying, TERMS, Count(0, 4), later(6)) == trying
    found = tried(trying, TERMS, Count(1, 5), later(6))
    assert (found.state, found.since, found.on_trial) == (BreakerState.CLOSED, later(6), ())
    assert (found.drains_from, found.tripped_at, found.opened_by) == (later(6), None, "")


def test_bad_orders_open_it_for_twice_as_long_up_to_a_limit() -> None:
    breaker, pauses = OPEN, []
    for _ in range(6):
        breaker = tried(half_opened(breaker, NOW, (1,)), TERMS, Count(2, 5), NOW)
        assert (breaker.state, breaker.trips) == (BreakerState.OPEN, 1)
        pauses.append(breaker.pause / TERMS.pause)
    assert pauses == [2, 4, 8, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_a_bad_portion_makes_the_next_one_wait_and_opens_nothing() -> None:
    following = let_follow(closed(OPEN, NOW), (1, 2))
    waits, may_follow = drained(following, TERMS, Count(2, 2), later(1))
    assert not may_follow
    assert waits.state is BreakerState.CLOSED
    assert drained(waits, TERMS, Count(), later(5.9)) == (waits, False)
    assert drained(waits, TERMS, Count(), later(6)) == (waits, True)


def test_a_good_portion_is_followed_at_once_until_nothing_is_left() -> None:
    following = let_follow(closed(OPEN, NOW), (1, 2, 3, 4))
    found, may_follow = drained(following, TERMS, Count(1, 4), later(1))
    assert may_follow
    assert let_follow(found, ()).drains_from is None
    assert drained(let_follow(found, ()), TERMS, Count(), later(2))[1] is False


def test_the_superior_is_told_when_it_stays_open_through_all_tries() -> None:
    again = tried(half_opened(OPEN, later(5), (1,)), TERMS, Count(5, 5), later(6))
    assert not needs_reminder(again, TERMS, later(29))
    assert needs_reminder(again, TERMS, later(30))
    assert not needs_reminder(closed(again, later(7)), TERMS, later(60))


@given(st.integers(0, 500), st.integers(0, 500))
def test_more_good_orders_never_open_it(rejected: int, taken: int) -> None:
    if not must_trip(Breaker(), TERMS, Count(rejected, rejected + taken)):
        assert not must_trip(Breaker(), TERMS, Count(rejected, rejected + taken + 1))


class BreakerLife(RuleBasedStateMachine):
    """Whatever happens in whatever order, its parts agree with each other."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.breaker = Breaker()

    @rule(minutes=st.integers(1, 90))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        if pause_is_over(self.breaker, self.now):
            self.breaker = half_opened(self.breaker, self.now, (1, 2))

    @rule(rejected=st.integers(0, 40), taken=st.integers(0, 40))
    def orders_come(self, rejected: int, taken: int) -> None:
        count = Count(rejected, rejected + taken)
        if must_trip(self.breaker, TERMS, count):
            self.breaker = opened(self.breaker, TERMS, self.now)

    @rule(rejected=st.integers(0, 5))
    def those_on_trial_are_judged(self, rejected: int) -> None:
        self.breaker = tried(self.breaker, TERMS, Count(rejected, 5), self.now)

    @rule(left=st.booleans())
    def a_portion_follows(self, left: bool) -> None:
        self.breaker, may_follow = drained(self.breaker, TERMS, Count(), self.now)
        if may_follow:
            self.breaker = let_follow(self.breaker, (7, 8) if left else ())

    @rule(person=st.sampled_from(["li", "wang"]))
    def a_person_opens(self, person: str) -> None:
        self.breaker = opened(self.breaker, TERMS, self.now, person)

    @rule()
    def a_person_closes(self) -> None:
        self.breaker = closed(self.breaker, self.now)

    @invariant()
    def somebody_opened_what_is_open(self) -> None:
        is_closed = self.breaker.state is BreakerState.CLOSED
        assert is_closed == (self.breaker.opened_by == "")
        assert is_closed == (self.breaker.tripped_at is None)

    @invariant()
    def only_a_closed_one_lets_follow(self) -> None:
        assert self.breaker.drains_from is None or self.breaker.state is BreakerState.CLOSED

    @invariant()
    def an_open_one_of_ours_is_tried_some_day(self) -> None:
        if self.breaker.state is BreakerState.OPEN and self.breaker.opened_by == "system":
            longest = self.now + TERMS.pause * LONGEST_PAUSE
            assert pause_is_over(self.breaker, longest)

    @invariant()
    def each_opening_has_its_number(self) -> None:
        assert self.breaker.trips > 0 or self.breaker == Breaker()


TestBreakerLife = BreakerLife.TestCase
