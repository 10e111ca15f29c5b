"""Closing abnormally: one decision wins, holds end with it, and goods that left come back."""

from collections.abc import Callable
from itertools import permutations

import pytest

from domain import lifecycle
from domain.actions import Action, ChannelFact
from domain.events import EventKind
from domain.holds import ReasonCode
from domain.refusals import RefusalCode
from domain.stages import Stage
from domain.state import Closing, OrderState
from tests.unit.order_states import (
    START,
    after,
    an_order,
    approve,
    cancel,
    channel_says,
    do,
    goods_back,
    happened,
    hold,
    last,
    pieces,
    reject,
    ship,
    unhold,
)


def test_cancel_then_approve_closes_and_tells_the_approver() -> None:
    state = an_order().managed().in_review()
    assert do(state, cancel()).accepted
    late = do(state, approve("mia"))
    assert late.code == RefusalCode.CLOSED
    assert "buyer cancelled" in late.message_en
    assert happened(state, EventKind.APPROVED) == 0


def test_approve_then_cancel_closes_an_approved_order_before_it_moves() -> None:
    state = an_order().managed().in_review()
    assert do(state, approve("mia")).code == "approved"
    assert do(state, cancel()).accepted
    assert not lifecycle.may_leave(state, START)
    lifecycle.advance(state, Stage.CLOSED_ABNORMALLY, START)
    assert last(state, EventKind.STAGE_ENTERED).data["reason"] == "BUYER_CANCEL"


RIVALS: dict[str, Callable[[], Action]] = {
    "cancel": cancel,
    "reject": lambda: reject("mia"),
    "channel": lambda: channel_says(ChannelFact.CANCELLED),
    "approve": lambda: approve("max"),
}


@pytest.mark.parametrize("order", list(permutations(RIVALS)), ids="-".join)
def test_whoever_comes_first_decides_and_there_is_one_decision(order: tuple[str, ...]) -> None:
    state = an_order().managed().in_review()
    outcomes = {name: do(state, RIVALS[name]()) for name in order}
    closers = [name for name in order if name != "approve"]
    if order[0] == "approve":
        # Approved, so a rejection is too late; a cancellation before shipment still counts.
        closers.remove("reject")
    assert state.closing is not None
    expected = "APPROVAL_REJECTED" if closers[0] == "reject" else "BUYER_CANCEL"
    assert state.closing.reason == expected
    assert happened(state, EventKind.CANCEL_REQUESTED) == 1
    assert outcomes[closers[0]].accepted
    assert not lifecycle.may_leave(state, after(days=99))


def test_a_cancellation_after_the_first_parcel_is_refused() -> None:
    state = an_order().preparing()
    do(state, ship("T1", *pieces(l1=1)))
    assert do(state, cancel()).code == RefusalCode.ALREADY_SHIPPED
    assert state.closing is None


def test_a_parcel_after_the_cancellation_is_refused() -> None:
    state = an_order().preparing()
    do(state, cancel())
    assert do(state, ship("T1")).code == RefusalCode.CLOSED
    assert state.parcels == []


def test_a_rejection_closes_with_the_note_of_who_rejected() -> None:
    state = an_order().countersigned().in_review()
    do(state, approve("otto"))
    assert do(state, reject("fay", note_id="n9")).code == "rejected"
    assert state.closing == Closing(ReasonCode.APPROVAL_REJECTED, "n9", "fay")
    assert happened(state, EventKind.REJECTED) == 1


def test_closing_ends_every_hold_and_its_pause() -> None:
    state = an_order().preparing()
    do(state, hold(ReasonCode.CUSTOMS_DOC), after(1))
    do(state, hold(), after(2))
    do(state, cancel(), after(3))
    assert state.holds == []
    assert state.clock.paused_at is None
    assert happened(state, EventKind.RELEASED) == 2


def test_an_undo_that_failed_holds_the_closing_order_until_somebody_releases_it() -> None:
    state = an_order().preparing()
    do(state, cancel())
    lifecycle.hold_for(state, after(1), ReasonCode.CHANNEL_SYNC, "u1", origin="undo:release")
    assert lifecycle.is_held_by(state, "undo:release")
    assert do(state, unhold("u1"), after(2)).accepted
    assert not lifecycle.is_held_by(state, "undo:release")


def test_a_closed_order_keeps_no_hold_that_a_late_effect_raised() -> None:
    state = an_order().preparing()
    do(state, cancel())
    lifecycle.hold_for(state, after(1), ReasonCode.CHANNEL_SYNC, "d1", origin="dispatch")
    lifecycle.advance(state, Stage.CLOSED_ABNORMALLY, after(2))
    assert state.holds == []


def test_the_first_decision_to_close_stands() -> None:
    state = an_order().preparing()
    first = Closing(ReasonCode.DUPLICATE, "n1", "carl")
    lifecycle.close_for(state, first, START)
    lifecycle.close_for(state, Closing(ReasonCode.OTHER, "n2", "temporal"), after(1))
    assert state.closing == first
    assert happened(state, EventKind.CANCEL_REQUESTED) == 1


@pytest.mark.parametrize("build", [an_order().shipped, an_order().completed])
def test_a_return_closes_a_shipped_or_completed_order_with_a_record(
    build: Callable[[], OrderState],
) -> None:
    state = build()
    assert do(state, goods_back("n7"), after(days=8)).accepted
    assert state.closing == Closing(ReasonCode.RETURN, "n7", "carl", is_return=True)
    noted = last(state, EventKind.RETURN_REQUESTED).data
    assert (noted["reason"], noted["note_id"]) == ("RETURN", "n7")
    lifecycle.advance(state, Stage.CLOSED_ABNORMALLY, after(days=8))
    assert last(state, EventKind.STAGE_ENTERED).data["reason"] == "RETURN"
    assert do(state, goods_back()).code == RefusalCode.CLOSED


def test_those_who_signed_and_those_still_asked_are_told_of_the_closing() -> None:
    state = an_order().countersigned().in_review()
    do(state, approve("otto"))
    do(state, cancel())
    assert last(state, EventKind.CANCEL_REQUESTED).data["told"] == "fay,finn,otto"
