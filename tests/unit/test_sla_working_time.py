"""Deadlines in working time: they wait for opening time, and stand still while the clock does."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import lifecycle, sla
from domain.calendar_checks import read_hours
from domain.calendars import Calendar, working_time
from domain.events import EventKind
from domain.holds import ReasonCode
from domain.openings import Openings, between, later
from domain.stages import Stage
from domain.state import HoldTerms, OrderState, Plan
from tests.unit.order_states import (
    TERMS,
    OrderBuilder,
    admit,
    an_order,
    approve,
    deliver,
    do,
    happened,
    hold,
    last,
    plan_of,
    unhold,
)
from workflows.payloads import data_converter

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=60)
HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
# Nine to six with an hour of lunch in Shanghai, eight hours a day, no changes of the clock.
SHANGHAI = Calendar(
    "sh",
    "Shanghai",
    "上海",
    "Asia/Shanghai",
    {day: read_hours("09:00-12:00 13:00-18:00") for day in range(5)},
)
NIGHTS = replace(
    SHANGHAI,
    time_zone="Europe/Berlin",
    weekly={day: read_hours("22:00-30:00") for day in range(7)},
)
# A Monday of an ordinary week.
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
OPENINGS = working_time(SHANGHAI, MONDAY)
FRIDAY_AT_NINE = datetime(2026, 3, 6, 1, tzinfo=UTC)


def local(day: int, hour: float, month: int = 3) -> datetime:
    """An instant of 2026 by the clock in Shanghai."""
    return datetime(2026, month, day, tzinfo=UTC) + timedelta(hours=hour - 8)


def utc(month: int, day: int, hour: float = 0) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC) + timedelta(hours=hour)


# --- walking ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (local(2, 9), 2, local(2, 11)),
        (local(2, 11), 2, local(2, 14)),
        (local(2, 17), 2, local(3, 10)),
        (local(6, 17), 2, local(9, 10)),
        (local(7, 12), 1, local(9, 10)),
        (local(2, 7), 1, local(2, 10)),
        # What is used up at closing time is due then.
        (local(2, 9), 8, local(2, 18)),
        (local(2, 18), 1, local(3, 10)),
        (local(2, 9), 40, local(6, 18)),
    ],
)
def test_a_duration_passes_only_while_somebody_works(
    start: datetime, hours: float, due: datetime
) -> None:
    assert later(OPENINGS, start, hours * HOUR) == due
    assert between(OPENINGS, start, due) == hours * HOUR


@pytest.mark.parametrize(
    ("evening", "due"),
    [
        # Eight working hours from ten at night: one is left over after the short night of spring.
        (utc(3, 28, 21), utc(3, 29, 21)),
        (utc(10, 24, 20), utc(10, 25, 4)),
        (utc(6, 1, 20), utc(6, 2, 4)),
    ],
)
def test_a_deadline_over_the_night_of_a_clock_change(evening: datetime, due: datetime) -> None:
    assert later(working_time(NIGHTS, evening), evening, 8 * HOUR) == due


def test_a_short_night_of_spring_pushes_the_rest_to_the_next_shift() -> None:
    openings = working_time(NIGHTS, utc(3, 28))
    assert later(openings, utc(3, 28, 21), 7 * HOUR) == utc(3, 29, 4)
    assert later(openings, utc(3, 28, 21), 7.5 * HOUR) == utc(3, 29, 20.5)


def test_the_year_ends_with_closed_days_that_no_deadline_uses_up() -> None:
    closed = frozenset({date(2026, 12, 31), date(2027, 1, 1)})
    openings = working_time(replace(SHANGHAI, holidays=closed), utc(12, 28))
    # Wednesday 30 December at 17:00, four hours: one left that day, then Monday 4 January.
    due = datetime(2027, 1, 4, 4, tzinfo=UTC)
    assert later(openings, local(30, 17, 12), 4 * HOUR) == due


def test_a_saturday_that_is_worked_brings_a_deadline_forward() -> None:
    saturday = date(2026, 10, 10)
    special = {saturday: SHANGHAI.weekly[4]}
    openings = working_time(replace(SHANGHAI, special_days=special), local(9, 9, 10))
    assert later(openings, local(9, 17, 10), 2 * HOUR) == local(10, 10, 10)


@pytest.mark.parametrize("weeks", [20, 100])
def test_beyond_the_horizon_the_last_week_goes_on(weeks: int) -> None:
    assert later(OPENINGS, local(2, 9), weeks * 40 * HOUR) == local(6, 18) + (weeks - 1) * WEEK
    far = local(7, 12) + weeks * WEEK
    assert later(OPENINGS, far, HOUR) == local(9, 10) + weeks * WEEK


def test_before_what_was_pinned_the_first_week_is_repeated() -> None:
    assert later(OPENINGS, local(6, 17) - 9 * WEEK, 2 * HOUR) == local(9, 10) - 9 * WEEK
    assert between(OPENINGS, local(2, 0) - 9 * WEEK, local(2, 0)) == 9 * 40 * HOUR


def test_without_a_calendar_time_is_that_of_the_wall() -> None:
    assert later((), local(7, 3), 5 * HOUR) == local(7, 8)
    assert between((), local(7, 8), local(7, 3)) == -5 * HOUR


# November 2025 to September 2026: some of it before what was pinned, some beyond the horizon.
instants = st.timedeltas(-timedelta(120), timedelta(180)).map(lambda far: MONDAY + far)
durations = st.timedeltas(timedelta(seconds=1), timedelta(hours=500))
calendars = st.sampled_from(
    [
        OPENINGS,
        working_time(NIGHTS, MONDAY),
        working_time(replace(SHANGHAI, weekly={6: read_hours("23:30-24:00")}), MONDAY),
        (),
    ]
)


@STEADY
@given(calendars, instants, durations, durations)
def test_walking_twice_is_walking_the_sum(
    openings: Openings, start: datetime, first: timedelta, second: timedelta
) -> None:
    stop = later(openings, start, first)
    assert later(openings, stop, second) == later(openings, start, first + second)


@STEADY
@given(calendars, instants, instants, durations, durations)
def test_walking_never_overtakes(
    openings: Openings, one: datetime, other: datetime, short: timedelta, long: timedelta
) -> None:
    early, late = sorted((one, other))
    short, long = sorted((short, long))
    assert later(openings, early, short) <= later(openings, late, short)
    assert later(openings, early, short) <= later(openings, early, long)
    assert later(openings, early, short) >= early + short


@STEADY
@given(calendars, instants, durations)
def test_what_was_walked_is_what_lies_between(
    openings: Openings, start: datetime, duration: timedelta
) -> None:
    assert between(openings, start, later(openings, start, duration)) == duration


@STEADY
@given(calendars, st.lists(instants, min_size=2, max_size=5))
def test_working_time_adds_up_over_any_cuts(openings: Openings, cuts: list[datetime]) -> None:
    cuts = sorted(cuts)
    parts = sum((between(openings, a, b) for a, b in pairwise(cuts)), timedelta())
    assert parts == between(openings, cuts[0], cuts[-1])


# --- pauses ----------------------------------------------------------------------------------


def clock_of(start: datetime, hours: float) -> sla.Clock:
    return sla.started(start, hours * HOUR, None, OPENINGS)


@pytest.mark.parametrize(
    ("paused", "resumed", "due"),
    [
        # Due on Monday at 17:00 after seven hours from nine, with lunch; four hours stood still.
        (local(2, 10), local(2, 14), local(3, 11)),
        # Friday's rest is left on Monday, however long the weekend.
        (local(2, 16), local(9, 10), local(9, 11)),
        # Resumed when nobody works: it goes on at the next opening.
        (local(2, 16), local(7, 12), local(9, 10)),
        (local(2, 16), local(2, 23), local(3, 10)),
        # A pause of the night costs nothing.
        (local(2, 8), local(2, 8.5), local(2, 17)),
    ],
)
def test_after_a_pause_the_working_time_that_was_left_is_left(
    paused: datetime, resumed: datetime, due: datetime
) -> None:
    clock = clock_of(local(2, 9), 7)
    assert clock.due_at == local(2, 17)
    sla.pause(clock, paused)
    assert sla.pending_deadline(clock) is None
    sla.resume(clock, resumed, OPENINGS)
    assert clock.due_at == due


def test_what_was_overdue_before_a_pause_is_overdue_after_it() -> None:
    clock = clock_of(local(2, 9), 1)
    sla.pause(clock, local(2, 11))
    sla.resume(clock, local(6, 11), OPENINGS)
    assert sla.is_breached(clock, local(6, 11))


@STEADY
@given(
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 4000)), max_size=5),
    st.integers(1, 6000),
)
def test_a_clock_runs_for_exactly_its_limit_of_working_time(
    pauses: list[tuple[int, int]], limit: int
) -> None:
    clock = clock_of(MONDAY, limit / 60)
    now, worked = MONDAY, timedelta()
    for running, standing in pauses:
        stop = now + timedelta(minutes=running)
        if clock.due_at is not None and stop >= clock.due_at:
            break
        worked += between(OPENINGS, now, stop)
        sla.pause(clock, stop)
        now = stop + timedelta(minutes=standing)
        sla.resume(clock, now, OPENINGS)
    assert clock.due_at is not None
    assert worked + between(OPENINGS, now, clock.due_at) == timedelta(minutes=limit)


def test_started_anew_a_clock_keeps_the_time_it_stood_still() -> None:
    clock = clock_of(local(2, 9), 2)
    sla.pause(clock, local(2, 10))
    sla.resume(clock, local(2, 15), OPENINGS)
    renewed = sla.restarted(clock, local(2, 9), 4 * HOUR, 8 * HOUR, OPENINGS)
    # One hour from nine, the other three from three in the afternoon.
    assert renewed.due_at == local(2, 18)
    assert renewed.stalls_at == local(3, 14)
    # Around the clock the same pause is five hours long.
    around = sla.restarted(clock, local(2, 9), 4 * HOUR, None)
    assert around.due_at == local(2, 18)


def test_started_anew_while_paused_it_stays_paused() -> None:
    clock = clock_of(local(2, 9), 2)
    sla.pause(clock, local(2, 10))
    renewed = sla.restarted(clock, local(2, 9), 4 * HOUR, None, OPENINGS)
    assert renewed.paused_at == local(2, 10)
    sla.resume(renewed, local(3, 9), OPENINGS)
    assert renewed.due_at == local(3, 12)


# --- an order whose stages keep hours --------------------------------------------------------


def planned(builder: OrderBuilder, calendar: str = "sh") -> OrderBuilder:
    """Let every stage count by this calendar; the plan holds that of Shanghai."""
    terms = {stage: replace(each, calendar=calendar) for stage, each in TERMS.items()}
    plan = replace(builder.plan, terms=terms, calendars={"sh": OPENINGS, "group": OPENINGS})
    return replace(builder, plan=plan)


def in_review(calendar: str = "sh") -> OrderState:
    """Entered review on Monday, 2 March at 08:00 UTC: 16:00 in Shanghai."""
    return planned(an_order().managed(), calendar).in_review()


@pytest.mark.parametrize("calendar", ["sh", "group"])
def test_a_limit_of_two_hours_is_two_working_hours(calendar: str) -> None:
    state = in_review(calendar)
    do(state, hold(ReasonCode.OTHER, id="h0"), local(2, 16))
    assert state.clock.due_at == local(2, 18)
    assert state.clock.stalls_at == local(3, 16)
    do(state, approve("mia"), local(2, 17))


def test_a_calendar_the_plan_does_not_hold_is_around_the_clock() -> None:
    state = in_review("nowhere")
    assert state.clock.due_at == local(2, 18)
    assert state.clock.stalls_at == local(3, 0)


def test_a_stage_entered_in_the_evening_is_due_in_the_morning() -> None:
    state = in_review()
    do(state, approve("mia"), local(2, 20))
    lifecycle.advance(state, Stage.PREPARING, local(2, 20))
    assert lifecycle.next_deadline(state, local(2, 20)) == local(3, 14)
    assert not lifecycle.pass_deadline(state, local(3, 13))
    assert lifecycle.pass_deadline(state, local(3, 14))


def test_a_hold_over_the_weekend_moves_the_limit_by_working_time_only() -> None:
    state = in_review()
    do(state, hold(ReasonCode.CUSTOMS_DOC, id="h1"), local(2, 17))
    do(state, unhold("h1"), local(7, 12))
    assert lifecycle.next_deadline(state, local(7, 12)) == local(9, 10)


def test_the_objection_window_counts_working_time() -> None:
    state = planned(an_order()).shipped()
    do(state, deliver("T1"), local(2, 16))
    # Seven days are 168 hours: two that day, 20 days of eight, six of the last.
    assert lifecycle.window_ends_at(state) == local(31, 16)


def test_the_rules_say_who_follows_a_hold_up_and_whether_the_clock_stands_still() -> None:
    state = in_review()
    terms = {
        "FRAUD_RISK": HoldTerms("ops_director", True),
        "CUSTOMS_DOC": HoldTerms("sales", False),
    }
    object.__setattr__(state.plan, "hold_terms", terms)
    do(state, hold(ReasonCode.FRAUD_RISK, id="h1"), local(2, 16))
    assert state.clock.paused_at == local(2, 16)
    assert last(state, EventKind.HELD).data["assignee"] == "ops_director"
    do(state, unhold("h1"), local(2, 16))
    do(state, hold(ReasonCode.CUSTOMS_DOC, id="h2"), local(2, 17))
    assert state.clock.paused_at is None
    assert last(state, EventKind.HELD).data["assignee"] == "sales"
    do(state, hold(ReasonCode.PAYMENT_PENDING, id="h3"), local(2, 17))
    assert state.clock.paused_at == local(2, 17)


def test_a_first_admission_that_came_late_counts_from_submission_in_working_time() -> None:
    builder = planned(an_order().needing_confirmation())
    state = builder.opened()
    do(state, hold(ReasonCode.CUSTOMS_DOC, id="h1"), local(2, 16.25))
    do(state, unhold("h1"), local(2, 17))
    admit(state, builder.plan, local(2, 17))
    assert happened(state, EventKind.RELEASED) == 1
    # Thirty minutes: fifteen before the hold, fifteen after it.
    assert state.clock.due_at == local(2, 17.25)


def test_other_terms_flag_an_order_again_without_telling_again() -> None:
    state = in_review()
    assert lifecycle.pass_deadline(state, local(3, 9))
    told = happened(state, EventKind.ESCALATED)
    _renew(state, plan_of(state))
    assert not state.red
    assert lifecycle.pass_deadline(state, local(3, 9))
    assert state.red
    assert state.escalated
    assert happened(state, EventKind.ESCALATED) == told == 1


def test_longer_limits_make_a_late_order_one_in_time() -> None:
    state = in_review()
    lifecycle.pass_deadline(state, local(3, 9))
    plan = plan_of(state)
    review = replace(plan.terms["in_review"], limit_seconds=40 * 3600)
    _renew(state, replace(plan, terms=plan.terms | {"in_review": review}))
    assert not lifecycle.pass_deadline(state, local(3, 9))
    assert (state.red, state.escalated) == (False, False)
    assert lifecycle.next_deadline(state, local(3, 9)) == local(9, 16)


def _renew(state: OrderState, plan: Plan) -> None:
    """Put the order under another rule set with these terms."""
    admit(state, replace(plan, rule_set="r2"), local(3, 9))


def test_a_clock_and_the_working_time_it_counts_in_survive_continue_as_new() -> None:
    state = in_review()
    do(state, hold(ReasonCode.CUSTOMS_DOC, id="h1"), local(2, 16.5))
    do(state, unhold("h1"), local(2, 17))
    lifecycle.pass_deadline(state, local(4, 9))
    (payload,) = data_converter.payload_converter.to_payloads([state])
    (again,) = data_converter.payload_converter.from_payloads([payload], [OrderState])
    assert again.clock == state.clock
    assert again.clock.pauses == [sla.Pause(local(2, 16.5), local(2, 17))]
    assert plan_of(again).calendars == plan_of(state).calendars
