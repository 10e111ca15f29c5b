"""What a sales channel reports: early, late, twice, or about things we know better."""

from dataclasses import replace

import pytest

from domain import lifecycle
from domain.actions import ChannelFact, ParcelLine
from domain.events import EventKind
from domain.holds import ReasonCode
from domain.refusals import RefusalCode
from domain.stages import Stage
from domain.state import OrderState
from tests.unit.order_states import (
    CHANNEL,
    START,
    after,
    amend,
    an_order,
    approve,
    assign,
    cancel,
    channel_says,
    do,
    happened,
    hold,
    last,
    pieces,
    readmit,
    settle,
    ship,
    unhold,
)

CANCELLED, PARCEL, DELIVERED = ChannelFact.CANCELLED, ChannelFact.PARCEL, ChannelFact.DELIVERED


def _held_for(state: OrderState) -> list[tuple[ReasonCode, str]]:
    return [(hold.reason, hold.detail) for hold in state.holds]


# --- cancelled -------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["opened", "admitted", "in_review", "preparing"])
def test_a_cancellation_in_the_channel_closes_an_order_that_has_not_left(stage: str) -> None:
    state = getattr(an_order().managed(), stage)()
    outcome = do(state, channel_says(CANCELLED, id="c-1"))
    assert outcome.accepted
    assert state.closing is not None
    assert state.closing.from_channel
    assert (state.closing.reason, state.closing.note_id) == (ReasonCode.BUYER_CANCEL, "c-1")
    assert last(state, EventKind.CANCEL_REQUESTED).actor == CHANNEL


def test_a_cancellation_after_shipping_is_for_a_person_to_settle() -> None:
    state = an_order().shipped()
    assert do(state, channel_says(CANCELLED)).code == "held"
    assert state.closing is None
    assert _held_for(state) == [(ReasonCode.CHANNEL_SYNC, "cancelled_after_shipping")]
    assert state.holds[0].assignee == "logistics"


def test_the_channels_echo_of_our_own_cancellation_changes_nothing() -> None:
    state = an_order().preparing()
    do(state, cancel())
    ours = state.closing
    assert do(state, channel_says(CANCELLED)).code == "closing"
    assert state.closing == ours
    assert happened(state, EventKind.CANCEL_REQUESTED) == 1


def test_a_cancellation_reported_twice_under_two_ids_closes_once() -> None:
    state = an_order().preparing()
    do(state, channel_says(CANCELLED))
    do(state, channel_says(CANCELLED))
    assert happened(state, EventKind.CANCEL_REQUESTED) == 1


# --- parcels ---------------------------------------------------------------------------------


def test_a_parcel_sent_by_the_channel_is_known_there_already() -> None:
    state = an_order().preparing()
    assert do(state, channel_says(PARCEL, "C1")).code == "accepted"
    (parcel,) = state.parcels
    assert (parcel.from_channel, parcel.channel_told, parcel.carrier) == (True, True, "UPS")
    assert not any(lifecycle.remaining(state).values())
    assert not lifecycle.may_leave(state, START)
    settle(state)
    assert lifecycle.may_leave(state, START)


def test_the_echo_of_our_own_parcel_is_recognised_by_its_number() -> None:
    state = an_order().preparing()
    do(state, ship("T1", *pieces(l1=1)))
    version = state.version
    assert do(state, channel_says(PARCEL, "T1", *pieces(l1=1))).code == "known"
    assert len(state.parcels) == 1
    assert state.version == version


def test_our_own_report_of_a_parcel_the_channel_reported_first_is_refused_as_done() -> None:
    state = an_order().preparing()
    do(state, channel_says(PARCEL, "T1"))
    assert do(state, ship("T1")).code == RefusalCode.ALREADY_DONE
    assert len(state.parcels) == 1


@pytest.mark.parametrize("stage", ["opened", "admitted", "in_review"])
def test_a_parcel_that_left_before_approval_is_kept_and_holds_the_order(stage: str) -> None:
    state = getattr(an_order().managed(), stage)()
    assert do(state, channel_says(PARCEL, "C1")).code == "held"
    assert len(state.parcels) == 1
    assert _held_for(state) == [(ReasonCode.CHANNEL_SYNC, "shipped_before_approval")]
    assert do(state, cancel()).code == RefusalCode.ALREADY_SHIPPED


def test_a_parcel_before_approval_still_lets_the_order_be_approved_and_go_on() -> None:
    state = an_order().managed().in_review()
    outcome = do(state, channel_says(PARCEL, "C1"))
    do(state, unhold(outcome.id))
    do(state, approve("mia"))
    assert lifecycle.may_leave(state, START)
    lifecycle.advance(state, Stage.PREPARING, START)
    settle(state)
    assert lifecycle.may_leave(state, START)


def test_an_unrouted_order_whose_parcel_left_can_still_be_given_a_group() -> None:
    state = an_order().without_route().admitted()
    do(state, channel_says(PARCEL, "C1"))
    assert do(state, assign("na", "lax")).accepted
    readmit(state, START)
    assert _held_for(state) == [(ReasonCode.CHANNEL_SYNC, "shipped_before_approval")]


