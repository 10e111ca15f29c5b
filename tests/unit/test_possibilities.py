"""What somebody could do now is what the order would accept if they did it."""

from collections.abc import Callable

import pytest

from domain.holds import ReasonCode
from domain.possibilities import ACTIONS, refused
from domain.refusals import RefusalCode
from domain.state import OrderState
from tests.unit.order_states import START, an_order, approve, assign, cancel, do, hold, ship

STATES: dict[str, Callable[[], OrderState]] = {
    "to be confirmed": lambda: an_order().needing_confirmation().admitted(),
    "in review": lambda: an_order().managed().in_review(),
    "preparing": lambda: an_order().preparing(),
    "shipped": lambda: an_order().shipped(),
    "completed": lambda: an_order().completed(),
}
ALWAYS = {"hold", "copy"}
POSSIBLE = {
    "to be confirmed": {"confirm", "amend", "cancel", "group"} | ALWAYS,
    "in review": {"approve", "reject", "return_to_submitter", "add_signer", "transfer", "urge"}
    | {"amend", "cancel", "group"}
    | ALWAYS,
    "preparing": {"ship", "amend", "cancel", "group"} | ALWAYS,
    "shipped": {"deliver", "return", "object"} | ALWAYS,
    "completed": {"return"},
}


@pytest.mark.parametrize("name", STATES)
def test_each_stage_has_its_actions(name: str) -> None:
    state = STATES[name]()
    before = state.version
    possible = {action for action in ACTIONS if refused(state, action, "mia", START) is None}
    assert possible == POSSIBLE[name]
    assert state.version == before


def code(state: OrderState, action: str, person: str) -> str:
    found = refused(state, action, person, START)
    return str(found.code) if found else ""


def test_who_is_not_asked_may_not_decide() -> None:
    state = an_order().managed().submitted_by("sam").in_review()
    assert code(state, "approve", "otto") == RefusalCode.NOT_ENTITLED
    assert code(state, "approve", "sam") == RefusalCode.IS_SUBMITTER
    assert code(state, "withdraw", "sam") == ""
    assert code(state, "withdraw", "otto") == RefusalCode.NOTHING_TO_WITHDRAW


def test_who_has_signed_may_take_it_back_or_ask_for_more() -> None:
    state = an_order().countersigned().in_review()
    do(state, approve("otto"))
    assert code(state, "approve", "otto") == RefusalCode.ALREADY_SIGNED
    assert [code(state, name, "otto") for name in ("withdraw", "add_signer")] == ["", ""]


def test_a_held_order_is_not_shipped_and_its_hold_can_be_released() -> None:
    state = an_order().preparing()
    assert code(state, "release", "carl") == RefusalCode.UNKNOWN_HOLD
    do(state, hold(ReasonCode.CUSTOMS_DOC))
    assert code(state, "ship", "carl") == RefusalCode.HELD
    assert code(state, "release", "carl") == ""


def test_goods_that_have_left_are_not_cancelled_and_a_closing_order_is_left_alone() -> None:
    state = an_order().preparing()
    do(state, ship("T1"))
    assert code(state, "cancel", "carl") == RefusalCode.ALREADY_SHIPPED
    closing = an_order().admitted()
    do(closing, cancel())
    assert {code(closing, name, "carl") for name in ACTIONS} == {
        RefusalCode.CLOSED,
        RefusalCode.UNKNOWN_HOLD,
    }


def test_a_group_may_be_picked_until_the_warehouse_works_on_it() -> None:
    state = an_order().without_route().admitted()
    assert code(state, "group", "tina") == ""
    do(state, assign())
    state.dispatched = True
    assert code(state, "group", "tina") == RefusalCode.ALREADY_DISPATCHED
