"""An order moves along its edges only, and leaves a stage only with what the stage needs."""

from itertools import product

import pytest

from domain import lifecycle
from domain.events import EventKind
from domain.holds import REASONS, ReasonCode
from domain.lifecycle import IllegalMove
from domain.stages import EDGES, LABELS, TERMINAL, Stage, is_edge
from domain.state import Obstacle, OrderState
from tests.unit.order_states import (
    START,
    admit,
    after,
    amend,
    an_order,
    approve,
    assign,
    cancel,
    confirm,
    deliver,
    do,
    happened,
    hold,
    kinds,
    last,
    pieces,
    plan_of,
    readmit,
    settle,
    ship,
    unhold,
)

LEGAL = {
    ("pending_confirmation", "in_review"),
    ("pending_confirmation", "closed_abnormally"),
    ("in_review", "preparing"),
    ("in_review", "closed_abnormally"),
    ("preparing", "shipped"),
    ("preparing", "in_review"),
    ("preparing", "closed_abnormally"),
    ("shipped", "completed"),
    ("shipped", "closed_abnormally"),
    ("completed", "closed_abnormally"),
}


def _in(stage: Stage) -> OrderState:
    state = an_order().opened()
    state.stage = stage
    return state


# --- edges -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("source", "target"), list(product(Stage, Stage)))
def test_an_order_moves_along_the_listed_edges_and_no_other(source: Stage, target: Stage) -> None:
    state = _in(source)
    assert is_edge(source, target) is ((str(source), str(target)) in LEGAL)
    if is_edge(source, target):
        lifecycle.advance(state, target, after(1))
        assert (state.stage, state.entered_at) == (target, after(1))
        assert last(state, EventKind.STAGE_ENTERED).stage is target
        assert last(state, EventKind.STAGE_ENTERED).data["from"] == str(source)
        return
    version = state.version
    with pytest.raises(IllegalMove, match=f"{source} to {target}"):
        lifecycle.advance(state, target, after(1))
    assert (state.stage, state.version) == (source, version)


def test_every_stage_has_edges_and_both_names_and_every_open_one_can_be_closed() -> None:
    assert set(EDGES) == set(LABELS) == set(Stage)
    assert all(is_edge(stage, Stage.CLOSED_ABNORMALLY) for stage in set(Stage) - TERMINAL)
    assert all(en and zh for en, zh in LABELS.values())


def test_every_reason_has_both_labels_and_a_role_that_follows_it_up() -> None:
    assert set(REASONS) == set(ReasonCode)
    assert all(terms.label_en and terms.label_zh and terms.role for terms in REASONS.values())


# --- what a stage needs ----------------------------------------------------------------------


def test_nothing_passes_before_admission() -> None:
    state = an_order().opened()
    do(state, confirm())
    assert not lifecycle.may_leave(state, START)
    assert not lifecycle.is_admitted(state)


def test_a_clean_channel_order_needs_no_confirmation() -> None:
    assert lifecycle.may_leave(an_order().admitted(), START)


def test_an_order_with_findings_waits_for_customer_service() -> None:
    state = an_order().needing_confirmation().admitted()
    assert not lifecycle.may_leave(state, START)
    do(state, confirm())
    assert lifecycle.may_leave(state, START)


def test_a_confirmation_that_comes_before_admission_counts() -> None:
    order = an_order().needing_confirmation()
    state = order.opened()
    do(state, confirm())
    admit(state, order.plan, START)
    assert lifecycle.may_leave(state, START)


def test_a_confirmation_does_not_cover_content_that_changed_after_it() -> None:
    state = an_order().needing_confirmation().admitted()
    do(state, confirm())
    do(state, amend(state.facts))
    readmit(state, START)
    assert not lifecycle.may_leave(state, START)
    assert do(state, confirm()).accepted


def test_review_is_left_only_when_approved() -> None:
    state = an_order().countersigned().in_review()
    do(state, approve("otto"))
    assert not lifecycle.may_leave(state, START)
    do(state, approve("fay"))
    assert lifecycle.may_leave(state, START)


