"""After a limit has passed the ladder is climbed in order, each step once, within its stage."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain import lifecycle
from domain.calendar_checks import read_hours
from domain.calendars import Calendar, working_time
from domain.events import EventKind
from domain.holds import ReasonCode
from domain.stages import Stage
from domain.state import OrderState, Rung
from tests.unit.order_states import (
    START,
    TERMS,
    OrderBuilder,
    admit,
    after,
    amend,
    an_order,
    approve,
    cancel,
    confirm,
    do,
    happened,
    hold,
    kinds,
    last,
    plan_of,
    readmit,
    unhold,
)

HOUR = 3600
# Two hours after the limit the superiors' superiors, four hours after that the director.
LADDER = (Rung(2 * HOUR, "superiors", level=2), Rung(4 * HOUR, "role", role="ops_director"))


def with_ladder(
    builder: OrderBuilder, stage: str = "in_review", ladder: tuple[Rung, ...] = LADDER
) -> OrderBuilder:
    """Escalate further in this stage."""
    terms = TERMS | {stage: replace(TERMS[stage], ladder=ladder)}
    return replace(builder, plan=replace(builder.plan, terms=terms))


def in_review() -> OrderState:
    """Countersigned, limit two hours: the steps are due after four and eight."""
    return with_ladder(an_order().countersigned()).in_review()


def escalations(state: OrderState) -> list[dict[str, str]]:
    """The data of everything that escalated, in order."""
    return [event.data for event in state.events if event.kind is EventKind.ESCALATED]


def steps(state: OrderState) -> list[str]:
    """Which step each of them was."""
    return [each.get("step", "limit") for each in escalations(state)]


def wake(state: OrderState, until: datetime) -> list[datetime]:
    """Do what the workflow does: sleep to the next deadline, note it; return when it woke."""
    woken, now = [], START
    while (at := lifecycle.next_deadline(state, now)) is not None and at <= until:
        woken.append(now := at)
        assert lifecycle.pass_deadline(state, now)
        assert not lifecycle.pass_deadline(state, now)
    return woken


def test_every_step_comes_in_its_order_at_its_time_and_once() -> None:
    state = in_review()
    assert wake(state, after(days=9)) == [after(hours=2), after(hours=4), after(hours=8)]
    assert escalations(state) == [
        {"waits_on": "fay,finn,otto"},
        {"waits_on": "fay,finn,otto", "step": "1", "level": "2"},
        {"waits_on": "fay,finn,otto", "step": "2", "tell_role": "ops_director"},
    ]
    assert state.red
    assert state.escalated
    assert lifecycle.next_deadline(state, after(days=9)) is None
    assert not lifecycle.pass_deadline(state, after(days=99))


def test_a_step_is_taken_at_its_very_instant_and_not_before() -> None:
    state = in_review()
    lifecycle.pass_deadline(state, after(hours=2))
    assert not lifecycle.pass_deadline(state, after(hours=4) - timedelta(microseconds=1))
    assert lifecycle.pass_deadline(state, after(hours=4))


def test_a_limit_noticed_late_does_not_delay_the_steps_after_it() -> None:
    state = in_review()
    lifecycle.pass_deadline(state, after(hours=3))
    assert lifecycle.next_deadline(state, after(hours=3)) == after(hours=4)


def test_several_steps_that_passed_at_once_are_told_in_order_each_once() -> None:
    state = in_review()
    assert lifecycle.pass_deadline(state, after(hours=10))
    assert steps(state) == ["limit", "1", "2"]
    assert [event.seq for event in state.events] == list(range(1, state.version + 1))
    assert not lifecycle.pass_deadline(state, after(hours=11))


def test_a_step_names_only_those_who_are_still_waited_for() -> None:
    state = in_review()
    lifecycle.pass_deadline(state, after(hours=2))
    do(state, approve("fay"), after(hours=3))
    lifecycle.pass_deadline(state, after(hours=4))
    assert last(state, EventKind.ESCALATED).data["waits_on"] == "otto"


def test_a_stage_of_a_role_says_that_the_role_is_waited_for() -> None:
    state = with_ladder(an_order().countersigned(), "preparing").preparing()
    assert wake(state, after(days=9)) == [after(hours=4), after(hours=6), after(hours=10)]
    assert kinds(state).count(EventKind.WARNED) == 1
    assert [each["waits_on"] for each in escalations(state)] == ["warehouse_keeper"] * 2


def test_the_board_counts_down_to_the_next_step_and_then_to_the_stall() -> None:
    state = in_review()
    shown = []
    for hours in (1, 2, 4, 8):
        lifecycle.pass_deadline(state, after(hours=hours))
        shown.append(lifecycle.shown_deadline(state))
    assert shown == [after(hours=2), after(hours=4), after(hours=8), state.clock.stalls_at]


def test_a_pause_shifts_the_next_step_and_not_what_has_passed() -> None:
    state = in_review()
    lifecycle.pass_deadline(state, after(hours=2))
    do(state, hold(ReasonCode.CUSTOMS_DOC, id="h1"), after(hours=3))
    assert lifecycle.next_deadline(state, after(hours=3)) is None
    assert not lifecycle.pass_deadline(state, after(days=3))
    do(state, unhold("h1"), after(hours=13))
    assert state.clock.due_at == after(hours=2)
    assert wake(state, after(days=9)) == [after(hours=14), after(hours=18)]


@pytest.mark.parametrize("hours", [1, 3, 5])
def test_leaving_the_stage_ends_its_ladder(hours: int) -> None:
    state = in_review()
    lifecycle.pass_deadline(state, after(hours=hours))
    told = happened(state, EventKind.ESCALATED)
    do(state, approve("otto"), after(hours=hours))
    do(state, approve("fay"), after(hours=hours))
    lifecycle.advance(state, Stage.PREPARING, after(hours=hours))
    assert lifecycle.next_deadline(state, after(hours=hours)) == after(hours=hours + 4)
    assert not lifecycle.pass_deadline(state, after(hours=hours + 3))
    assert happened(state, EventKind.ESCALATED) == told


def test_back_in_the_stage_the_ladder_begins_again() -> None:
    state = in_review()
    lifecycle.pass_deadline(state, after(hours=8))
    do(state, approve("otto"), after(hours=8))
    do(state, approve("fay"), after(hours=8))
    lifecycle.advance(state, Stage.PREPARING, after(hours=8))
    do(state, amend(state.facts), after(hours=9))
    readmit(state, after(hours=9))
    assert state.stage is Stage.IN_REVIEW
    assert not lifecycle.pass_deadline(state, after(hours=10))
    before = len(escalations(state))
    lifecycle.pass_deadline(state, after(hours=17))
    assert [each.get("step", "limit") for each in escalations(state)[before:]] == [
        "limit",
        "1",
        "2",
    ]


def test_an_order_being_closed_climbs_no_further() -> None:
    state = in_review()
    lifecycle.pass_deadline(state, after(hours=2))
    do(state, cancel(), after(hours=3))
    assert lifecycle.next_deadline(state, after(hours=3)) is None
    assert not lifecycle.pass_deadline(state, after(hours=9))


def test_confirming_late_leaves_the_ladder_of_confirmation_behind() -> None:
    builder = with_ladder(an_order().needing_confirmation().managed(), "pending_confirmation")
    state = builder.admitted()
    lifecycle.pass_deadline(state, after(31))
    do(state, confirm(), after(40))
    lifecycle.advance(state, Stage.IN_REVIEW, after(40))
    assert not lifecycle.pass_deadline(state, after(159))
    assert happened(state, EventKind.ESCALATED) == 0


def test_steps_count_in_the_working_time_of_the_stage() -> None:
    # Ten to six in UTC: the order came at eight, so its two hours are up at noon.
    week = {day: read_hours("10:00-18:00") for day in range(5)}
    openings = working_time(Calendar("c", "c", "c", "UTC", week), START)
    builder = with_ladder(an_order().countersigned())
    terms = builder.plan.terms | {
        "in_review": replace(builder.plan.terms["in_review"], calendar="c")
    }
    plan = replace(builder.plan, terms=terms, calendars={"c": openings})
    state = replace(builder, plan=plan).in_review()
    assert wake(state, after(days=9)) == [after(hours=4), after(hours=6), after(hours=10)]
    late = replace(builder, plan=plan).in_review()
    do(late, hold(ReasonCode.CUSTOMS_DOC, id="h1"), after(hours=3))
    do(late, unhold("h1"), after(hours=9))
    # One hour was left at eleven: it is up at six; the steps follow on Tuesday.
    assert wake(late, after(days=9)) == [after(hours=10), after(hours=28), after(hours=32)]


def test_terms_that_know_fewer_steps_end_the_ladder_quietly() -> None:
    state = in_review()
    lifecycle.pass_deadline(state, after(hours=2))
    terms = TERMS | {"in_review": replace(TERMS["in_review"], ladder=())}
    object.__setattr__(plan_of(state), "terms", terms)
    assert lifecycle.pass_deadline(state, after(hours=4))
    assert happened(state, EventKind.ESCALATED) == 1
    assert lifecycle.next_deadline(state, after(hours=4)) is None


def test_steps_that_were_told_are_not_told_again_under_other_rules() -> None:
    state = in_review()
    lifecycle.pass_deadline(state, after(hours=4))
    told = len(escalations(state))
    longer = replace(TERMS["in_review"], limit_seconds=3 * HOUR, ladder=LADDER)
    terms = TERMS | {"in_review": longer}
    admit(state, replace(plan_of(state), rule_set="r2", terms=terms), after(hours=4.5))
    lifecycle.pass_deadline(state, after(hours=5))
    assert len(escalations(state)) == told == 2
    assert state.red
    lifecycle.pass_deadline(state, after(hours=9))
    assert steps(state) == ["limit", "1", "2"]
