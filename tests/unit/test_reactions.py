"""What accepted actions do to an order, once per id."""

from collections.abc import Callable
from copy import deepcopy

import pytest

from domain import lifecycle
from domain.actions import Action, Outcome
from domain.events import EventKind
from domain.holds import ReasonCode
from domain.reactions import react
from domain.refusals import RefusalCode
from domain.stages import Stage
from domain.state import OrderState
from tests.unit.order_states import (
    HASH,
    after,
    amend,
    an_order,
    approve,
    assign,
    cancel,
    confirm,
    deliver,
    do,
    goods_back,
    happened,
    hold,
    last,
    objection,
    pieces,
    readmit,
    reject,
    settle,
    ship,
    unhold,
)

Case = tuple[Callable[[], OrderState], Callable[[OrderState], Action], EventKind]

ACCEPTED: dict[str, Case] = {
    "confirm": (
        an_order().needing_confirmation().admitted,
        lambda state: confirm(),
        EventKind.CONFIRMED,
    ),
    "approve": (
        an_order().countersigned().in_review,
        lambda state: approve("fay"),
        EventKind.SIGNED,
    ),
    "reject": (
        an_order().countersigned().in_review,
        lambda state: reject("fay"),
        EventKind.REJECTED,
    ),
    "ship": (an_order().preparing, lambda state: ship("T1"), EventKind.PARCEL_SHIPPED),
    "deliver": (an_order().shipped, lambda state: deliver("T1"), EventKind.PARCEL_DELIVERED),
    "hold": (an_order().preparing, lambda state: hold(), EventKind.HELD),
    "release": (
        an_order().without_route().admitted,
        lambda state: unhold(state.holds[0].id),
        EventKind.RELEASED,
    ),
    "amend": (an_order().in_review, lambda state: amend(state.facts), EventKind.AMENDED),
    "assign": (an_order().in_review, lambda state: assign(), EventKind.GROUP_ASSIGNED),
    "cancel": (an_order().preparing, lambda state: cancel(), EventKind.CANCEL_REQUESTED),
    "object": (an_order().shipped, lambda state: objection(), EventKind.OBJECTED),
    "return": (an_order().shipped, lambda state: goods_back(), EventKind.RETURN_REQUESTED),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_an_accepted_action_is_noted_with_its_actor(name: str) -> None:
    build, action_for, kind = ACCEPTED[name]
    state = build()
    action = action_for(state)
    outcome = react(state, action, after(1))
    assert outcome.accepted
    assert outcome.stage == str(state.stage)
    assert not outcome.message_en
    assert last(state, kind).actor == action.actor
    assert last(state, kind).at == after(1)


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_same_id_is_answered_alike_and_done_once(name: str) -> None:
    build, action_for, _ = ACCEPTED[name]
    state = build()
    action = action_for(state)
    first = react(state, action, after(1))
    before = deepcopy(state)
    assert react(state, action, after(2)) == first
    assert state == before


def test_a_repeated_refusal_is_answered_alike_even_when_it_would_be_possible_now() -> None:
    state = an_order().in_review()
    early = ship("T1", id="s-1")
    refused = do(state, early)
    lifecycle.advance(state, Stage.PREPARING, after(1))
    assert do(state, early) == refused
    assert state.parcels == []
    assert happened(state, EventKind.REFUSED) == 1


def test_an_id_is_answered_alike_whoever_comes_with_it_next() -> None:
    state = an_order().countersigned().in_review()
    first = do(state, approve("fay", id="d-1"))
    assert do(state, approve("otto", id="d-1")) == first
    assert [signature.person for signature in state.approval.signatures] == ["fay"]


def test_a_refusal_leaves_only_a_note_of_itself() -> None:
    state = an_order().managed().in_review()
    before = deepcopy(state)
    outcome = do(state, approve("eve"))
    noted = last(state, EventKind.REFUSED)
    assert noted.data == {"action": "Decide", "code": "not_entitled", "action_id": outcome.id}
    state.events.pop()
    state.seen.pop(outcome.id)
    state.version -= 1
    assert state == before


def test_an_unknown_action_is_a_defect_and_changes_nothing() -> None:
    state = an_order().admitted()
    before = deepcopy(state)
    with pytest.raises(TypeError, match="Action"):
        react(state, Action("a", "eve"), after(1))
    assert state == before


# --- parcels ---------------------------------------------------------------------------------


def test_several_parcels_take_what_is_left_until_every_line_is_out() -> None:
    state = an_order().with_lines(l1=3, l2=2).preparing()
    do(state, ship("T1", *pieces(l1=1)))
    do(state, ship("T2", *pieces(l1=1, l2=2)))
    assert lifecycle.remaining(state) == {"l1": 1, "l2": 0}
    do(state, ship("T3"))
    assert lifecycle.remaining(state) == {"l1": 0, "l2": 0}
    assert state.parcels[2].lines == pieces(l1=1)
    assert [parcel.ordinal for parcel in state.parcels] == [1, 2, 3]
    assert do(state, ship("T4")).code == RefusalCode.ALREADY_DONE


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (pieces(l1=4), RefusalCode.TOO_MANY_PIECES),
        (pieces(l1=2) + pieces(l1=2), RefusalCode.TOO_MANY_PIECES),
        (pieces(l1=0), RefusalCode.TOO_MANY_PIECES),
        (pieces(l1=-1), RefusalCode.TOO_MANY_PIECES),
        (pieces(l9=1), RefusalCode.UNKNOWN_LINE),
        (pieces(l1=1, l9=0), RefusalCode.UNKNOWN_LINE),
    ],
)
def test_a_parcel_of_pieces_that_are_not_there_is_refused_whole(
    lines: tuple[object, ...], code: RefusalCode
) -> None:
    state = an_order().with_lines(l1=3).preparing()
    assert do(state, ship("T1", *lines)).code == code  # type: ignore[arg-type]
    assert state.parcels == []
    assert lifecycle.remaining(state) == {"l1": 3}


