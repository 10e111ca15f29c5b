"""What an accepted action does to an order. The one entrance is `react`: it answers a repeated id
with the first answer, checks, then changes; so every way in (signal, Update) behaves alike."""

from dataclasses import replace
from datetime import datetime
from functools import singledispatch

from domain import approvals, signing
from domain.actions import (
    Action,
    AddSign,
    Amend,
    AssignGroup,
    Cancel,
    ChannelFact,
    ChannelUpdate,
    Confirm,
    CopyTo,
    Decide,
    Deliver,
    Outcome,
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
    Withdraw,
)
from domain.entitlement import BEFORE_SHIPMENT, pieces_refused, refusal
from domain.events import EventKind
from domain.holds import ReasonCode
from domain.lifecycle import (
    CHANNEL_HOLD,
    STAFF_HOLD,
    advance,
    close_for,
    hold_for,
    note,
    release,
    remaining,
)
from domain.stages import Stage
from domain.state import Closing, OrderState, Parcel


def react(state: OrderState, action: Action, now: datetime) -> Outcome:
    """Apply an action once per id and say what became of it; refusals are noted, never raised."""
    if action.id in state.seen:
        return state.seen[action.id]
    refused = refusal(state, action, now)
    if refused is None:
        code = _apply(action, state, now) or "accepted"
        outcome = Outcome(action.id, True, code, str(state.stage))
    else:
        data = {"action": type(action).__name__, "code": str(refused.code), "action_id": action.id}
        note(state, now, EventKind.REFUSED, action.actor, data)
        outcome = Outcome(
            id=action.id,
            accepted=False,
            code=str(refused.code),
            stage=str(state.stage),
            message_en=refused.message_en,
            message_zh=refused.message_zh,
        )
    # News of staff only asks to look again, and an order may live through a lot of them.
    if not isinstance(action, StaffChanged):
        state.seen[action.id] = outcome
    return outcome


@singledispatch
def _apply(action: Action, state: OrderState, now: datetime) -> str | None:
    raise TypeError(f"no reaction to {type(action).__name__}")


@_apply.register
def _(action: Confirm, state: OrderState, now: datetime) -> None:
    state.confirmed = True
    note(state, now, EventKind.CONFIRMED, action.actor)


@_apply.register
def _(action: Decide, state: OrderState, now: datetime) -> str:
    return signing.decide(state, action, now)


@_apply.register
def _(action: AddSign, state: OrderState, now: datetime) -> None:
    signing.add_signer(state, action, now)


@_apply.register
def _(action: Transfer, state: OrderState, now: datetime) -> None:
    signing.transfer(state, action, now)


@_apply.register
def _(action: Withdraw, state: OrderState, now: datetime) -> None:
    signing.withdraw(state, action, now)


@_apply.register
def _(action: Urge, state: OrderState, now: datetime) -> None:
    signing.urge(state, action, now)


@_apply.register
def _(action: CopyTo, state: OrderState, now: datetime) -> None:
    signing.copy_to(state, action, now)


@_apply.register
def _(action: StaffChanged, state: OrderState, now: datetime) -> str | None:
    is_waiting = state.stage in (Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW)
    if state.plan is None or not is_waiting or state.closing is not None:
        return "nothing"
    if approvals.is_approved(state.approval):
        return "nothing"
    state.entitlement_due = True
    return None


@_apply.register
def _(action: Repin, state: OrderState, now: datetime) -> None:
    data = {"from": signing.pinned_rules(state), "to": action.rule_set, "note_id": action.note_id}
    state.moved_to, state.admission_due = action.rule_set, True
    note(state, now, EventKind.REPINNED, action.actor, data)
    # The warehouse may have been told under a route that no longer holds.
    if state.stage is Stage.PREPARING:
        advance(state, Stage.IN_REVIEW, now)


@_apply.register
def _(action: Ship, state: OrderState, now: datetime) -> None:
    lines = action.lines or _everything_inside(state)
    _add_parcel(action, state, now, lines)


def _everything_inside(state: OrderState) -> tuple[ParcelLine, ...]:
    return tuple(ParcelLine(line_id, left) for line_id, left in remaining(state).items() if left)


