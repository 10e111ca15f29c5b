"""Deadlines are instants: they pass once, stand still while paused, and move by that much."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import lifecycle, sla
from domain.events import EventKind
from domain.holds import REASONS, ReasonCode
from domain.stages import Stage
from domain.state import Obstacle, OrderState
from tests.unit.order_states import (
    DAY,
    HOUR,
    MINUTE,
    START,
    admit,
    after,
    amend,
    an_order,
    approve,
    cancel,
    deliver,
    do,
    happened,
    hold,
    last,
    objection,
    plan_of,
    readmit,
    unhold,
)

STEADY = settings(derandomize=True, database=None, deadline=None)
PAUSING = sorted(reason for reason, terms in REASONS.items() if terms.pauses_clock)


def _noted(state: OrderState) -> int:
    breaches = (EventKind.TURNED_RED, EventKind.ESCALATED, EventKind.WARNED)
    return sum(happened(state, kind) for kind in breaches)


# --- the clock by itself ---------------------------------------------------------------------


@STEADY
@given(
    limit=st.integers(1, 10_000),
    pauses=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=6),
)
def test_pauses_move_a_deadline_by_exactly_their_length(
    limit: int, pauses: list[tuple[int, int]]
) -> None:
    clock = sla.started(START, timedelta(minutes=limit), timedelta(minutes=limit * 2))
    now, stood_still = START, timedelta()
    for running, standing in pauses:
        now += running * MINUTE
        sla.pause(clock, now)
        now += standing * MINUTE
        sla.resume(clock, now)
        stood_still += standing * MINUTE
    assert clock.due_at == START + limit * MINUTE + stood_still
    assert clock.stalls_at == START + 2 * limit * MINUTE + stood_still


def test_pausing_twice_counts_from_the_first_pause_and_resuming_twice_counts_once() -> None:
    clock = sla.started(START, HOUR, None)
    sla.pause(clock, after(10))
    sla.pause(clock, after(20))
    sla.resume(clock, after(30))
    sla.resume(clock, after(50))
    assert clock.due_at == after(80)
    assert clock.stalls_at is None


def test_an_unlimited_clock_never_wakes_anybody() -> None:
    clock = sla.started(START, None, None)
    sla.pause(clock, after(1))
    sla.resume(clock, after(2))
    assert sla.pending_deadline(clock) is None
    assert not sla.is_breached(clock, after(days=999))


def test_a_deadline_is_breached_at_its_very_instant_and_not_before() -> None:
    clock = sla.started(START, HOUR, None)
    assert not sla.is_breached(clock, after(60) - timedelta(microseconds=1))
    assert sla.is_breached(clock, after(60))


# --- what a passed deadline does -------------------------------------------------------------


def test_confirmation_turns_red_once_after_30_minutes() -> None:
    state = an_order().needing_confirmation().admitted()
    assert lifecycle.next_deadline(state, START) == after(30)
    assert not lifecycle.pass_deadline(state, after(29.9))
    assert lifecycle.pass_deadline(state, after(30))
    assert not lifecycle.pass_deadline(state, after(31))
    assert (state.red, state.escalated, state.late) == (True, False, False)
    assert happened(state, EventKind.TURNED_RED) == _noted(state) == 1
    assert lifecycle.next_deadline(state, after(31)) is None


def test_review_escalates_once_after_2_hours_naming_who_is_waited_for() -> None:
    state = an_order().countersigned().in_review()
    do(state, approve("fay"))
    assert lifecycle.pass_deadline(state, after(hours=2))
    assert not lifecycle.pass_deadline(state, after(hours=3))
    assert state.escalated
    assert state.red
    assert happened(state, EventKind.ESCALATED) == _noted(state) == 1
    assert last(state, EventKind.ESCALATED).data["waits_on"] == "otto"


def test_preparing_warns_once_after_4_hours() -> None:
    state = an_order().preparing()
    assert lifecycle.next_deadline(state, START) == after(hours=4)
    assert lifecycle.pass_deadline(state, after(hours=4))
    assert not lifecycle.pass_deadline(state, after(hours=9))
    assert state.late
    assert state.red
    assert happened(state, EventKind.WARNED) == _noted(state) == 1


def test_shipped_has_no_limit_but_a_stall_threshold_to_show() -> None:
    state = an_order().shipped()
    assert lifecycle.next_deadline(state, START) is None
    assert not lifecycle.pass_deadline(state, after(days=400))
    assert lifecycle.shown_deadline(state) == after(days=14)


def test_a_deadline_noticed_days_late_is_noted_once_and_fails_nothing() -> None:
    state = an_order().managed().in_review()
    assert lifecycle.pass_deadline(state, after(days=30))
    assert not lifecycle.pass_deadline(state, after(days=31))
    assert do(state, approve("mia"), after(days=31)).code == "approved"
    assert lifecycle.may_leave(state, after(days=31))


def test_the_next_stage_starts_with_a_clean_slate_and_its_own_clock() -> None:
    state = an_order().managed().in_review()
    lifecycle.pass_deadline(state, after(hours=2))
    do(state, approve("mia"), after(hours=3))
    lifecycle.advance(state, Stage.PREPARING, after(hours=3))
    assert (state.red, state.escalated, state.late) == (False, False, False)
    assert lifecycle.next_deadline(state, after(hours=3)) == after(hours=7)


def test_going_back_to_review_can_escalate_again() -> None:
    state = an_order().managed().in_review()
    lifecycle.pass_deadline(state, after(hours=2))
    do(state, approve("mia"), after(hours=2))
    lifecycle.advance(state, Stage.PREPARING, after(hours=2))
    do(state, amend(state.facts), after(hours=3))
    readmit(state, after(hours=3))
    assert not lifecycle.pass_deadline(state, after(hours=4))
    assert lifecycle.pass_deadline(state, after(hours=5))
    assert happened(state, EventKind.ESCALATED) == 2


def test_an_order_being_closed_escalates_to_nobody() -> None:
    state = an_order().managed().in_review()
    do(state, cancel(), after(hours=1))
    assert lifecycle.next_deadline(state, after(hours=1)) is None
    assert not lifecycle.pass_deadline(state, after(hours=2))
    assert _noted(state) == 0


def test_before_admission_nothing_is_due_and_the_limit_then_counts_from_submission() -> None:
    order = an_order().needing_confirmation()
    state = order.opened()
    assert lifecycle.next_deadline(state, after(10)) is None
    admit(state, order.plan, after(10))
    assert lifecycle.next_deadline(state, after(10)) == after(30)


# --- holds and the clock ---------------------------------------------------------------------


@pytest.mark.parametrize("reason", PAUSING)
def test_a_pausing_hold_stops_the_clock_and_shifts_the_deadline_exactly(reason: ReasonCode) -> None:
    state = an_order().managed().in_review()
    do(state, hold(reason, id="h1"), after(30))
    assert lifecycle.next_deadline(state, after(40)) is None
    assert not lifecycle.pass_deadline(state, after(days=9))
    do(state, unhold("h1"), after(days=9))
    assert lifecycle.next_deadline(state, after(days=9)) == after(90, days=9)
    assert not lifecycle.pass_deadline(state, after(89, days=9))
    assert lifecycle.pass_deadline(state, after(90, days=9))


def test_an_ordinary_hold_leaves_the_clock_running() -> None:
    state = an_order().managed().in_review()
    do(state, hold(ReasonCode.FRAUD_RISK, id="h1"), after(30))
    assert lifecycle.pass_deadline(state, after(hours=2))
    do(state, unhold("h1"), after(hours=3))
    assert state.clock.due_at == after(hours=2)


@pytest.mark.parametrize(("pauses", "due"), [(True, after(130)), (False, after(120))])
def test_whoever_holds_may_say_whether_the_clock_stands_still(pauses: bool, due: object) -> None:
    state = an_order().managed().in_review()
    do(state, hold(ReasonCode.OTHER, pauses_clock=pauses, id="h1"), after(10))
    do(state, unhold("h1"), after(20))
    assert state.clock.due_at == due


@pytest.mark.parametrize("first_released", ["h1", "h2"])
def test_nested_pausing_holds_pause_from_the_first_to_the_last(first_released: str) -> None:
    state = an_order().managed().in_review()
    other = {"h1": "h2", "h2": "h1"}[first_released]
    do(state, hold(ReasonCode.CUSTOMS_DOC, id="h1"), after(10))
    do(state, hold(ReasonCode.PAYMENT_PENDING, id="h2"), after(20))
    do(state, unhold(first_released), after(30))
    assert lifecycle.next_deadline(state, after(30)) is None
    do(state, unhold(other), after(50))
    assert lifecycle.next_deadline(state, after(50)) == after(40, hours=2)


def test_releasing_an_ordinary_hold_does_not_wake_a_clock_that_another_hold_stopped() -> None:
    state = an_order().managed().in_review()
    do(state, hold(ReasonCode.CUSTOMS_DOC, id="h1"), after(10))
    do(state, hold(ReasonCode.OTHER, id="h2"), after(20))
    do(state, unhold("h2"), after(30))
    assert state.clock.paused_at == after(10)


def test_a_hold_from_before_admission_pauses_from_when_it_was_raised() -> None:
    order = an_order().needing_confirmation()
    state = order.opened()
    do(state, hold(ReasonCode.CUSTOMS_DOC, id="h1"), after(10))
    admit(state, order.plan, after(15))
    do(state, unhold("h1"), after(20))
    assert state.clock.due_at == after(40)


def test_a_hold_that_outlives_its_stage_pauses_the_new_clock_from_the_start() -> None:
    state = an_order().managed().preparing()
    do(state, hold(ReasonCode.CUSTOMS_DOC, id="h1"), after(10))
    do(state, amend(state.facts), after(60))
    assert state.stage is Stage.IN_REVIEW
    do(state, unhold("h1"), after(90))
    assert state.clock.due_at == after(90, hours=2)


def test_a_pause_that_begins_after_the_deadline_cannot_undo_the_breach() -> None:
    state = an_order().managed().in_review()
    lifecycle.pass_deadline(state, after(hours=2))
    do(state, hold(ReasonCode.CUSTOMS_DOC, id="h1"), after(hours=3))
    do(state, unhold("h1"), after(hours=5))
    assert state.clock.due_at == after(hours=2)
    assert not lifecycle.pass_deadline(state, after(hours=9))
    assert state.clock.stalls_at == after(hours=10)


def test_a_pausing_obstacle_keeps_the_pause_when_admission_finds_it_again() -> None:
    customs = Obstacle(ReasonCode.CUSTOMS_DOC)
    state = an_order().needing_confirmation().obstructed(customs).admitted()
    readmit(state, after(10), [customs])
    readmit(state, after(20))
    assert state.clock.due_at == after(50)


# --- the objection window --------------------------------------------------------------------


def test_the_window_opens_with_the_last_arrival_and_is_the_next_deadline() -> None:
    state = an_order().shipped()
    do(state, deliver("T1"), after(days=2))
    assert lifecycle.next_deadline(state, after(days=2)) == after(days=9)
    assert lifecycle.shown_deadline(state) == after(days=9)
    assert not lifecycle.may_leave(state, after(days=9) - MINUTE)
    assert lifecycle.may_leave(state, after(days=9))
    assert lifecycle.next_deadline(state, after(days=9)) is None


def test_an_objection_keeps_the_window_from_completing_the_order() -> None:
    state = an_order().delivered()
    outcome = do(state, objection(), after(days=1))
    assert lifecycle.next_deadline(state, after(days=1)) is None
    assert not lifecycle.may_leave(state, after(days=8))
    do(state, unhold(outcome.id), after(days=8))
    assert lifecycle.may_leave(state, after(days=8))


def test_a_stage_without_window_completes_on_arrival() -> None:
    state = an_order().shipped()
    terms = dict(plan_of(state).terms)
    del terms["shipped"]
    object.__setattr__(state.plan, "terms", terms)
    do(state, deliver("T1"), after(days=1))
    assert lifecycle.window_ends_at(state) == START + DAY
    assert lifecycle.may_leave(state, after(days=1))