def test_review_is_left_only_after_the_warehouse_was_called_back() -> None:
    state = an_order().preparing()
    state.dispatched = True
    do(state, amend(state.facts))
    readmit(state, START)
    assert not lifecycle.may_leave(state, START)
    state.dispatched = False
    assert lifecycle.may_leave(state, START)


def test_preparing_is_left_when_every_piece_is_out_and_off_the_ledger() -> None:
    state = an_order().preparing()
    do(state, ship("T1", *pieces(l1=2)))
    settle(state)
    assert not lifecycle.may_leave(state, START)
    do(state, ship("T2"))
    assert not lifecycle.may_leave(state, START)
    settle(state)
    assert lifecycle.may_leave(state, START)


def test_shipped_is_left_only_when_the_channel_knows_of_every_parcel() -> None:
    state = an_order().delivered()
    state.parcels[0].channel_told = False
    assert not lifecycle.may_leave(state, after(days=30))
    state.parcels[0].channel_told = True
    assert lifecycle.may_leave(state, after(days=30))


def test_shipped_is_left_only_when_the_last_parcel_arrived() -> None:
    state = an_order().preparing()
    do(state, ship("T1", *pieces(l1=3)))
    do(state, ship("T2"))
    settle(state)
    lifecycle.advance(state, Stage.SHIPPED, START)
    do(state, deliver("T1"), after(days=1))
    assert not lifecycle.may_leave(state, after(days=99))
    do(state, deliver("T2"), after(days=3))
    assert not lifecycle.may_leave(state, after(days=9))
    assert lifecycle.may_leave(state, after(days=10))


@pytest.mark.parametrize("stage", ["completed", "closed"])
def test_an_ended_order_leaves_nowhere_by_itself(stage: str) -> None:
    state = an_order().completed() if stage == "completed" else _in(Stage.CLOSED_ABNORMALLY)
    assert lifecycle.is_terminal(state)
    assert not lifecycle.may_leave(state, after(days=99))


def _ready(stage: Stage) -> OrderState:
    state = {
        Stage.PENDING_CONFIRMATION: an_order().admitted,
        Stage.IN_REVIEW: an_order().in_review,
        Stage.PREPARING: an_order().preparing,
        Stage.SHIPPED: an_order().delivered,
    }[stage]()
    if stage is Stage.PREPARING:
        do(state, ship("T1"))
        settle(state)
    return state


@pytest.mark.parametrize("stage", sorted(set(Stage) - TERMINAL))
def test_a_hold_keeps_an_order_that_is_otherwise_ready_in_its_stage(stage: Stage) -> None:
    state, later = _ready(stage), after(days=8)
    assert lifecycle.may_leave(state, later)
    do(state, hold(id="h1"), later)
    assert not lifecycle.may_leave(state, later)
    assert state.stage is stage
    do(state, unhold("h1"), later)
    assert lifecycle.may_leave(state, later)


@pytest.mark.parametrize("stage", sorted(set(Stage) - TERMINAL - {Stage.SHIPPED}))
def test_an_order_being_closed_passes_no_exit(stage: Stage) -> None:
    state = _ready(stage)
    if stage is Stage.PREPARING:
        state.parcels.clear()
    assert do(state, cancel()).accepted
    assert not lifecycle.may_leave(state, after(days=8))


# --- admission -------------------------------------------------------------------------------


def test_obstacles_become_holds_with_the_role_that_clears_them() -> None:
    state = an_order().obstructed(Obstacle(ReasonCode.STOCK_OUT, "SKU-1")).admitted()
    (found,) = state.holds
    assert (found.reason, found.assignee, found.detail) == (
        ReasonCode.STOCK_OUT,
        "warehouse_keeper",
        "SKU-1",
    )
    assert not lifecycle.may_leave(state, START)