def _add_parcel(
    action: Ship | ChannelUpdate, state: OrderState, now: datetime, lines: tuple[ParcelLine, ...]
) -> None:
    from_channel = isinstance(action, ChannelUpdate)
    parcel = Parcel(
        ordinal=len(state.parcels) + 1,
        tracking_number=action.tracking_number,
        carrier=action.carrier,
        lines=lines,
        shipped_at=now,
        from_channel=from_channel,
        # Only a channel that sold the order and does not know of the parcel has to be told.
        channel_told=from_channel or state.facts.origin != "channel",
    )
    state.parcels.append(parcel)
    data = {
        "ordinal": str(parcel.ordinal),
        "tracking": parcel.tracking_number,
        "carrier": parcel.carrier,
    }
    note(state, now, EventKind.PARCEL_SHIPPED, action.actor, data)


@_apply.register
def _(action: Deliver, state: OrderState, now: datetime) -> None:
    _deliver(state, action.tracking_number, action.actor, now)


def _deliver(state: OrderState, tracking_number: str, actor: str, now: datetime) -> None:
    for parcel in state.parcels:
        wanted = tracking_number in ("", parcel.tracking_number)
        if wanted and parcel.delivered_at is None:
            parcel.delivered_at = now
            data = {"ordinal": str(parcel.ordinal), "tracking": parcel.tracking_number}
            note(state, now, EventKind.PARCEL_DELIVERED, actor, data)


@_apply.register
def _(action: RaiseHold, state: OrderState, now: datetime) -> None:
    hold_for(
        state,
        now,
        action.reason,
        action.id,
        origin="person",
        actor=action.actor,
        assignee=action.assignee,
        note_id=action.note_id,
        pauses_clock=action.pauses_clock,
        detail=action.detail,
    )


@_apply.register
def _(action: ReleaseHold, state: OrderState, now: datetime) -> None:
    # What staff lacked is looked up again; admission does so for its own holds.
    state.entitlement_due |= any(
        hold.id == action.hold_id and hold.origin == STAFF_HOLD for hold in state.holds
    )
    release(state, action.hold_id, action.actor, now, action.note_id)


@_apply.register
def _(action: Amend, state: OrderState, now: datetime) -> str | None:
    changed = action.facts.content_hash != state.facts.content_hash
    goods_left = bool(state.parcels) or state.stage not in BEFORE_SHIPMENT
    if goods_left and changed:
        hold_for(
            state,
            now,
            ReasonCode.CHANGE_REQUEST,
            action.id,
            origin="channel",
            actor=action.actor,
            detail=f"content_version:{action.facts.content_version}",
        )
        return "held"
    is_person = not action.actor.startswith("channel:")
    state.facts = replace(
        action.facts,
        submitter=state.facts.submitter,
        submitted_at=state.facts.submitted_at,
        amended_by=action.actor if is_person else state.facts.amended_by,
    )
    # A payment that comes in later changes nothing about goods that are off the ledger.
    is_off_ledger = any(parcel.settled for parcel in state.parcels)
    state.admission_due |= state.stage in BEFORE_SHIPMENT and not is_off_ledger
    data = {"content_version": str(action.facts.content_version)}
    note(state, now, EventKind.AMENDED, action.actor, data)
    if changed or is_person:
        signing.take_back(state, now, action.actor)
    if changed:
        _void_consent(state, now)
    return None


def _void_consent(state: OrderState, now: datetime) -> None:
    """What people agreed to no longer exists: ask them again, and review again if need be."""
    state.confirmed = False
    signing.void_signatures(state, now)
    if state.stage is Stage.PREPARING:
        advance(state, Stage.IN_REVIEW, now)


@_apply.register
def _(action: AssignGroup, state: OrderState, now: datetime) -> None:
    state.group, state.warehouse, state.group_assigned = action.group, action.warehouse, True
    data = {"group": action.group, "warehouse": action.warehouse}
    note(state, now, EventKind.GROUP_ASSIGNED, action.actor, data)
    state.admission_due = True


@_apply.register
def _(action: Cancel, state: OrderState, now: datetime) -> None:
    close_for(state, Closing(action.reason, action.note_id, action.actor), now)


