"""Staff changes and other rules reach an order in review; nothing that was signed is lost by it."""

from dataclasses import replace
from datetime import timedelta

from domain import lifecycle
from domain.approvals import Policy, SignerGroup
from domain.events import EventKind
from domain.holds import ReasonCode
from domain.refusals import RefusalCode
from domain.signing import staff_question
from domain.stages import Stage
from domain.state import OrderState
from domain.tasks import tasks_for
from tests.unit.order_states import (
    DIRECTORS,
    FINANCE,
    MANAGERS,
    START,
    add,
    admit,
    after,
    an_order,
    approve,
    cancel,
    do,
    hand_over,
    happened,
    last,
    look_up,
    plan_of,
    repin,
    staff_changed,
    unhold,
)


def _asked(state: OrderState) -> set[str]:
    return {person for task in tasks_for(state) for person in task.people}


def test_a_change_of_staff_is_looked_up_while_signatures_are_awaited_only() -> None:
    due = {
        stage: state
        for stage, state in {
            "confirmation": an_order().needing_confirmation().managed().admitted(),
            "review": an_order().managed().in_review(),
            "approved": an_order().in_review(),
            "preparing": an_order().managed().preparing(),
        }.items()
        if do(state, staff_changed()).accepted and state.entitlement_due
    }
    assert set(due) == {"confirmation", "review"}
    assert not lifecycle.may_leave(due["review"], START)


def test_news_of_staff_leaves_no_trace_in_an_order_it_does_not_concern() -> None:
    state = an_order().managed().in_review()
    events = len(state.events)
    do(state, staff_changed())
    look_up(state, START)
    assert len(state.events) == events
    assert state.seen == {}


def test_an_order_that_is_being_closed_looks_nobody_up() -> None:
    state = an_order().managed().in_review()
    do(state, staff_changed())
    do(state, cancel())
    events = len(state.events)
    look_up(state, START, SignerGroup("regional_manager", ()))
    assert len(state.events) == events
    assert do(state, staff_changed()).accepted
    assert not state.entitlement_due


def test_who_came_is_asked_and_told_and_who_left_is_not() -> None:
    state = an_order().managed().in_review()
    look_up(state, START, SignerGroup("regional_manager", ("max", "new")))
    assert last(state, EventKind.SIGNERS_CHANGED).data == {"told": "new"}
    assert _asked(state) == {"max", "new"}
    assert do(state, approve("mia")).code == RefusalCode.NOT_ENTITLED


def test_a_signature_of_somebody_who_has_left_since_counts() -> None:
    state = an_order().countersigned().in_review()
    do(state, approve("otto"))
    look_up(state, START, SignerGroup("ops_director", ("olga",)), FINANCE)
    assert _asked(state) == {"fay", "finn"}
    assert do(state, approve("fay")).code == "approved"


def test_a_delegate_signs_on_behalf_of_whom_the_answer_names() -> None:
    state = an_order().countersigned().in_review()
    look_up(state, START, SignerGroup("ops_director", ("del",)), FINANCE, behalf={"del": "otto"})
    do(state, approve("del"))
    assert last(state, EventKind.SIGNED).data["on_behalf_of"] == "otto"


def test_an_order_nobody_can_approve_any_more_is_held_until_somebody_can() -> None:
    state = an_order().managed().in_review()
    nobody = SignerGroup("regional_manager", ())
    look_up(state, START, nobody)
    look_up(state, START, nobody)
    (hold,) = state.holds
    assert (hold.detail, hold.assignee) == ("too few people can approve", "team_lead")
    look_up(state, START, MANAGERS)
    assert state.holds == []
    assert not state.admission_due


def test_releasing_that_hold_asks_again() -> None:
    state = an_order().managed().in_review()
    look_up(state, START, SignerGroup("regional_manager", ()))
    do(state, unhold(state.holds[0].id))
    assert state.entitlement_due


def test_planning_again_renews_the_hold_of_a_lack_of_people() -> None:
    state = an_order().managed().in_review()
    look_up(state, START, SignerGroup("regional_manager", ()))
    admit(state, plan_of(state), START)
    assert state.holds == []


def test_the_question_names_who_wrote_the_order_and_who_was_named_by_signers() -> None:
    state = an_order().submitted_by("sam").countersigned().in_review()
    state.facts = replace(state.facts, amended_by="amy")
    do(state, add("otto", "eve"))
    do(state, hand_over("fay", "gus"))
    assert not lifecycle.is_admitted(state)
    asked = staff_question(state, plan_of(state))
    assert asked.roles == ("ops_director", "finance")
    assert asked.barred == ("amy", "sam")
    assert asked.asked == ("eve",)
    assert [(each.giver, each.taker) for each in asked.handovers] == [("fay", "gus")]
    assert asked.amount == plan_of(state).base_amount


# --- other rules ------------------------------------------------------------------------------


def test_an_order_put_under_other_rules_is_planned_again_and_keeps_what_still_counts() -> None:
    state = an_order().signed_by(Policy.COUNTERSIGN, DIRECTORS, FINANCE).in_review()
    do(state, approve("fay"))
    do(state, approve("otto", "hash-1"), after(1))
    assert do(state, repin("r2"), after(2)).accepted
    assert last(state, EventKind.REPINNED).data == {"from": "r1", "to": "r2", "note_id": "n1"}
    assert state.admission_due
    plan = replace(plan_of(state), rule_set="r2", signers=(MANAGERS, FINANCE))
    admit(state, plan, after(3))
    assert [signature.person for signature in state.approval.signatures] == ["fay"]
    assert last(state, EventKind.SIGNATURES_VOIDED).data == {"told": "otto"}
    assert _asked(state) == {"mia", "max"}
    assert do(state, repin("r2")).code == RefusalCode.SAME_RULES
    assert do(state, repin("r1")).accepted


def test_a_confirmed_order_stays_confirmed_under_other_rules() -> None:
    state = an_order().needing_confirmation().admitted()
    state.confirmed = True
    do(state, repin())
    assert state.confirmed


def test_an_order_being_prepared_is_reviewed_under_the_other_rules_first() -> None:
    state = an_order().managed().preparing()
    do(state, repin(), after(5))
    assert state.stage is Stage.IN_REVIEW
    assert [signature.person for signature in state.approval.signatures] == ["mia"]
    admit(state, replace(plan_of(state), rule_set="r2"), after(6))
    assert lifecycle.may_leave(state, after(6))
    assert happened(state, EventKind.SIGNATURES_VOIDED) == 0


def test_rules_that_give_more_time_while_the_clock_stands_still_take_the_red_off() -> None:
    state, late = an_order().managed().in_review(), START + timedelta(days=5)
    lifecycle.pass_deadline(state, late)
    assert state.red
    reason = ReasonCode.OTHER
    lifecycle.hold_for(state, late, reason, "h", origin="person", pauses_clock=True)
    terms = {
        stage: replace(each, limit_seconds=30 * 86_400)
        for stage, each in plan_of(state).terms.items()
    }
    lifecycle.admit(state, replace(plan_of(state), rule_set="v9", terms=terms), late)
    lifecycle.release(state, "h", "ann", late)
    assert not lifecycle.pass_deadline(state, late)
    assert (state.red, state.escalated, state.late) == (False, False, False)
