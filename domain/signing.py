"""What people do to an order's approval: sign, reject, return, add, hand over, take back, urge."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain import approvals, cosigning
from domain.actions import AddSign, CopyTo, Decide, Transfer, Urge, Verdict, Withdraw
from domain.approvals import Handover, Signature, SignerGroup
from domain.events import EventKind
from domain.holds import ReasonCode
from domain.lifecycle import (
    STAFF_HOLD,
    close_for,
    hold_for,
    is_held_by,
    note,
    note_voided,
    release,
)
from domain.refusals import RefusalCode
from domain.staffing import StaffAnswer, StaffQuestion
from domain.stages import Stage
from domain.state import SYSTEM, Closing, OrderState, Plan

# The origin of the hold on an order that lies with its submitter again (退回); its id begins so.
RETURNED = "returned"
URGE_GAP = timedelta(minutes=10)
CUSTOMER_SERVICE = "customer_service"


def barred(state: OrderState) -> frozenset[str]:
    """Return who may not approve what they wrote themselves."""
    return frozenset({state.facts.submitter, state.facts.amended_by} - {""})


def awaited(state: OrderState) -> tuple[str, ...]:
    """Return whose decision the order waits for; nobody's while it lies with its submitter."""
    if state.stage is not Stage.IN_REVIEW or is_held_by(state, RETURNED):
        return ()
    found = approvals.awaited_people(state.approval, state.facts.submitter)
    return tuple(person for person in found if person not in barred(state))


def pinned_rules(state: OrderState) -> str:
    """Return the rule set the order is under, empty before its first admission."""
    return state.moved_to or (state.plan.rule_set if state.plan else "")


# --- decisions -----------------------------------------------------------------------------


def decide(state: OrderState, action: Decide, now: datetime) -> str:
    """Take over a verdict; returns what it made of the order."""
    data = {"decision_id": action.id, "content_hash": action.content_hash}
    if action.note_id:
        data["note_id"] = action.note_id
    if behalf := state.approval.behalf.get(action.actor, ""):
        data["on_behalf_of"] = behalf
    match action.verdict:
        case Verdict.REJECT:
            note(state, now, EventKind.REJECTED, action.actor, data)
            closing = Closing(ReasonCode.APPROVAL_REJECTED, action.note_id, action.actor)
            close_for(state, closing, now)
            return "rejected"
        case Verdict.RETURN:
            note(state, now, EventKind.RETURNED, action.actor, data | _told_of_return(state))
            _give_back(state, action, now)
            return "returned"
        case Verdict.APPROVE:
            signature = Signature(action.id, action.actor, action.content_hash, now, behalf)
            return _sign(state, signature, data, now)


def _sign(state: OrderState, signature: Signature, data: dict[str, str], now: datetime) -> str:
    before = awaited(state)
    state.approval.signatures.append(signature)
    next_ones = _listed(person for person in awaited(state) if person not in before)
    data |= {"told": next_ones} if next_ones else {}
    note(state, now, EventKind.SIGNED, signature.person, data)
    if not approvals.is_approved(state.approval):
        return "signed"
    _note_approved(state, signature.person, now)
    return "approved"


def _note_approved(state: OrderState, actor: str, now: datetime) -> None:
    data = {"tier": state.plan.tier if state.plan else ""}
    data |= {"told": _listed(state.copied)} if state.copied else {}
    note(state, now, EventKind.APPROVED, actor, data)


def _told_of_return(state: OrderState) -> dict[str, str]:
    """Say whose move it is now, and who hears of it."""
    told = _listed([state.facts.submitter, *state.copied])
    return {"told": told} | ({} if state.facts.submitter else {"role": CUSTOMER_SERVICE})


def _give_back(state: OrderState, action: Decide | Withdraw, now: datetime) -> None:
    """Let the order lie with whoever submitted it; what follows is a review from the start."""
    void_signatures(state, now)
    hold_for(
        state,
        now,
        ReasonCode.CHANGE_REQUEST,
        f"{RETURNED}:{action.id}",
        origin=RETURNED,
        actor=action.actor,
        assignee=state.facts.submitter or CUSTOMER_SERVICE,
        note_id=action.note_id,
        pauses_clock=True,
    )


def void_signatures(state: OrderState, now: datetime) -> None:
    """Begin the review from the start: what was signed, and who was added to sign it, is over."""
    gone = [*state.approval.signatures]
    state.approval.signatures.clear()
    state.approval.added.clear()
    state.approval.unvetted.clear()
    note_voided(state, gone, now)


def take_back(state: OrderState, now: datetime, actor: str) -> None:
    """Release the hold of an order that lies with its submitter: it was changed, say."""
    for hold in [hold for hold in state.holds if hold.origin == RETURNED]:
        release(state, hold.id, actor, now)


def withdraw(state: OrderState, action: Withdraw, now: datetime) -> None:
    """Take back the actor's signature, or, by its submitter, the whole order from review."""
    data = {"action_id": action.id}
    data |= {"note_id": action.note_id} if action.note_id else {}
    if action.actor not in approvals.signers(state.approval):
        told = dict.fromkeys([*approvals.signers(state.approval), *awaited(state)])
        data |= {"what": "order", "told": _listed(told)}
        note(state, now, EventKind.WITHDRAWN, action.actor, data)
        _give_back(state, action, now)
        return
    given = state.approval.signatures
    mine = next(s for s in given if s.person == action.actor)
    others = [signature for signature in given if signature is not mine]
    state.approval.signatures = cosigning.in_sequence(state.approval, given, others)
    told = dict.fromkeys(person for person in awaited(state) if person != action.actor)
    data |= {"what": "signature", "decision_id": mine.decision_id, "told": _listed(told)}
    note(state, now, EventKind.WITHDRAWN, action.actor, data)
    note_voided(state, [s for s in others if s not in state.approval.signatures], now)


