"""What signers do beside signing: add somebody, hand over, return, take back, urge, copy."""

import pytest

from domain import approvals, lifecycle
from domain.approvals import AddedWhen, Policy, SignerGroup
from domain.events import EventKind
from domain.holds import ReasonCode
from domain.refusals import RefusalCode
from domain.stages import Stage
from domain.state import OrderState
from domain.tasks import tasks_for, waits_for
from tests.unit.order_states import (
    DIRECTORS,
    FINANCE,
    HASH,
    MANAGERS,
    START,
    add,
    after,
    amend,
    an_order,
    approve,
    copy,
    do,
    give_back,
    hand_over,
    happened,
    last,
    look_up,
    readmit,
    reject,
    unhold,
    urge,
    withdraw,
)

BEFORE, AFTER, PARALLEL = AddedWhen.BEFORE, AddedWhen.AFTER, AddedWhen.PARALLEL


def _asked(state: OrderState) -> set[str]:
    return {person for task in tasks_for(state) for person in task.people}


def _with(actor: str, person: str, when: AddedWhen) -> OrderState:
    """An order of which any manager decides, where a signer added somebody who is fit."""
    state = an_order().managed().in_review()
    assert do(state, add(actor, person, when, id="add-1")).accepted
    look_up(state, START)
    return state


# --- 加签 -------------------------------------------------------------------------------------


def test_somebody_added_before_signs_first_and_then_the_one_who_added_them() -> None:
    state = _with("mia", "eve", BEFORE)
    assert _asked(state) == {"eve", "max"}
    early = do(state, approve("mia"))
    assert (early.code, "eve" in early.message_en) == (RefusalCode.SIGNS_LATER, True)
    assert do(state, approve("eve")).code == "signed"
    assert last(state, EventKind.SIGNED).data["told"] == "mia"
    assert do(state, approve("mia")).code == "approved"


def test_somebody_added_after_waits_for_the_one_who_added_them() -> None:
    state = _with("mia", "eve", AFTER)
    assert _asked(state) == {"mia", "max"}
    assert do(state, approve("eve")).code == RefusalCode.SIGNS_LATER
    assert do(state, approve("mia")).code == "signed"
    assert last(state, EventKind.SIGNED).data["told"] == "eve"
    assert [(t.role, t.people) for t in tasks_for(state)] == [("eve", ("eve",))]
    assert do(state, approve("eve")).code == "approved"


def test_somebody_added_after_does_not_wait_for_a_signature_nobody_needs_any_more() -> None:
    state = _with("mia", "eve", AFTER)
    assert do(state, approve("max")).code == "signed"
    assert _asked(state) == {"eve"}
    assert do(state, approve("mia")).code == RefusalCode.NOT_ENTITLED
    assert do(state, approve("eve")).code == "approved"


def test_somebody_added_in_parallel_signs_whenever_they_like() -> None:
    for order in (("mia", "eve"), ("eve", "mia")):
        state = _with("mia", "eve", PARALLEL)
        assert _asked(state) == {"mia", "max", "eve"}
        assert [do(state, approve(person)).code for person in order] == ["signed", "approved"]


def test_an_order_is_not_approved_before_everybody_who_was_added_has_signed() -> None:
    state = _with("mia", "eve", PARALLEL)
    do(state, approve("mia"))
    assert not lifecycle.may_leave(state, START)
    assert happened(state, EventKind.APPROVED) == 0
    assert waits_for(state) == "approve"


def test_a_colleague_who_was_added_counts_for_the_group_as_well() -> None:
    state = an_order().signed_by(Policy.COUNTERSIGN, MANAGERS, FINANCE).in_review()
    do(state, add("mia", "fay", PARALLEL))
    look_up(state, START)
    assert do(state, approve("fay")).code == "signed"
    assert do(state, approve("max")).code == "approved"


def test_who_has_signed_may_still_ask_for_more_but_not_before_themselves() -> None:
    state = an_order().countersigned().in_review()
    do(state, approve("fay"))
    assert do(state, add("fay", "eve", BEFORE)).code == RefusalCode.ALREADY_SIGNED
    assert do(state, add("fay", "eve", AFTER)).accepted
    look_up(state, START)
    assert _asked(state) == {"otto", "eve"}


def test_nobody_is_added_to_wait_for_themselves_in_a_circle() -> None:
    state = _with("mia", "eve", BEFORE)
    assert do(state, add("eve", "mia", BEFORE)).code == RefusalCode.NOT_FIT
    assert do(state, add("eve", "max", BEFORE)).accepted
    look_up(state, START)
    assert do(state, add("max", "mia", BEFORE)).code == RefusalCode.NOT_FIT
    # max is a manager as well, so that nobody needs mia any more.
    assert [do(state, approve(person)).code for person in ("max", "eve")] == ["signed", "approved"]


def test_an_added_signer_in_a_later_step_of_a_sequence_is_not_asked_twice() -> None:
    state = an_order().signed_by(Policy.SEQUENTIAL, DIRECTORS, FINANCE).in_review()
    do(state, add("otto", "fay", BEFORE))
    look_up(state, START)
    assert _asked(state) == {"fay"}
    assert do(state, approve("fay")).code == "signed"
    assert do(state, approve("otto")).code == "approved"


