"""Orders moved here from another system start where they stand."""

from dataclasses import replace
from itertools import pairwise

import pytest

from domain import lifecycle
from domain.actions import ChannelFact
from domain.admission import MOVED_IN, LedgerAnswer, assess, planned
from domain.approvals import Policy
from domain.events import EventKind
from domain.rules.defaults import default_rule_set
from domain.staffing import StaffAnswer
from domain.stages import Stage, is_edge
from domain.state import OrderState, Plan
from tests.unit.order_states import (
    START,
    admit,
    after,
    an_order,
    channel_says,
    deliver,
    do,
    facts_for_test,
    plan_for_test,
)

OPEN_STAGES = [Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING, Stage.SHIPPED]


def moved_in(stage: Stage) -> OrderState:
    facts = replace(facts_for_test(), start_stage=str(stage))
    return lifecycle.opened(facts, START)


def planned_for(stage: Stage, **changes: object) -> Plan:
    facts = replace(facts_for_test(), start_stage=str(stage), country="BR", **changes)  # type: ignore[arg-type]
    assessment = assess(facts, default_rule_set(), first_cooperation=True, base_amount=facts.total)
    return planned(facts, assessment, StaffAnswer((), {}), LedgerAnswer())


@pytest.mark.parametrize("stage", OPEN_STAGES)
def test_it_stands_where_it_stood_and_has_a_legal_past(stage: Stage) -> None:
    state = moved_in(stage)
    entered = [Stage(e.data["to"]) for e in state.events if e.kind is EventKind.STAGE_ENTERED]
    assert (state.stage, entered[-1]) == (stage, stage)
    assert all(is_edge(a, b) for a, b in pairwise(entered))
    assert state.entered_at == START


def test_its_deadline_counts_from_now() -> None:
    state = moved_in(Stage.PREPARING)
    admit(state, plan_for_test(), START)
    assert lifecycle.next_deadline(state, START) == after(hours=4)


@pytest.mark.parametrize("stage", [Stage.PREPARING, Stage.SHIPPED])
def test_what_was_approved_elsewhere_is_not_signed_again(stage: Stage) -> None:
    plan = planned_for(stage)
    assert (plan.tier, plan.policy) == (MOVED_IN, Policy.AUTO)


def test_a_change_made_here_is_approved_here() -> None:
    plan = planned_for(Stage.PREPARING, content_version=2)
    assert plan.tier != MOVED_IN


def test_an_order_in_review_is_reviewed_here() -> None:
    assert planned_for(Stage.IN_REVIEW).tier != MOVED_IN


def test_nothing_stands_in_the_way_of_goods_that_have_left() -> None:
    assert planned_for(Stage.PREPARING).obstacles
    assert planned_for(Stage.SHIPPED).obstacles == ()


def test_a_parcel_that_left_before_the_move_is_known_and_owes_the_ledger_nothing() -> None:
    state = moved_in(Stage.SHIPPED)
    admit(state, plan_for_test(), START)
    assert do(state, channel_says(ChannelFact.PARCEL, "T1")).code == "accepted"
    assert [(p.settled, p.channel_told) for p in state.parcels] == [(True, True)]
    assert do(state, channel_says(ChannelFact.PARCEL, "T2")).code == "nothing_left"
    do(state, deliver("T1"))
    assert lifecycle.may_leave(state, after(days=7))


def test_one_that_begins_here_begins_at_the_beginning() -> None:
    assert an_order().opened().stage is Stage.PENDING_CONFIRMATION
