"""Which action is refused, and why: checked before anything changes, so a refusal has no effect."""

from dataclasses import replace
from datetime import datetime
from functools import singledispatch

from domain import approvals, cosigning, signing
from domain.actions import (
    Action,
    AddSign,
    Amend,
    AssignGroup,
    Cancel,
    ChannelUpdate,
    Confirm,
    CopyTo,
    Decide,
    Deliver,
    ParcelLine,
    RaiseHold,
    RaiseObjection,
    ReleaseHold,
    Repin,
    RequestReturn,
    Ship,
    StaffChanged,
    Transfer,
    Urge,
    Verdict,
    Withdraw,
)
from domain.approvals import AddedWhen, Approval
from domain.lifecycle import is_held_by, is_terminal, remaining
from domain.refusals import Refusal, RefusalCode
from domain.stages import Stage
from domain.state import VOID_DISPATCH, OrderState

BEFORE_SHIPMENT = frozenset({Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING})
_EVEN_WHEN_CLOSING = (ReleaseHold, ChannelUpdate, StaffChanged)


def refusal(state: OrderState, action: Action, now: datetime) -> Refusal | None:
    """Return why the action is refused in this state, None when it is accepted."""
    if state.closing is not None and not isinstance(action, _EVEN_WHEN_CLOSING):
        return Refusal(RefusalCode.CLOSED, str(state.closing.reason))
    if is_terminal(state) and not isinstance(action, RequestReturn):
        return Refusal(RefusalCode.CLOSED, str(state.stage))
    return _too_soon(state, action, now) or _why_not(action, state)


def _too_soon(state: OrderState, action: Action, now: datetime) -> Refusal | None:
    urged = state.urged.get(action.actor) if isinstance(action, Urge) else None
    if urged is None or now >= urged + signing.URGE_GAP:
        return None
    return Refusal(RefusalCode.TOO_SOON, f"{urged + signing.URGE_GAP:%H:%M}")


@singledispatch
def _why_not(action: Action, state: OrderState) -> Refusal | None:
    raise TypeError(f"no rule for {type(action).__name__}")


@_why_not.register
def _(action: Confirm, state: OrderState) -> Refusal | None:
    if state.stage is not Stage.PENDING_CONFIRMATION:
        return Refusal(RefusalCode.WRONG_STAGE, str(state.stage))
    return Refusal(RefusalCode.ALREADY_DONE, "confirm") if state.confirmed else None


@_why_not.register
def _(action: Decide, state: OrderState) -> Refusal | None:
    if state.stage is not Stage.IN_REVIEW:
        return Refusal(RefusalCode.WRONG_STAGE, str(state.stage))
    if action.content_hash != state.facts.content_hash:
        return Refusal(RefusalCode.STALE_CONTENT, state.facts.content_hash)
    refused = _may_not_sign(state, action.actor)
    if refused is not None:
        return refused
    if action.verdict is Verdict.APPROVE:
        return None
    if not action.note_id:
        return Refusal(RefusalCode.NOTE_REQUIRED, str(action.verdict))
    return Refusal(RefusalCode.ALREADY_SHIPPED, str(state.stage)) if state.parcels else None


def _may_not_sign(state: OrderState, person: str) -> Refusal | None:
    """Return why this person may not sign now, in review."""
    approval = state.approval
    if person == state.facts.submitter:
        return Refusal(RefusalCode.IS_SUBMITTER, person)
    if approvals.has_signed(approval, person):
        return Refusal(RefusalCode.ALREADY_SIGNED, person)
    if is_held_by(state, signing.RETURNED):
        return Refusal(RefusalCode.HELD, signing.RETURNED)
    if approvals.is_approved(approval) or not approvals.is_asked(approval, person):
        return Refusal(RefusalCode.NOT_ENTITLED, person)
    if {person, approval.behalf.get(person)} & signing.barred(state):
        return Refusal(RefusalCode.NOT_ENTITLED, person)
    first = approvals.waits_for(approval, person)
    return Refusal(RefusalCode.SIGNS_LATER, first) if first else None


