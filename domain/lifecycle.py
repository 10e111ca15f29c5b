"""The rules of an order's life: what a stage needs before it may be left, which deadline is next
and what its passing means. Pure: `now` is an argument and nothing is awaited."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain import approvals, cosigning, ladder, sla
from domain.actions import ParcelLine
from domain.approvals import Approval, Signature
from domain.events import Event, EventKind
from domain.facts import OrderFacts
from domain.holds import REASONS, Hold, ReasonCode
from domain.openings import Openings, later
from domain.stages import TERMINAL, Stage, is_edge, way_to
from domain.state import SYSTEM, Closing, HoldTerms, OrderState, Plan, Terms

NO_TERMS = Terms(owner_role=SYSTEM, limit_seconds=None, on_breach="none", stall_seconds=None)

# A hold that the channel raised and takes back by itself.
CHANNEL_HOLD = "channel_hold"
# A hold on an order that too few people could approve once staff had changed.
STAFF_HOLD = "staff"
_NOTHING_MAY_LEAVE = frozenset(
    {ReasonCode.FRAUD_RISK, ReasonCode.ADDR_INVALID, ReasonCode.DUPLICATE}
)


class IllegalMove(Exception):
    """A move along an edge that does not exist: a defect of the caller, never of the order."""


def opened(facts: OrderFacts, now: datetime) -> OrderState:
    """Return the state of an order that was just submitted, or just moved here in mid-life.

    One that was moved here has gone its way elsewhere; its deadlines count from now.
    """
    stage = Stage(facts.start_stage or Stage.PENDING_CONFIRMATION)
    state = OrderState(
        facts=facts,
        stage=Stage.PENDING_CONFIRMATION,
        entered_at=now,
        clock=sla.started(now, None, None),
    )
    moved = {"moved_in": str(stage)} if facts.start_stage else {}
    note(state, now, EventKind.SUBMITTED, facts.submitter or f"channel:{facts.channel}", moved)
    source: dict[str, str] = {}
    for step in way_to(stage):
        state.stage = step
        note(state, now, EventKind.STAGE_ENTERED, SYSTEM, source | {"to": str(step)})
        source = {"from": str(step)}
    return state


def note(
    state: OrderState,
    now: datetime,
    kind: EventKind,
    actor: str,
    data: dict[str, str] | None = None,
) -> None:
    """Append the next numbered event."""
    state.version += 1
    state.events.append(Event(state.version, now, kind, state.stage, actor, data or {}))


def terms(state: OrderState, stage: Stage | None = None) -> Terms:
    """Return the pinned terms of a stage (the current one by default)."""
    if state.plan is None:
        return NO_TERMS
    return state.plan.terms.get(str(stage or state.stage), NO_TERMS)


def openings(state: OrderState) -> Openings:
    """Return the working time in which the deadlines of the current stage count."""
    return state.plan.calendars.get(terms(state).calendar, sla.ALWAYS) if state.plan else sla.ALWAYS


# --- admission -----------------------------------------------------------------------------


def admit(state: OrderState, plan: Plan, now: datetime) -> None:
    """Take over what admission planned: tier, signers, route, terms, and its obstacles as holds."""
    is_new_set = state.plan is None or state.plan.rule_set != plan.rule_set
    state.plan = plan
    state.admission_due |= plan.content_version != state.facts.content_version
    _ask_signers(state, plan, now)
    if not state.group_assigned:
        state.group, state.warehouse = plan.group, plan.warehouse
    if is_new_set:
        _restart_clock(state, state.entered_at)
    data = {"tier": plan.tier, "group": state.group, "rule_set": plan.rule_set}
    note(state, now, EventKind.ADMITTED, SYSTEM, data)
    # An answer that comes after the decision to close obliges nobody any more.
    if state.closing is None:
        _renew_obstacles(state, plan, now)
        _review_again_if_unapproved(state, now)


def _review_again_if_unapproved(state: OrderState, now: datetime) -> None:
    """A new plan may ask for signatures nobody gave: nothing is prepared without them."""
    is_prepared = state.stage is Stage.PREPARING and not state.parcels
    if is_prepared and not approvals.is_approved(state.approval):
        advance(state, Stage.IN_REVIEW, now)


def _ask_signers(state: OrderState, plan: Plan, now: datetime) -> None:
    """Ask whom the plan asks; what was signed counts on where it still does."""
    before = state.approval
    state.approval = Approval(
        policy=plan.policy,
        groups=plan.signers,
        quorum=plan.quorum,
        added=before.added,
        behalf=plan.behalf,
        unvetted=before.unvetted,
    )
    state.approval.signatures = _still_valid(state, before.signatures)
    note_voided(state, [s for s in before.signatures if s not in state.approval.signatures], now)
    # The answer was about the staff as it was asked; who was named meanwhile is looked up.
    state.entitlement_due |= bool(state.handovers or state.approval.added)


def _still_valid(state: OrderState, given: list[Signature]) -> list[Signature]:
    added = {each.person for each in state.approval.added}
    entitled = {*approvals.everybody(state.approval), *added}
    kept = [
        signature
        for signature in given
        if signature.person in entitled and signature.content_hash == state.facts.content_hash
    ]
    return cosigning.in_sequence(state.approval, given, kept)


def note_voided(state: OrderState, gone: list[Signature], now: datetime) -> None:
    """Tell those whose signature no longer counts."""
    if gone:
        told = ",".join(signature.person for signature in gone)
        note(state, now, EventKind.SIGNATURES_VOIDED, SYSTEM, {"told": told})


def _renew_obstacles(state: OrderState, plan: Plan, now: datetime) -> None:
    for hold in [h for h in state.holds if h.origin in ("admission", STAFF_HOLD)]:
        _drop(state, hold, SYSTEM, now)
    for index, obstacle in enumerate(plan.obstacles, 1):
        hold_id = f"admission:{state.admission_round}:{index}"
        hold_for(state, now, obstacle.reason, hold_id, origin="admission", detail=obstacle.detail)


def is_admitted(state: OrderState) -> bool:
    """Tell whether the plan in force covers the content in force, and staff as it is now."""
    return state.plan is not None and not (state.admission_due or state.entitlement_due)


# --- stages --------------------------------------------------------------------------------


def may_leave(state: OrderState, now: datetime) -> bool:
    """Tell whether the current stage has what it needs and nothing holds the order."""
    if state.holds or state.closing is not None or not is_admitted(state):
        return False
    match state.stage:
        case Stage.PENDING_CONFIRMATION:
            return state.confirmed or not _planned(state).needs_confirmation
        case Stage.IN_REVIEW:
            # What the warehouse was told before a change is called back first.
            return approvals.is_approved(state.approval) and not state.dispatched
        case Stage.PREPARING:
            return is_all_out(state)
        case Stage.SHIPPED:
            return _is_settled(state) and not _before_window_end(state, now)
        case _:
            return False


def _planned(state: OrderState) -> Plan:
    if state.plan is None:
        raise IllegalMove("an order that was never admitted has no plan")
    return state.plan


def advance(state: OrderState, target: Stage, now: datetime, actor: str = SYSTEM) -> None:
    """Move along an edge: new stage, new clock, flags of the stage cleared."""
    if not is_edge(state.stage, target):
        raise IllegalMove(f"no edge from {state.stage} to {target}")
    source = state.stage
    state.stage, state.entered_at = target, now
    state.red = state.late = state.escalated = False
    # What was told of the last stage says nothing about this one.
    state.clock = sla.Clock(None, None, state.clock.paused_at)
    _restart_clock(state, now)
    data = {"from": str(source), "to": str(target)}
    if target is Stage.CLOSED_ABNORMALLY and state.closing is not None:
        data |= {"reason": str(state.closing.reason), "note_id": state.closing.note_id}
    note(state, now, EventKind.STAGE_ENTERED, actor, data)
    if is_terminal(state):
        for hold in list(state.holds):
            _drop(state, hold, actor, now)


def _restart_clock(state: OrderState, since: datetime) -> None:
    """Count from `since` under the terms in force, less the time the clock stood still."""
    ladder.restart(state, since, terms(state), openings(state))


def is_terminal(state: OrderState) -> bool:
    """Tell whether the order has ended."""
    return state.stage in TERMINAL


def remaining(state: OrderState) -> dict[str, int]:
    """Return how many pieces of each line are still inside the warehouse."""
    left = {line.line_id: line.quantity for line in state.facts.lines}
    for parcel in state.parcels:
        for line in parcel.lines:
            left[line.line_id] -= line.quantity
    return left


def is_all_out(state: OrderState) -> bool:
    """Tell whether every piece has left the warehouse and left the stock ledger."""
    is_out = bool(state.parcels) and not any(remaining(state).values())
    return is_out and all(parcel.settled for parcel in state.parcels)


def _is_settled(state: OrderState) -> bool:
    told = all(parcel.channel_told for parcel in state.parcels)
    return told and window_ends_at(state) is not None


# --- deadlines -----------------------------------------------------------------------------


def window_ends_at(state: OrderState) -> datetime | None:
    """Return when the objection window closes, None before everything is delivered (UTC)."""
    arrivals = [parcel.delivered_at for parcel in state.parcels]
    if state.stage is not Stage.SHIPPED or not arrivals or None in arrivals:
        return None
    window = timedelta(seconds=terms(state).window_seconds or 0)
    return later(openings(state), max(at for at in arrivals if at is not None), window)


def _before_window_end(state: OrderState, now: datetime) -> bool:
    ends_at = window_ends_at(state)
    return ends_at is not None and now < ends_at


def next_deadline(state: OrderState, now: datetime) -> datetime | None:
    """Return the nearest instant at which something is due by itself, None when nothing is."""
    if state.closing is not None:
        return None
    candidates = [sla.pending_deadline(state.clock)]
    if not state.holds and _before_window_end(state, now):
        candidates.append(window_ends_at(state))
    return min((at for at in candidates if at is not None), default=None)


def shown_deadline(state: OrderState) -> datetime | None:
    """Return the instant the board counts down to: the limit, after it the next escalation, else
    the window, else the stall."""
    clock = state.clock
    if clock.due_at is not None and not clock.breached:
        return clock.due_at
    return clock.rung_at or window_ends_at(state) or clock.stalls_at or clock.due_at


def pass_deadline(state: OrderState, now: datetime) -> bool:
    """Note every deadline that has passed, each once and in order. Never fails the order.

    The limit turns it red, escalates or warns; each step of the ladder after it escalates further.
    """
    if state.closing is not None or not sla.is_breached(state.clock, now):
        return False
    for kind, data in ladder.passed(state, now, terms(state), openings(state)):
        note(state, now, kind, SYSTEM, data)
    return True


# --- holds ---------------------------------------------------------------------------------


def hold_for(
    state: OrderState,
    now: datetime,
    reason: ReasonCode,
    hold_id: str,
    *,
    origin: str,
    actor: str = SYSTEM,
    assignee: str = "",
    detail: str = "",
    note_id: str = "",
    pauses_clock: bool | None = None,
) -> None:
    """Put a hold on the order, assigned to the role the reason names unless told otherwise."""
    reason_terms = _hold_terms(state, reason)
    pauses = reason_terms.pauses_clock if pauses_clock is None else pauses_clock
    hold = Hold(
        id=hold_id,
        reason=reason,
        assignee=assignee or reason_terms.role,
        raised_by=actor,
        raised_at=now,
        pauses_clock=pauses,
        origin=origin,
        detail=detail,
        note_id=note_id,
    )
    state.holds.append(hold)
    if pauses:
        sla.pause(state.clock, now)
    data = {"hold_id": hold.id, "reason": str(reason), "assignee": hold.assignee, "detail": detail}
    note(state, now, EventKind.HELD, actor, data | ({"note_id": note_id} if note_id else {}))


def _hold_terms(state: OrderState, reason: ReasonCode) -> HoldTerms:
    """Return who follows a reason up and whether it stops the clock: the rules', else ours."""
    pinned = state.plan.hold_terms.get(str(reason)) if state.plan else None
    ours = REASONS[reason]
    return pinned or HoldTerms(ours.role, ours.pauses_clock)