@pytest.mark.parametrize(
    "lines",
    [
        pieces(l1=4),
        pieces(l1=2) + pieces(l1=2),
        pieces(l9=1),
        pieces(l9=0),
        pieces(l1=0),
        pieces(l1=-2),
    ],
)
def test_a_channel_parcel_of_impossible_pieces_holds_the_order_and_counts_nothing(
    lines: tuple[ParcelLine, ...],
) -> None:
    state = an_order().with_lines(l1=3).preparing()
    assert do(state, channel_says(PARCEL, "C1", *lines)).code == "held"
    assert _held_for(state) == [(ReasonCode.CHANNEL_SYNC, "more_pieces_than_ordered")]
    assert lifecycle.remaining(state) == {"l1": 3}


def test_channel_and_warehouse_can_share_the_pieces_of_one_order() -> None:
    state = an_order().with_lines(l1=3).preparing()
    do(state, ship("T1", *pieces(l1=1)))
    do(state, channel_says(PARCEL, "C2", *pieces(l1=2)))
    assert lifecycle.remaining(state) == {"l1": 0}
    assert [parcel.from_channel for parcel in state.parcels] == [False, True]


def test_a_parcel_reported_when_everything_has_left_adds_nothing() -> None:
    state = an_order().shipped()
    assert do(state, channel_says(PARCEL, "C9")).code == "nothing_left"
    assert len(state.parcels) == 1


def test_a_payment_after_an_early_parcel_is_still_considered_by_admission() -> None:
    state = an_order().needing_confirmation().admitted()
    do(state, channel_says(PARCEL, "C1"))
    paid = amend(state.facts, content_hash=state.facts.content_hash, actor=CHANNEL)
    assert do(state, paid).code == "accepted"
    assert state.admission_due


# --- delivered -------------------------------------------------------------------------------


def test_a_delivery_reported_by_the_channel_opens_the_window() -> None:
    state = an_order().shipped()
    do(state, channel_says(DELIVERED, "T1"), after(days=2))
    assert lifecycle.window_ends_at(state) == after(days=9)


def test_a_delivery_reported_by_carrier_and_channel_counts_from_the_first() -> None:
    state = an_order().delivered()
    assert do(state, channel_says(DELIVERED, "T1"), after(days=2)).accepted
    assert state.parcels[0].delivered_at == START
    assert happened(state, EventKind.PARCEL_DELIVERED) == 1


@pytest.mark.parametrize("number", ["", "C1"])
def test_a_delivery_that_overtakes_its_parcel_is_not_lost(number: str) -> None:
    state = an_order().preparing()
    assert do(state, channel_says(DELIVERED, number)).code == "held"
    assert _held_for(state) == [(ReasonCode.CHANNEL_SYNC, "delivered_unknown_parcel")]


def test_a_delivery_of_a_strange_parcel_marks_none_of_ours_delivered() -> None:
    state = an_order().shipped()
    assert do(state, channel_says(DELIVERED, "X9")).code == "held"
    assert state.parcels[0].delivered_at is None


def test_a_delivery_without_number_delivers_everything_under_way() -> None:
    state = an_order().shipped()
    do(state, channel_says(DELIVERED), after(days=1))
    assert state.parcels[0].delivered_at == after(days=1)


def test_channel_facts_on_an_order_being_closed_change_nothing() -> None:
    state = an_order().preparing()
    do(state, cancel())
    for fact in ChannelFact:
        assert do(state, replace(channel_says(fact, "C1"))).code == "closing"
    assert state.parcels == []
    assert state.holds == []


def test_what_a_person_has_settled_is_not_held_again_when_a_poll_repeats_it() -> None:
    state = an_order().shipped()
    do(state, channel_says(CANCELLED, id="webhook"))
    do(state, unhold("webhook"))
    assert do(state, channel_says(CANCELLED, id="poll")).code == "known"
    assert state.holds == []


# --- held by the channel ---------------------------------------------------------------------


def test_a_hold_of_the_channel_keeps_the_order_until_the_channel_takes_it_back() -> None:
    state = an_order().in_review()
    assert do(state, channel_says(ChannelFact.HELD, id="c-1")).code == "held"
    assert not lifecycle.may_leave(state, after())
    assert [hold.id for hold in state.holds] == ["c-1"]
    assert do(state, channel_says(ChannelFact.RELEASED)).accepted
    assert lifecycle.may_leave(state, after())


def test_a_second_hold_of_the_channel_replaces_the_first() -> None:
    state = an_order().in_review()
    do(state, channel_says(ChannelFact.HELD, id="c-1"))
    do(state, channel_says(ChannelFact.HELD, id="c-2"))
    assert [hold.id for hold in state.holds] == ["c-2"]


def test_the_channel_takes_back_its_own_holds_only() -> None:
    state = an_order().in_review()
    do(state, hold(id="ours"))
    assert do(state, channel_says(ChannelFact.RELEASED)).code == "not_held"
    assert [each.id for each in state.holds] == ["ours"]