@_why_not.register
def _(action: AddSign, state: OrderState) -> Refusal | None:
    if state.stage is not Stage.IN_REVIEW:
        return Refusal(RefusalCode.WRONG_STAGE, str(state.stage))
    return _may_not_add(state, action) or _unfit_to_add(state, action)


def _may_not_add(state: OrderState, action: AddSign) -> Refusal | None:
    refused = _may_not_sign(state, action.actor)
    is_afterwards = action.when is not AddedWhen.BEFORE
    if refused is None or refused.code is not RefusalCode.ALREADY_SIGNED or not is_afterwards:
        return refused
    # Who has signed may still ask for more, as long as the order waits for somebody.
    if action.actor in approvals.signers(state.approval) and signing.awaited(state):
        return None
    return refused


def _unfit_to_add(state: OrderState, action: AddSign) -> Refusal | None:
    is_known = action.person in {added.person for added in state.approval.added}
    # Only the ids matter here, and an instant in the past is as good as any.
    after = cosigning.with_added(state.approval, action, state.entered_at)
    if is_known or _is_unfit(state, action.actor, action.person, after):
        return Refusal(RefusalCode.NOT_FIT, action.person)
    return None


@_why_not.register
def _(action: Transfer, state: OrderState) -> Refusal | None:
    if state.stage is not Stage.IN_REVIEW:
        return Refusal(RefusalCode.WRONG_STAGE, str(state.stage))
    refused = _may_not_sign(state, action.actor)
    if refused is not None:
        return refused
    after = cosigning.handed_over(state.approval, action.actor, action.person)
    fewer = approvals.capacity(after) < approvals.capacity(state.approval)
    if fewer or _is_unfit(state, action.actor, action.person, after):
        return Refusal(RefusalCode.NOT_FIT, action.person)
    return None


def _is_unfit(state: OrderState, actor: str, person: str, after: Approval) -> bool:
    """Tell whether somebody who was named cannot sign, or nobody could sign with them any more."""
    is_barred = {person, after.behalf.get(person)} & signing.barred(state)
    has_part = person == actor or approvals.has_signed(after, person)
    return bool(is_barred) or has_part or approvals.is_tangled(replace(after, unvetted=[]))


@_why_not.register
def _(action: Withdraw, state: OrderState) -> Refusal | None:
    if state.stage is not Stage.IN_REVIEW:
        return Refusal(RefusalCode.WRONG_STAGE, str(state.stage))
    is_signer = action.actor in approvals.signers(state.approval)
    # An order that came from a channel was submitted by nobody, and nobody may take it back.
    is_submitter = bool(action.actor) and action.actor == state.facts.submitter
    if not is_signer and not is_submitter:
        return Refusal(RefusalCode.NOTHING_TO_WITHDRAW, action.actor)
    if approvals.is_approved(state.approval):
        return Refusal(RefusalCode.ALREADY_DONE, "approve")
    if is_held_by(state, signing.RETURNED):
        return Refusal(RefusalCode.ALREADY_DONE, signing.RETURNED)
    return None


@_why_not.register
def _(action: Urge, state: OrderState) -> Refusal | None:
    return None if signing.awaited(state) else Refusal(RefusalCode.WRONG_STAGE, str(state.stage))


@_why_not.register
def _(action: CopyTo, state: OrderState) -> Refusal | None:
    is_news = set(action.people) - set(state.copied)
    return None if is_news else Refusal(RefusalCode.ALREADY_DONE, "copy")


@_why_not.register
def _(action: StaffChanged, state: OrderState) -> Refusal | None:
    return None


@_why_not.register
def _(action: Repin, state: OrderState) -> Refusal | None:
    if state.stage not in BEFORE_SHIPMENT or state.parcels:
        return Refusal(RefusalCode.WRONG_STAGE, str(state.stage))
    if not action.note_id:
        return Refusal(RefusalCode.NOTE_REQUIRED, "rule set")
    if action.rule_set == signing.pinned_rules(state):
        return Refusal(RefusalCode.SAME_RULES, action.rule_set)
    return None