def shop_must_wait_for(state: OrderState) -> ReasonCode | None:
    """Return the first hold for which the shop must not send the goods by itself either.

    Holds of the channel are its own business, and most others are about our own warehouse.
    """
    reasons = [hold.reason for hold in state.holds if hold.origin != CHANNEL_HOLD]
    return next((reason for reason in reasons if reason in _NOTHING_MAY_LEAVE), None)


def release(state: OrderState, hold_id: str, actor: str, now: datetime, note_id: str = "") -> None:
    """Take a hold off; what raised it is tried again."""
    hold = next(h for h in state.holds if h.id == hold_id)
    _drop(state, hold, actor, now, note_id)
    if hold.origin == "admission":
        state.admission_due = True


def _drop(state: OrderState, hold: Hold, actor: str, now: datetime, note_id: str = "") -> None:
    state.holds.remove(hold)
    if not any(h.pauses_clock for h in state.holds):
        sla.resume(state.clock, now, openings(state))
        if not state.clock.breached:
            # Other terms that came while it stood still may give it more time.
            state.red = state.late = state.escalated = False
    data = {"hold_id": hold.id, "reason": str(hold.reason)}
    note(state, now, EventKind.RELEASED, actor, data | ({"note_id": note_id} if note_id else {}))


def is_held_by(state: OrderState, origin: str) -> bool:
    """Tell whether something with this origin holds the order."""
    return any(hold.origin == origin for hold in state.holds)


# --- closing -------------------------------------------------------------------------------


def close_for(
    state: OrderState, closing: Closing, now: datetime, returned: Sequence[ParcelLine] = ()
) -> None:
    """Decide that the order ends abnormally; the first decision stands."""
    if state.closing is not None:
        return
    state.closing = closing
    data = {"reason": str(closing.reason), "note_id": closing.note_id, "told": _involved(state)}
    if returned:
        data["lines"] = ",".join(f"{line.line_id}:{line.quantity}" for line in returned)
    kind = EventKind.RETURN_REQUESTED if closing.is_return else EventKind.CANCEL_REQUESTED
    note(state, now, kind, closing.actor, data)
    for hold in list(state.holds):
        _drop(state, hold, closing.actor, now)


def _involved(state: OrderState) -> str:
    """Who signed, was asked to or got a copy, comma separated: they learn how it ended."""
    signed = {signature.person for signature in state.approval.signatures}
    asked = approvals.awaited_people(state.approval, state.facts.submitter)
    return ",".join(sorted({*signed, *asked, *state.copied}))