@_apply.register
def _(action: RaiseObjection, state: OrderState, now: datetime) -> None:
    note(state, now, EventKind.OBJECTED, action.actor, {"note_id": action.note_id})
    hold_for(
        state,
        now,
        action.reason,
        action.id,
        origin="objection",
        actor=action.actor,
        note_id=action.note_id,
    )


@_apply.register
def _(action: RequestReturn, state: OrderState, now: datetime) -> None:
    closing = Closing(ReasonCode.RETURN, action.note_id, action.actor, is_return=True)
    close_for(state, closing, now, returned=action.lines)


@_apply.register
def _(action: ChannelUpdate, state: OrderState, now: datetime) -> str | None:
    if state.closing is not None:
        return "closing"
    match action.fact:
        case ChannelFact.CANCELLED:
            return _cancelled_by_channel(action, state, now)
        case ChannelFact.PARCEL:
            return _shipped_by_channel(action, state, now)
        case ChannelFact.DELIVERED:
            return _delivered_by_channel(action, state, now)
        case ChannelFact.HELD:
            return _held_by_channel(action, state, now)
        case ChannelFact.RELEASED:
            return _released_by_channel(action, state, now)


def _held_by_channel(action: ChannelUpdate, state: OrderState, now: datetime) -> str | None:
    """Hold for the channel's own reason: one hold at a time, the newest reason stands."""
    _drop_channel_holds(state, action, now)
    hold_for(state, now, action.reason, action.id, origin=CHANNEL_HOLD, actor=action.actor)
    return "held"


def _released_by_channel(action: ChannelUpdate, state: OrderState, now: datetime) -> str | None:
    return None if _drop_channel_holds(state, action, now) else "not_held"


def _drop_channel_holds(state: OrderState, action: ChannelUpdate, now: datetime) -> bool:
    found = [hold for hold in state.holds if hold.origin == CHANNEL_HOLD]
    for hold in found:
        release(state, hold.id, action.actor, now)
    return bool(found)


def _delivered_by_channel(action: ChannelUpdate, state: OrderState, now: datetime) -> str | None:
    # It may overtake the news of its parcel: a person sees it, nothing is lost.
    numbers = {parcel.tracking_number for parcel in state.parcels}
    if not numbers or action.tracking_number not in numbers | {""}:
        return _out_of_step(action, state, now, "delivered_unknown_parcel")
    _deliver(state, action.tracking_number, action.actor, now)
    return None


def _cancelled_by_channel(action: ChannelUpdate, state: OrderState, now: datetime) -> str | None:
    if not state.parcels:
        closing = Closing(action.reason, action.id, action.actor, from_channel=True)
        close_for(state, closing, now)
        return None
    return _out_of_step(action, state, now, "cancelled_after_shipping")


def _shipped_by_channel(action: ChannelUpdate, state: OrderState, now: datetime) -> str | None:
    if any(parcel.tracking_number == action.tracking_number for parcel in state.parcels):
        return "known"
    if not any(remaining(state).values()):
        return "nothing_left"
    lines = action.lines or _everything_inside(state)
    if pieces_refused(state, lines) is not None:
        return _out_of_step(action, state, now, "more_pieces_than_ordered")
    _add_parcel(action, state, now, lines)
    # What was moved here on its way, or lies with the channel, was never on this ledger.
    moved_in = state.stage is Stage.SHIPPED
    state.parcels[-1].settled = moved_in or state.facts.fulfilled_by_channel
    if state.stage not in (Stage.PREPARING, Stage.SHIPPED):
        return _out_of_step(action, state, now, "shipped_before_approval")
    return None


def _out_of_step(action: ChannelUpdate, state: OrderState, now: datetime, detail: str) -> str:
    """Hold for a person, once: a poll tells the same fact again and again."""
    fact = f"{detail}:{action.tracking_number}"
    if fact in state.out_of_step:
        return "known"
    state.out_of_step.append(fact)
    hold_for(
        state,
        now,
        ReasonCode.CHANNEL_SYNC,
        action.id,
        origin="channel",
        actor=action.actor,
        detail=detail,
    )
    return "held"