def test_admitting_again_replaces_the_obstacles_and_leaves_other_holds_alone() -> None:
    stock, credit = Obstacle(ReasonCode.STOCK_OUT), Obstacle(ReasonCode.CREDIT_LIMIT)
    state = an_order().obstructed(stock, credit).admitted()
    do(state, hold(id="h1"))
    readmit(state, START, [credit])
    assert [h.reason for h in state.holds] == [ReasonCode.OTHER, ReasonCode.CREDIT_LIMIT]
    readmit(state, START)
    assert [h.id for h in state.holds] == ["h1"]
    assert happened(state, EventKind.HELD) - happened(state, EventKind.RELEASED) == 1


def test_hold_ids_are_never_used_twice_over_repeated_admissions() -> None:
    stock = Obstacle(ReasonCode.STOCK_OUT)
    state = an_order().obstructed(stock, stock).admitted()
    for minute in range(5):
        readmit(state, after(minute), [stock, stock])
    ids = [e.data["hold_id"] for e in state.events if e.kind is EventKind.HELD]
    assert len(set(ids)) == len(ids) == 12


def test_releasing_an_obstacle_asks_admission_again_instead_of_passing() -> None:
    state = an_order().obstructed(Obstacle(ReasonCode.FX_RATE_MISSING, "KWD")).admitted()
    do(state, unhold(state.holds[0].id))
    assert state.admission_due
    assert not lifecycle.may_leave(state, START)
    readmit(state, START)
    assert lifecycle.may_leave(state, START)


def test_releasing_a_persons_hold_asks_no_admission() -> None:
    state = an_order().admitted()
    do(state, hold(id="h1"))
    do(state, unhold("h1"))
    assert not state.admission_due


def test_an_order_without_route_waits_until_somebody_picks_a_group() -> None:
    order = an_order().without_route()
    state = order.admitted()
    assert [h.reason for h in state.holds] == [ReasonCode.NO_ROUTE]
    assert do(state, assign("na", "lax")).accepted
    assert state.admission_due
    readmit(state, START)
    assert state.holds == []
    assert (state.group, state.warehouse) == ("na", "lax")
    assert lifecycle.may_leave(state, START)


def test_a_group_picked_by_hand_survives_every_later_admission() -> None:
    state = an_order().admitted()
    do(state, assign("na", "lax"))
    readmit(state, START)
    do(state, amend(state.facts))
    readmit(state, START)
    assert (state.group, state.warehouse) == ("na", "lax")


def test_a_plan_for_content_that_changed_meanwhile_does_not_admit_the_change() -> None:
    order = an_order().needing_confirmation()
    state = order.opened()
    state.admission_due = False
    do(state, amend(state.facts, version=2))
    lifecycle.admit(state, order.plan, after(1))
    assert state.admission_due
    assert not lifecycle.is_admitted(state)


def test_an_admission_that_answers_after_a_cancellation_raises_no_holds() -> None:
    order = an_order().obstructed(Obstacle(ReasonCode.STOCK_OUT))
    state = order.opened()
    do(state, cancel())
    admit(state, order.plan, after(1))
    assert state.holds == []
    assert not lifecycle.may_leave(state, after(1))


def test_admission_notes_tier_group_and_rule_set() -> None:
    state = an_order().managed().admitted()
    data = last(state, EventKind.ADMITTED).data
    assert data == {"tier": "any_of", "group": "eu", "rule_set": plan_of(state).rule_set}


# --- events ----------------------------------------------------------------------------------


def test_a_submitted_order_starts_its_history_with_who_submitted_it() -> None:
    assert an_order().opened().events[0].actor == "channel:shopify"
    state = an_order().submitted_by("zoe").opened()
    assert state.events[0].actor == "zoe"
    assert kinds(state) == [EventKind.SUBMITTED, EventKind.STAGE_ENTERED]


def test_events_are_numbered_without_holes_and_carry_text_only() -> None:
    state = an_order().submitted_by("zoe").countersigned().needing_confirmation().completed()
    do(state, cancel())
    assert [event.seq for event in state.events] == list(range(1, state.version + 1))
    for event in state.events:
        assert all(type(key) is type(value) is str for key, value in event.data.items())