@_why_not.register
def _(action: Ship, state: OrderState) -> Refusal | None:
    if state.stage is not Stage.PREPARING:
        return Refusal(RefusalCode.WRONG_STAGE, str(state.stage))
    if state.holds:
        return Refusal(RefusalCode.HELD, str(state.holds[0].reason))
    if any(parcel.tracking_number == action.tracking_number for parcel in state.parcels):
        return Refusal(RefusalCode.ALREADY_DONE, action.tracking_number)
    if not any(remaining(state).values()):
        return Refusal(RefusalCode.ALREADY_DONE, "ship")
    return pieces_refused(state, action.lines)


def pieces_refused(state: OrderState, lines: tuple[ParcelLine, ...]) -> Refusal | None:
    """Return why a parcel of these lines cannot have left the warehouse, None when it can."""
    left = remaining(state)
    for line in lines:
        if line.line_id not in left:
            return Refusal(RefusalCode.UNKNOWN_LINE, line.line_id)
        left[line.line_id] -= line.quantity
        if line.quantity <= 0 or left[line.line_id] < 0:
            return Refusal(RefusalCode.TOO_MANY_PIECES, f"{line.line_id} × {line.quantity}")
    return None


@_why_not.register
def _(action: Deliver, state: OrderState) -> Refusal | None:
    parcels = [p for p in state.parcels if action.tracking_number in ("", p.tracking_number)]
    if not parcels:
        return Refusal(RefusalCode.UNKNOWN_PARCEL, action.tracking_number)
    if all(parcel.delivered_at is not None for parcel in parcels):
        return Refusal(RefusalCode.ALREADY_DONE, action.tracking_number or "deliver")
    return None


@_why_not.register
def _(action: RaiseHold, state: OrderState) -> Refusal | None:
    return None if action.note_id else Refusal(RefusalCode.NOTE_REQUIRED, "hold")


@_why_not.register
def _(action: ReleaseHold, state: OrderState) -> Refusal | None:
    if any(hold.id == action.hold_id for hold in state.holds):
        return None
    return Refusal(RefusalCode.UNKNOWN_HOLD, action.hold_id)


@_why_not.register
def _(action: Amend, state: OrderState) -> Refusal | None:
    if action.facts.content_version <= state.facts.content_version:
        return Refusal(RefusalCode.STALE_CONTENT, state.facts.content_hash)
    by_channel = action.actor.startswith("channel:")
    if not by_channel and (state.parcels or state.stage not in BEFORE_SHIPMENT):
        return Refusal(RefusalCode.ALREADY_SHIPPED, str(state.stage))
    return None


@_why_not.register
def _(action: AssignGroup, state: OrderState) -> Refusal | None:
    if state.stage not in BEFORE_SHIPMENT:
        return Refusal(RefusalCode.WRONG_STAGE, str(state.stage))
    # After a call whose outcome is unknown the warehouse may know of the order all the same.
    if state.dispatched or state.calling or VOID_DISPATCH in state.undo:
        return Refusal(RefusalCode.ALREADY_DISPATCHED, state.group)
    return None


@_why_not.register
def _(action: Cancel, state: OrderState) -> Refusal | None:
    if not action.note_id:
        return Refusal(RefusalCode.NOTE_REQUIRED, "cancel")
    if state.parcels:
        return Refusal(RefusalCode.ALREADY_SHIPPED, str(state.stage))
    return None


@_why_not.register
def _(action: RaiseObjection, state: OrderState) -> Refusal | None:
    if not action.note_id:
        return Refusal(RefusalCode.NOTE_REQUIRED, "objection")
    if state.stage is not Stage.SHIPPED:
        return Refusal(RefusalCode.WRONG_STAGE, str(state.stage))
    return None


@_why_not.register
def _(action: RequestReturn, state: OrderState) -> Refusal | None:
    if not action.note_id:
        return Refusal(RefusalCode.NOTE_REQUIRED, "return")
    if not state.parcels and state.stage not in (Stage.SHIPPED, Stage.COMPLETED):
        return Refusal(RefusalCode.WRONG_STAGE, str(state.stage))
    return None


@_why_not.register
def _(action: ChannelUpdate, state: OrderState) -> Refusal | None:
    return None
