"""Decisions that were recorded by a workflow task which was lost, and then came out differently."""

from copy import deepcopy

import pytest
from sqlalchemy import Connection

from database import progress
from domain.actions import Action
from domain.state import OrderState
from tests.integration.database_world import later, place, request_of, story_of
from tests.unit.order_states import approve, cancel, do, give_back, reject


def recorded(c: Connection, state: OrderState, since: int) -> None:
    assert progress.project(c, request_of(state, since)) is not None


def decisions(c: Connection, order_id: str) -> list[tuple[str, str, bool]]:
    given = progress.decisions_of(c, order_id)
    return [(each.person, each.verdict, each.voided_at is None) for each in given]


@pytest.mark.parametrize("lost", [reject("otto"), give_back("otto"), approve("otto")])
def test_what_turned_out_not_to_have_happened_was_decided_by_nobody(
    connection: Connection, lost: Action
) -> None:
    order_id = place(connection)
    state = story_of(order_id).countersigned().in_review()
    recorded(connection, state, 0)
    other, since = deepcopy(state), state.version
    assert do(other, lost, later(1)).accepted
    recorded(connection, other, since)
    assert do(state, cancel(), later(2)).accepted
    recorded(connection, state, since)
    assert decisions(connection, order_id) == []


def test_a_signature_that_was_lost_and_came_again_counts(connection: Connection) -> None:
    order_id = place(connection)
    state = story_of(order_id).countersigned().in_review()
    recorded(connection, state, 0)
    other, since = deepcopy(state), state.version
    yes = approve("otto")
    assert do(other, yes, later(1)).accepted
    recorded(connection, other, since)
    assert do(state, approve("fay"), later(2)).accepted
    recorded(connection, state, since)
    since = state.version
    assert do(state, yes, later(3)).accepted
    recorded(connection, state, since)
    assert decisions(connection, order_id) == [("fay", "approve", True), ("otto", "approve", True)]