def test_only_a_selling_channel_has_to_be_told_of_our_parcel() -> None:
    sold, entered = an_order().preparing(), an_order().submitted_by("zoe").preparing()
    do(sold, ship("T1"))
    do(entered, ship("T1"))
    assert not sold.parcels[0].channel_told
    assert entered.parcels[0].channel_told


def test_a_delivery_without_number_delivers_every_parcel_still_under_way() -> None:
    state = an_order().preparing()
    do(state, ship("T1", *pieces(l1=3)))
    do(state, ship("T2"))
    do(state, deliver("T1"), after(1))
    do(state, deliver(), after(2))
    assert [parcel.delivered_at for parcel in state.parcels] == [after(1), after(2)]
    assert do(state, deliver()).code == RefusalCode.ALREADY_DONE


def test_a_parcel_may_arrive_before_the_last_one_has_left() -> None:
    state = an_order().preparing()
    do(state, ship("T1", *pieces(l1=3)))
    assert do(state, deliver("T1"), after(1)).accepted
    do(state, ship("T2"), after(2))
    settle(state)
    lifecycle.advance(state, Stage.SHIPPED, after(2))
    assert lifecycle.window_ends_at(state) is None


# --- holds -----------------------------------------------------------------------------------


def test_a_hold_goes_to_the_reasons_role_unless_somebody_is_named() -> None:
    state = an_order().preparing()
    do(state, hold(ReasonCode.CUSTOMS_DOC, id="h1"), after(5))
    do(state, hold(ReasonCode.CUSTOMS_DOC, assignee="li", id="h2"))
    assert [h.assignee for h in state.holds] == ["logistics", "li"]
    first = state.holds[0]
    assert (first.id, first.raised_by, first.raised_at, first.note_id) == (
        "h1",
        "carl",
        after(5),
        "n1",
    )


def test_a_release_keeps_the_note_of_who_released() -> None:
    state = an_order().preparing()
    do(state, hold(id="h1"))
    do(state, unhold("h1", "n2"))
    assert last(state, EventKind.RELEASED).data == {
        "hold_id": "h1",
        "reason": "OTHER",
        "note_id": "n2",
    }


# --- amendments ------------------------------------------------------------------------------


def test_an_amendment_never_changes_who_submitted_the_order_or_when() -> None:
    state = an_order().submitted_by("otto").countersigned().in_review()
    elsewhere = an_order().submitted_by("eve").facts
    do(state, amend(elsewhere))
    assert state.facts.submitter == "otto"
    readmit(state, after(1))
    assert do(state, approve("otto", "hash-2")).code == RefusalCode.IS_SUBMITTER


@pytest.mark.parametrize("version", [0, 1])
def test_an_older_or_equal_content_version_is_refused(version: int) -> None:
    state = an_order().in_review()
    outcome = do(state, amend(state.facts, version=version, actor="channel:shopify"))
    assert outcome.code == RefusalCode.STALE_CONTENT
    assert state.facts.content_hash == HASH


def test_two_amendments_that_arrive_in_the_wrong_order_leave_the_newer_one() -> None:
    state = an_order().in_review()
    assert do(state, amend(state.facts, version=3, content_hash="hash-3")).accepted
    assert not do(state, amend(state.facts, version=2, content_hash="hash-2")).accepted
    assert state.facts.content_hash == "hash-3"


def test_a_channel_that_changes_goods_already_out_holds_the_order() -> None:
    state = an_order().shipped()
    outcome = do(state, amend(state.facts, actor="channel:shopify"))
    assert (outcome.accepted, outcome.code) == (True, "held")
    assert state.holds[0].reason is ReasonCode.CHANGE_REQUEST
    assert state.facts.content_hash == HASH
    assert not state.admission_due


def test_a_payment_that_arrives_after_shipping_holds_nothing() -> None:
    state = an_order().delivered()
    outcome = do(state, amend(state.facts, content_hash=HASH, actor="channel:shopify"))
    assert outcome.accepted
    assert state.holds == []
    assert state.facts.content_version == 2
    assert lifecycle.may_leave(state, after(days=7))


def test_a_person_is_told_to_ask_for_a_return_instead_of_changing_goods_that_left() -> None:
    state = an_order().preparing()
    do(state, ship("T1", *pieces(l1=1)))
    outcome = do(state, amend(state.facts))
    assert outcome.code == RefusalCode.ALREADY_SHIPPED
    assert "return" in outcome.message_en


def test_every_way_in_answers_with_the_same_outcome_type() -> None:
    state = an_order().admitted()
    assert isinstance(do(state, hold()), Outcome)
    assert isinstance(do(state, hold(note_id="")), Outcome)