# --- who else ------------------------------------------------------------------------------


def add_signer(state: OrderState, action: AddSign, now: datetime) -> None:
    """Ask one more person; whether they are fit is looked up before they may sign."""
    state.approval = cosigning.with_added(state.approval, action, now)
    state.entitlement_due = True
    data = {"person": action.person, "when": str(action.when), "action_id": action.id}
    data |= {"note_id": action.note_id} if action.note_id else {}
    note(state, now, EventKind.SIGNER_ADDED, action.actor, data)


def transfer(state: OrderState, action: Transfer, now: datetime) -> None:
    """Give the actor's part to somebody; whether they are fit is looked up before they may sign."""
    added = next((a for a in approvals.pending(state.approval) if a.person == action.actor), None)
    state.approval = cosigning.handed_over(state.approval, action.actor, action.person)
    state.handovers.append(Handover(action.id, action.actor, action.person))
    state.entitlement_due = True
    data = {"person": action.person, "from": action.actor, "action_id": action.id}
    data |= {"note_id": action.note_id} if action.note_id else {}
    data |= {"added": added.id} if added else {}
    note(state, now, EventKind.TRANSFERRED, action.actor, data)


# --- staff -----------------------------------------------------------------------------------


def staff_question(state: OrderState, plan: Plan) -> StaffQuestion:
    """Return what has to be looked up to know who may sign now."""
    return StaffQuestion(
        roles=tuple(group.role for group in plan.signers),
        amount=plan.base_amount,
        group=state.group,
        barred=tuple(sorted(barred(state))),
        if_nobody=plan.if_nobody,
        rescue=plan.rescue,
        handovers=tuple(state.handovers),
        asked=tuple(added.person for added in approvals.pending(state.approval)),
    )


def entitle(state: OrderState, asked: StaffQuestion, answer: StaffAnswer, now: datetime) -> None:
    """Take over who may sign now; what was signed by somebody who has left since stays."""
    if state.closing is not None:
        return
    was_approved, before = approvals.is_approved(state.approval), awaited(state)
    old = {group.role: group.people for group in state.approval.groups}
    _undo_unfit(state, answer.unfit, now)
    given = approvals.signers(state.approval)
    looked_up = {*asked.asked, *(handover.taker for handover in asked.handovers)}
    state.approval = replace(
        state.approval,
        groups=tuple(_kept_signers(group, old, given) for group in answer.signers),
        behalf=answer.behalf,
        unvetted=[person for person in state.approval.unvetted if person not in looked_up],
    )
    if {group.role: set(group.people) for group in state.approval.groups} != {
        role: set(people) for role, people in old.items()
    }:
        told = _listed(person for person in awaited(state) if person not in before)
        note(state, now, EventKind.SIGNERS_CHANGED, SYSTEM, {"told": told})
    _hold_if_too_few(state, now)
    if not was_approved and approvals.is_approved(state.approval):
        _note_approved(state, SYSTEM, now)


def _kept_signers(
    group: SignerGroup, old: Mapping[str, tuple[str, ...]], given: Sequence[str]
) -> SignerGroup:
    kept = (p for p in old.get(group.role, ()) if p in given and p not in group.people)
    return SignerGroup(group.role, (*group.people, *kept))


def _undo_unfit(state: OrderState, unfit: Sequence[str], now: datetime) -> None:
    """Forget who was named and may not sign; whoever named them hears it and is asked again."""
    given = approvals.signers(state.approval)
    gone = {person for person in unfit if person not in given}
    for handover in [each for each in state.handovers if each.taker in gone]:
        state.handovers.remove(handover)
        added = cosigning.renamed(state.approval.added, handover.taker, handover.giver)
        state.entitlement_due |= added != state.approval.added
        state.approval.added = added
        _note_unfit(state, "Transfer", handover.id, handover.giver, now)
    for each in [added for added in state.approval.added if added.person in gone]:
        state.approval.added.remove(each)
        _note_unfit(state, "AddSign", each.id, each.by, now)


def _note_unfit(state: OrderState, action: str, action_id: str, actor: str, now: datetime) -> None:
    data = {"action": action, "code": str(RefusalCode.NOT_FIT), "action_id": action_id}
    note(state, now, EventKind.REFUSED, actor, data)


def _hold_if_too_few(state: OrderState, now: datetime) -> None:
    """An order that nobody can approve any more is somebody's task, until somebody can."""
    ours = (hold for hold in state.holds if hold.raised_by == SYSTEM)
    found = [hold for hold in ours if hold.detail == approvals.TOO_FEW]
    is_planned = state.plan is not None and state.plan.base_amount is not None
    if approvals.can_be_approved(state.approval):
        for hold in found:
            release(state, hold.id, SYSTEM, now)
    elif is_planned and not found:
        hold_id = f"{STAFF_HOLD}:{state.version + 1}"
        hold_for(state, now, ReasonCode.OTHER, hold_id, origin=STAFF_HOLD, detail=approvals.TOO_FEW)


# --- messages ------------------------------------------------------------------------------


def urge(state: OrderState, action: Urge, now: datetime) -> None:
    """Remind those it waits for."""
    state.urged[action.actor] = now
    note(state, now, EventKind.URGED, action.actor, {"told": _listed(awaited(state))})


def copy_to(state: OrderState, action: CopyTo, now: datetime) -> None:
    """Let more people hear how the approval goes."""
    new = [person for person in dict.fromkeys(action.people) if person not in state.copied]
    state.copied += new
    note(state, now, EventKind.COPIED, action.actor, {"told": _listed(new)})


def _listed(people: Iterable[str]) -> str:
    return ",".join(person for person in people if person)