def test_until_they_are_looked_up_nobody_who_was_named_may_sign() -> None:
    state = an_order().managed().in_review()
    do(state, add("mia", "eve", PARALLEL))
    assert do(state, approve("eve")).code == RefusalCode.NOT_ENTITLED
    assert not lifecycle.may_leave(state, START)
    look_up(state, START)
    assert do(state, approve("eve")).code == "signed"


def test_somebody_unfit_is_not_asked_and_who_named_them_hears_so() -> None:
    state = an_order().managed().in_review()
    do(state, add("mia", "eve", BEFORE, id="add-9"))
    look_up(state, START, unfit=["eve"])
    refused = last(state, EventKind.REFUSED)
    assert (refused.actor, refused.data["code"]) == ("mia", "not_fit")
    assert refused.data["action_id"] == "add-9"
    assert do(state, approve("mia")).code == "approved"


def test_an_order_everybody_else_signed_is_approved_once_the_unfit_one_is_gone() -> None:
    state = an_order().managed().in_review()
    do(state, add("mia", "eve", PARALLEL))
    do(state, approve("mia"))
    look_up(state, START, unfit=["eve"])
    assert last(state, EventKind.APPROVED).actor == "system"
    assert lifecycle.may_leave(state, START)


# --- 转交 -------------------------------------------------------------------------------------


def test_who_gave_their_part_away_is_asked_no_more_and_the_other_is() -> None:
    state = an_order().countersigned().in_review()
    assert do(state, hand_over("otto", "eve", id="t-1")).accepted
    assert do(state, approve("eve")).code == RefusalCode.NOT_ENTITLED
    look_up(state, START)
    assert _asked(state) == {"eve", "fay", "finn"}
    assert happened(state, EventKind.SIGNERS_CHANGED) == 0
    assert do(state, approve("otto")).code == RefusalCode.NOT_ENTITLED
    assert do(state, approve("eve")).code == "signed"
    assert do(state, approve("fay")).code == "approved"


def test_a_part_is_not_given_to_somebody_without_whom_nobody_could_finish() -> None:
    state = (
        an_order()
        .signed_by(Policy.COUNTERSIGN, DIRECTORS, SignerGroup("finance", ("fay",)))
        .in_review()
    )
    assert do(state, hand_over("otto", "fay")).code == RefusalCode.NOT_FIT


def test_the_submitter_is_given_nobodys_part() -> None:
    state = an_order().submitted_by("sam").managed().in_review()
    assert do(state, hand_over("mia", "sam")).code == RefusalCode.NOT_FIT
    state.approval.behalf = {"del": "sam"}
    assert do(state, hand_over("mia", "del")).code == RefusalCode.NOT_FIT
    assert do(state, add("mia", "del")).code == RefusalCode.NOT_FIT


def test_a_part_given_to_somebody_unfit_comes_back() -> None:
    state = an_order().countersigned().in_review()
    do(state, hand_over("otto", "eve", id="t-1"))
    look_up(state, START, DIRECTORS, FINANCE, unfit=["eve"])
    assert state.handovers == []
    assert last(state, EventKind.REFUSED).actor == "otto"
    assert _asked(state) == {"otto", "fay", "finn"}


def test_an_added_signer_hands_over_what_was_asked_of_them() -> None:
    state = _with("mia", "eve", BEFORE)
    do(state, hand_over("eve", "gus"))
    look_up(state, START)
    assert do(state, approve("mia")).code == RefusalCode.SIGNS_LATER
    assert do(state, approve("gus")).code == "signed"
    assert do(state, approve("mia")).code == "approved"


def test_an_addition_handed_to_somebody_unfit_is_the_givers_again() -> None:
    state = _with("mia", "eve", BEFORE)
    do(state, hand_over("eve", "gus"))
    look_up(state, START, unfit=["gus"])
    assert state.entitlement_due
    look_up(state, START)
    assert _asked(state) == {"eve", "max"}


def test_who_added_somebody_and_hands_over_leaves_the_order_of_signing_to_the_taker() -> None:
    state = _with("mia", "eve", AFTER)
    do(state, hand_over("mia", "gus"))
    look_up(state, START)
    assert _asked(state) == {"gus", "max"}
    do(state, approve("gus"))
    assert _asked(state) == {"eve"}


# --- 退回, 撤回 -------------------------------------------------------------------------------


def test_a_returned_order_lies_with_its_submitter_until_they_answer() -> None:
    state = an_order().submitted_by("sam").countersigned().in_review()
    do(state, approve("fay"))
    do(state, copy("lea"))
    assert do(state, give_back("otto"), after(5)).code == "returned"
    (hold,) = state.holds
    assert (hold.reason, hold.assignee, hold.origin) == (
        ReasonCode.CHANGE_REQUEST,
        "sam",
        "returned",
    )
    assert last(state, EventKind.RETURNED).data["told"] == "sam,lea"
    assert last(state, EventKind.SIGNATURES_VOIDED).data == {"told": "fay"}
    assert [task.role for task in tasks_for(state)] == ["sam"]
    assert lifecycle.next_deadline(state, after(5)) is None
    assert do(state, approve("fay")).code == RefusalCode.HELD
    assert do(state, unhold(hold.id), after(65)).accepted
    assert state.clock.due_at == after(60, hours=2)
    assert do(state, approve("fay")).code == "signed"
    assert do(state, approve("otto")).code == "approved"


