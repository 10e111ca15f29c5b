"""Everybody sees who has to do what: no open order waits for nobody."""

from collections.abc import Callable

import pytest

from domain import lifecycle
from domain.approvals import Policy, SignerGroup
from domain.holds import ReasonCode
from domain.projection import flags, snapshot
from domain.stages import Stage
from domain.state import Obstacle, OrderState
from domain.tasks import Task, TaskKind, tasks_for, waits_for
from tests.unit.order_states import (
    FINANCE,
    MANAGERS,
    START,
    after,
    an_order,
    approve,
    cancel,
    confirm,
    do,
    hold,
)


@pytest.mark.parametrize(
    ("build", "kind", "role"),
    [
        (an_order().needing_confirmation().admitted, TaskKind.CONFIRM, "customer_service"),
        (an_order().managed().in_review, TaskKind.APPROVE, "regional_manager"),
        (an_order().preparing, TaskKind.PREPARE, "warehouse_keeper"),
        (an_order().shipped, TaskKind.FOLLOW_DELIVERY, "logistics"),
        (an_order().without_route().admitted, TaskKind.PICK_GROUP, "team_lead"),
    ],
)
def test_each_wait_is_a_task_of_the_role_that_ends_it(
    build: Callable[[], OrderState], kind: TaskKind, role: str
) -> None:
    state = build()
    (task,) = tasks_for(state)
    assert (task.kind, task.role, task.group) == (kind, role, state.group)
    assert task.due_at == lifecycle.shown_deadline(state)
    assert task.due_at is not None


def test_countersigning_is_one_task_for_each_group_and_its_people() -> None:
    state = an_order().submitted_by("finn").countersigned().in_review()
    assert [(t.role, t.people) for t in tasks_for(state)] == [
        ("ops_director", ("otto",)),
        ("finance", ("fay",)),
    ]
    do(state, approve("fay"))
    assert [(t.role, t.people) for t in tasks_for(state)] == [("ops_director", ("otto",))]


def test_a_sequence_asks_one_group_at_a_time() -> None:
    state = an_order().signed_by(Policy.SEQUENTIAL, MANAGERS, FINANCE).in_review()
    assert [t.role for t in tasks_for(state)] == ["regional_manager"]
    do(state, approve("mia"))
    assert [t.role for t in tasks_for(state)] == ["finance"]


def test_the_colleague_whose_signature_moves_another_over_is_the_one_asked() -> None:
    both, ann_only = SignerGroup("a", ("ann", "ben")), SignerGroup("b", ("ann",))
    state = an_order().signed_by(Policy.COUNTERSIGN, both, ann_only).in_review()
    do(state, approve("ann"))
    (task,) = tasks_for(state)
    assert task.people == ("ben",)
    assert do(state, approve("ben")).code == "approved"


def test_holds_come_before_the_stages_own_task() -> None:
    state = an_order().preparing()
    do(state, hold(ReasonCode.CUSTOMS_DOC, assignee="li", id="h1"))
    first, second = tasks_for(state)
    assert (first.kind, first.role, first.hold_id) == (TaskKind.RESOLVE_HOLD, "li", "h1")
    assert second.kind is TaskKind.PREPARE
    assert waits_for(state) == "hold:CUSTOMS_DOC"


def test_task_keys_are_unique_within_an_order() -> None:
    obstacles = (Obstacle(ReasonCode.STOCK_OUT), Obstacle(ReasonCode.STOCK_OUT))
    state = an_order().countersigned().obstructed(*obstacles).in_review()
    do(state, hold())
    keys = [task.key for task in tasks_for(state)]
    assert len(set(keys)) == len(keys) == 5


def test_an_order_that_is_about_to_move_by_itself_waits_for_the_system() -> None:
    state = an_order().needing_confirmation().admitted()
    assert waits_for(state) == "confirm"
    do(state, confirm())
    assert waits_for(state) == "system"
    assert tasks_for(state) == ()


def test_an_order_being_closed_asks_nobody_until_an_undo_fails() -> None:
    state = an_order().preparing()
    do(state, cancel())
    assert (waits_for(state), tasks_for(state)) == ("closing", ())
    lifecycle.hold_for(state, START, ReasonCode.CHANNEL_SYNC, "u1", origin="undo:release")
    assert [task.hold_id for task in tasks_for(state)] == ["u1"]


def test_an_ended_order_asks_nobody() -> None:
    assert tasks_for(an_order().completed()) == ()
    state = an_order().preparing()
    do(state, cancel())
    lifecycle.hold_for(state, START, ReasonCode.CHANNEL_SYNC, "d1", origin="dispatch")
    lifecycle.advance(state, Stage.CLOSED_ABNORMALLY, START)
    assert tasks_for(state) == ()


def test_tasks_say_when_they_are_due_after_the_limit_has_passed() -> None:
    state = an_order().managed().in_review()
    lifecycle.pass_deadline(state, after(hours=2))
    (task,) = tasks_for(state)
    assert task.due_at == after(hours=8)


def test_the_snapshot_shows_flags_pause_and_closing() -> None:
    state = an_order().managed().in_review()
    do(state, hold(ReasonCode.CUSTOMS_DOC))
    seen = snapshot(state)
    assert seen.paused
    assert flags(state) == ["held"]
    assert (seen.version, seen.waits_for) == (state.version, "hold:CUSTOMS_DOC")
    do(state, cancel("n5"))
    closed = snapshot(state)
    assert (closed.closed_reason, closed.closed_note_id) == ("BUYER_CANCEL", "n5")
    assert not closed.paused


def test_tasks_are_plain_values_that_compare() -> None:
    assert all(isinstance(task, Task) for task in tasks_for(an_order().preparing()))
    assert tasks_for(an_order().preparing()) == tasks_for(an_order().preparing())
