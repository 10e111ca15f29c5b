"""The read model of an order as the workflow hands it to `record`: pure, derived from state."""

from dataclasses import dataclass
from datetime import datetime

from domain.approvals import Signature
from domain.events import Event
from domain.holds import Hold
from domain.lifecycle import shown_deadline
from domain.state import OrderState, Parcel
from domain.tasks import Task, tasks_for, waits_for


@dataclass(frozen=True)
class Snapshot:
    """What everybody sees of one order at one version; instants are UTC, `priority` is 1 (first)
    to 5."""

    order_id: str
    version: int
    content_version: int
    stage: str
    entered_at: datetime
    group: str
    warehouse: str
    tier: str
    rule_set: str
    waits_for: str
    due_at: datetime | None
    stalls_at: datetime | None
    paused: bool
    red: bool
    escalated: bool
    late: bool
    closed_reason: str
    closed_note_id: str
    tasks: tuple[Task, ...]
    holds: tuple[Hold, ...]
    parcels: tuple[Parcel, ...]
    signatures: tuple[Signature, ...]
    priority: int = 3


@dataclass(frozen=True)
class RecordRequest:
    """Input of the `record` activity: the newest snapshot and every event since the last one.

    `as_of` is the workflow's own time (UTC), which goes on when a lost workflow task is done again:
    of two records about the same events the later one tells what the workflow really went through.
    """

    snapshot: Snapshot
    events: tuple[Event, ...]
    as_of: datetime


def flags(state: OrderState) -> list[str]:
    """Return the order's flags as they appear in the search attribute OrderFlags, sorted."""
    marks = {
        "red": state.red,
        "escalated": state.escalated,
        "late": state.late,
        "held": bool(state.holds),
    }
    return sorted(flag for flag, is_set in marks.items() if is_set)


def snapshot(state: OrderState) -> Snapshot:
    """Return the read model of the state as it is now."""
    closing = state.closing
    return Snapshot(
        order_id=state.facts.order_id,
        version=state.version,
        content_version=state.facts.content_version,
        stage=str(state.stage),
        entered_at=state.entered_at,
        group=state.group,
        warehouse=state.warehouse,
        tier=state.plan.tier if state.plan else "",
        rule_set=state.plan.rule_set if state.plan else "",
        waits_for=waits_for(state),
        due_at=shown_deadline(state),
        stalls_at=state.clock.stalls_at,
        paused=state.clock.paused_at is not None,
        red=state.red,
        escalated=state.escalated,
        late=state.late,
        closed_reason=str(closing.reason) if closing else "",
        closed_note_id=closing.note_id if closing else "",
        tasks=tasks_for(state),
        holds=tuple(state.holds),
        parcels=tuple(state.parcels),
        signatures=tuple(state.approval.signatures),
        priority=state.plan.priority if state.plan else state.facts.priority,
    )