def test_the_order_of_a_channel_is_returned_to_customer_service() -> None:
    state = an_order().managed().in_review()
    do(state, give_back("mia"))
    assert state.holds[0].assignee == "customer_service"
    assert last(state, EventKind.RETURNED).data["role"] == "customer_service"


def test_changing_a_returned_order_sends_it_to_review_again() -> None:
    state = an_order().managed().in_review()
    do(state, give_back("mia"))
    do(state, amend(state.facts), after(10))
    assert state.holds == []
    readmit(state, after(11))
    assert do(state, approve("mia", "hash-2")).code == "approved"


def test_a_payment_that_comes_in_leaves_a_returned_order_with_its_submitter() -> None:
    state = an_order().managed().in_review()
    do(state, give_back("mia"))
    do(state, amend(state.facts, content_hash=HASH, actor="channel:shopify"))
    assert [hold.origin for hold in state.holds] == ["returned"]


def test_returning_starts_the_review_afresh_without_who_was_added() -> None:
    state = _with("mia", "eve", PARALLEL)
    do(state, give_back("eve"))
    do(state, unhold(state.holds[0].id))
    assert _asked(state) == {"mia", "max"}


def test_a_signer_takes_their_signature_back_and_may_sign_again() -> None:
    state = an_order().countersigned().in_review()
    do(state, approve("fay", id="d-1"))
    assert do(state, withdraw("fay")).accepted
    assert last(state, EventKind.WITHDRAWN).data["decision_id"] == "d-1"
    assert last(state, EventKind.WITHDRAWN).data["told"] == "finn,otto"
    assert state.approval.signatures == []
    assert do(state, approve("fay")).code == "signed"


def test_what_was_signed_after_a_withdrawn_step_has_to_be_signed_again() -> None:
    state = an_order().signed_by(Policy.SEQUENTIAL, DIRECTORS, FINANCE, MANAGERS).in_review()
    do(state, approve("otto"))
    do(state, approve("fay"))
    do(state, withdraw("otto"))
    assert state.approval.signatures == []
    assert last(state, EventKind.SIGNATURES_VOIDED).data == {"told": "fay"}
    assert approvals.awaited_people(state.approval, "") == ("otto",)


def test_an_approved_order_is_not_taken_back() -> None:
    state = an_order().managed().in_review()
    do(state, approve("mia"))
    assert do(state, withdraw("mia")).code == RefusalCode.ALREADY_DONE


def test_a_submitter_takes_the_whole_order_back() -> None:
    state = an_order().submitted_by("sam").countersigned().in_review()
    do(state, approve("fay"))
    assert do(state, withdraw("sam")).accepted
    assert (state.holds[0].origin, state.holds[0].assignee) == ("returned", "sam")
    assert last(state, EventKind.WITHDRAWN).data["told"] == "fay,otto"
    assert state.approval.signatures == []
    assert do(state, withdraw("sam")).code == RefusalCode.ALREADY_DONE


# --- 催办, 抄送 -------------------------------------------------------------------------------


def test_urging_reaches_those_it_waits_for_and_again_after_ten_minutes() -> None:
    state = an_order().countersigned().in_review()
    do(state, approve("fay"))
    assert do(state, urge("carl")).accepted
    assert last(state, EventKind.URGED).data == {"told": "otto"}
    again = do(state, urge("carl"), after(9))
    assert (again.code, "08:10" in again.message_en) == (RefusalCode.TOO_SOON, True)
    assert do(state, urge("tina"), after(9)).accepted
    assert do(state, urge("carl"), after(10)).accepted


def test_nobody_is_urged_where_nobody_decides() -> None:
    state = an_order().managed().in_review()
    do(state, give_back("mia"))
    assert do(state, urge()).code == RefusalCode.WRONG_STAGE


@pytest.mark.parametrize("verdict", ["approved", "rejected"])
def test_who_got_a_copy_hears_how_it_ended(verdict: str) -> None:
    state = an_order().managed().in_review()
    do(state, copy("lea", "gus"))
    do(state, copy("gus", "ivy"))
    assert last(state, EventKind.COPIED).data == {"told": "ivy"}
    do(state, approve("mia") if verdict == "approved" else reject("mia"))
    kind = EventKind.APPROVED if verdict == "approved" else EventKind.CANCEL_REQUESTED
    assert {"lea", "gus", "ivy"} <= set(last(state, kind).data["told"].split(","))


def test_a_rejection_names_stage_and_signer_as_before() -> None:
    state = an_order().managed().in_review()
    assert do(state, reject("mia")).code == "rejected"
    assert state.stage is Stage.IN_REVIEW
    assert state.closing is not None
