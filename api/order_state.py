"""The state of an order as far as the read model tells it, to ask the rules of the workflow.

What is not kept is filled in so that the rules answer as they would: of an approval the groups
that are still asked, of past actions only what a rule looks back at. The workflow decides all the
same; the read model runs a moment behind it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from api.records import content_in_force
from api.schemas.tasks import TaskView
from database import orders, progress
from database.orders import OrderRow
from database.progress import Decision, ParcelRow, Progress
from domain.approvals import Approval, Policy, Signature, SignerGroup
from domain.events import Event, EventKind
from domain.facts import OrderFacts, facts_of
from domain.holds import ReasonCode
from domain.signing import RETURNED
from domain.sla import Clock
from domain.stages import Stage
from domain.state import Closing, OrderState, Parcel
from domain.tasks import TaskKind

_CLOSING = "closing"
_CALL = "call:"


def state_of(c: Connection, order: OrderRow, at: Progress, tasks: Sequence[TaskView]) -> OrderState:
    """Return the state of an order with these open tasks."""
    events = progress.timeline(c, order.order_id)
    holds = progress.open_holds(c, order.order_id)
    lies_back = any(hold.origin == RETURNED for hold in holds)
    return OrderState(
        facts=_facts(c, order, at, events),
        stage=Stage(at.stage),
        entered_at=at.entered_at,
        clock=Clock(None, None, None),
        approval=_approval(tasks, progress.decisions_of(c, order.order_id), lies_back),
        confirmed=all(task.kind != TaskKind.CONFIRM for task in tasks),
        group=at.group,
        warehouse=at.warehouse,
        holds=holds,
        parcels=[_parcel(parcel) for parcel in progress.parcels_of(c, order.order_id)],
        dispatched=_is_dispatched(events),
        closing=_closing(at),
        calling=at.waits_for.removeprefix(_CALL) if at.waits_for.startswith(_CALL) else "",
        urged=_urged(events),
        copied=_copied(events),
        admission_due=False,
    )


def _facts(c: Connection, order: OrderRow, at: Progress, events: Sequence[Event]) -> OrderFacts:
    content = content_in_force(c, order.order_id, at)
    facts = facts_of(
        content.order, orders.identity_of(order), content.version, len(content.findings)
    )
    amended = [event.actor for event in events if event.kind is EventKind.AMENDED]
    by_people = [actor for actor in amended if ":" not in actor]
    return OrderFacts(**(vars(facts) | {"amended_by": by_people[-1] if by_people else ""}))


def _approval(
    tasks: Sequence[TaskView], decisions: Sequence[Decision], lies_back: bool
) -> Approval:
    asked = [task for task in tasks if task.kind == TaskKind.APPROVE]
    given = [d for d in decisions if d.verdict == "approve" and d.voided_at is None]
    signatures = [
        Signature(d.decision_id, d.person, d.content_hash, d.at, d.on_behalf_of) for d in given
    ]
    # With nobody left to ask it is approved, which is what the automatic policy says; unless it
    # lies with its submitter and nobody is asked for that.
    policy = Policy.COUNTERSIGN if asked or lies_back else Policy.AUTO
    groups = tuple(SignerGroup(task.role, task.people) for task in asked)
    return Approval(policy=policy, groups=groups, signatures=signatures)


def _parcel(row: ParcelRow) -> Parcel:
    return Parcel(
        ordinal=row.ordinal,
        tracking_number=row.tracking_number,
        carrier=row.carrier,
        lines=row.lines,
        shipped_at=row.shipped_at,
        from_channel=False,
        channel_told=row.channel_told,
        delivered_at=row.delivered_at,
    )


def _is_dispatched(events: Sequence[Event]) -> bool:
    kinds = (EventKind.DISPATCHED, EventKind.DISPATCH_VOIDED)
    told = [event.kind for event in events if event.kind in kinds]
    return bool(told) and told[-1] is EventKind.DISPATCHED


def _closing(at: Progress) -> Closing | None:
    if at.waits_for != _CLOSING or at.closed:
        return None
    reason = ReasonCode(at.closed_reason) if at.closed_reason else ReasonCode.OTHER
    return Closing(reason, at.closed_note_id, "")


def _urged(events: Sequence[Event]) -> dict[str, datetime]:
    return {event.actor: event.at for event in events if event.kind is EventKind.URGED}


def _copied(events: Sequence[Event]) -> list[str]:
    copies = (event.data.get("told", "") for event in events if event.kind is EventKind.COPIED)
    return [person for told in copies for person in told.split(",") if person]
