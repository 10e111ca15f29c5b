"""The read model: where every order stands, what happened to it, and who has to do what."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from database import progress_sync
from database.encoding import json_text
from database.prepared import Prepared
from database.progress_tables import decisions, holds, order_progress, parcels, stage_events
from domain.actions import ParcelLine
from domain.events import Event, EventKind
from domain.holds import Hold, ReasonCode
from domain.projection import RecordRequest, Snapshot
from domain.stages import TERMINAL, Stage

CHANNEL = "orderflow_events"


@dataclass(frozen=True)
class Applied:
    """A snapshot that was taken over: the person who owns the order now (empty: nobody, or no
    staff), and who each open task was given to, by task key. `replaced` says that it tells anew
    what a lost workflow task had recorded."""

    owner: str
    assignees: dict[str, str]
    replaced: bool


@dataclass(frozen=True)
class Progress:
    """Where an order stands; instants are UTC. `owner_person` answers for it, `owner_label` is
    the role (or person) that was asked for."""

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
    held: bool
    closed_reason: str
    closed_note_id: str
    owner_person: str
    owner_label: str
    last_event_seq: int
    updated_at: datetime
    priority: int
    closed: bool


@dataclass(frozen=True)
class Decision:
    """What a signer said about one content of an order; instants are UTC.

    `on_behalf_of` is the absent person a delegate stood in for (empty: nobody); `voided_at` is set
    on a signature that was withdrawn or lost to a change.
    """

    decision_id: str
    order_id: str
    person: str
    verdict: str
    content_hash: str
    at: datetime
    note_id: str
    on_behalf_of: str = ""
    voided_at: datetime | None = None


@dataclass(frozen=True)
class ParcelRow:
    """Goods that left the warehouse together; instants are UTC."""

    ordinal: int
    tracking_number: str
    carrier: str
    lines: tuple[ParcelLine, ...]
    shipped_at: datetime
    delivered_at: datetime | None
    channel_told: bool


# One statement, so that `record` costs few round trips: the guarded snapshot decides whether
# anything else of it happens. It does when it goes on where the last one ended, or when it tells
# the same events again later: local activities of a workflow task that is lost with its worker are
# done again, and a signal that came in between may have changed the story.
_PROJECT = Prepared(
    "orderflow_project",
    """
WITH known AS (
    SELECT version FROM order_progress WHERE order_id = :order_id
), task AS (
    SELECT t.*, assignee_of(t.people, t.role, t.group_code) AS assignee
    FROM jsonb_to_recordset(:tasks) AS t (place int, key text, kind text, role text,
        group_code text, people text[], due_at timestamptz, hold_id text)
), applied AS (
    INSERT INTO order_progress (order_id, version, content_version, stage, entered_at, group_code,
        warehouse, tier, rule_set, waits_for, due_at, stalls_at, paused, red, escalated, late,
        held, closed_reason, closed_note_id, owner_label, last_event_seq, updated_at, priority,
        owner_person)
    SELECT :order_id, :version, :content_version, :stage, :entered_at, :group_code,
        :warehouse, :tier, :rule_set, :waits_for, :due_at, :stalls_at, :paused, :red, :escalated,
        :late, :held, :closed_reason, :closed_note_id, :owner_label, :last_event_seq, :at,
        :priority,
        CASE WHEN :ended THEN '' ELSE coalesce((SELECT assignee FROM task WHERE place = 0),
            owner_of('', :group_code), '') END
    ON CONFLICT (order_id) DO UPDATE SET
        version = excluded.version, content_version = excluded.content_version,
        stage = excluded.stage, entered_at = excluded.entered_at,
        group_code = excluded.group_code, warehouse = excluded.warehouse, tier = excluded.tier,
        rule_set = excluded.rule_set, waits_for = excluded.waits_for, due_at = excluded.due_at,
        stalls_at = excluded.stalls_at, paused = excluded.paused, red = excluded.red,
        escalated = excluded.escalated, late = excluded.late, held = excluded.held,
        closed_reason = excluded.closed_reason, closed_note_id = excluded.closed_note_id,
        owner_label = excluded.owner_label, last_event_seq = excluded.last_event_seq,
        updated_at = excluded.updated_at, priority = excluded.priority,
        owner_person = excluded.owner_person
    WHERE order_progress.version + 1 = :first_event_seq
        OR order_progress.updated_at < excluded.updated_at
    RETURNING order_id, owner_person
), unsaid AS (
    DELETE FROM stage_events USING applied
    WHERE stage_events.order_id = applied.order_id AND seq > :last_event_seq
), happened AS (
    INSERT INTO stage_events (order_id, seq, at, kind, stage, actor, data)
    SELECT applied.order_id, e.* FROM applied, jsonb_to_recordset(:events)
        AS e (seq bigint, at timestamptz, kind text, stage text, actor text, data jsonb)
    ON CONFLICT (order_id, seq) DO UPDATE SET at = excluded.at, kind = excluded.kind,
        stage = excluded.stage, actor = excluded.actor, data = excluded.data
), done AS (
    UPDATE tasks SET done_at = :at
    FROM applied
    WHERE tasks.order_id = applied.order_id AND done_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM task WHERE task.key = tasks.key)
), opened AS (
    INSERT INTO tasks (order_id, key, kind, role, group_code, people, assignee_person, due_at,
        hold_id, opened_at, urgency)
    SELECT applied.order_id, key, kind, role, group_code, people, coalesce(assignee, ''), due_at,
        hold_id, :at, :urgency
    FROM applied, task
    ON CONFLICT (order_id, key) DO UPDATE SET kind = excluded.kind, role = excluded.role,
        group_code = excluded.group_code, people = excluded.people,
        assignee_person = excluded.assignee_person, due_at = excluded.due_at,
        hold_id = excluded.hold_id, urgency = excluded.urgency, done_at = NULL,
        opened_at = CASE WHEN tasks.done_at IS NULL THEN tasks.opened_at
            ELSE excluded.opened_at END
    WHERE tasks.done_at IS NOT NULL
        OR (tasks.role, tasks.group_code, tasks.people, tasks.assignee_person, tasks.due_at,
            tasks.urgency)
            IS DISTINCT FROM (excluded.role, excluded.group_code, excluded.people,
            excluded.assignee_person, excluded.due_at, excluded.urgency)
)
SELECT owner_person, pg_notify('orderflow_events', :payload),
    coalesce((SELECT version FROM known) >= :first_event_seq, false) AS replaced,
    (SELECT jsonb_object_agg(key, coalesce(assignee, '')) FROM task) AS assignees
FROM applied
""",
    order_id="text",
    version="bigint",
    content_version="int",
    stage="text",
    entered_at="timestamptz",
    group_code="text",
    warehouse="text",
    tier="text",
    rule_set="text",
    waits_for="text",
    due_at="timestamptz",
    stalls_at="timestamptz",
    paused="boolean",
    red="boolean",
    escalated="boolean",
    late="boolean",
    held="boolean",
    closed_reason="text",
    closed_note_id="text",
    owner_label="text",
    first_event_seq="bigint",
    last_event_seq="bigint",
    at="timestamptz",
    priority="smallint",
    urgency="smallint",
    ended="boolean",
    tasks="jsonb",
    events="jsonb",
    payload="text",
)


def project(c: Connection, request: RecordRequest) -> Applied | None:
    """Take over a snapshot and its events, and tell listeners; None when it is not news.

    Whoever gets None has nothing more to do: the snapshot was recorded before.
    """
    row = _PROJECT.run(c, _values(request)).one_or_none()
    if row is None:
        return None
    progress_sync.sync(c, request, wholly=row.replaced)
    return Applied(row.owner_person, row.assignees or {}, row.replaced)


def _values(request: RecordRequest) -> dict[str, Any]:
    snapshot, events = request.snapshot, request.events
    announced = {
        "order_id": snapshot.order_id,
        "stage": snapshot.stage,
        "version": snapshot.version,
    }
    return {name: getattr(snapshot, name) for name in _SCALARS} | {
        "group_code": snapshot.group,
        "held": bool(snapshot.holds),
        "ended": Stage(snapshot.stage) in TERMINAL,
        "owner_label": snapshot.tasks[0].role if snapshot.tasks else "",
        "first_event_seq": events[0].seq,
        "last_event_seq": events[-1].seq,
        "at": request.as_of,
        "urgency": snapshot.priority + (0 if snapshot.red or snapshot.escalated else 5),
        "tasks": json_text(_task_rows(snapshot)),
        "events": json_text(events),
        "payload": json_text(announced),
    }


_SCALARS = (
    "order_id",
    "version",
    "content_version",
    "stage",
    "entered_at",
    "warehouse",
    "tier",
    "rule_set",
    "waits_for",
    "due_at",
    "stalls_at",
    "paused",
    "red",
    "escalated",
    "late",
    "closed_reason",
    "closed_note_id",
    "priority",
)


def _task_rows(snapshot: Snapshot) -> list[dict[str, Any]]:
    return [
        vars(task) | {"place": place, "group_code": task.group}
        for place, task in enumerate(snapshot.tasks)
    ]


def get_progress(c: Connection, order_id: str) -> Progress | None:
    """Return where an order stands, None while its workflow has recorded nothing yet."""
    query = select(order_progress).where(order_progress.c.order_id == order_id)
    row = c.execute(query).one_or_none()
    return _progress(row) if row else None


def groups_of(c: Connection, order_ids: Collection[str]) -> dict[str, str]:
    """Return the groups of those of these orders whose workflow has recorded something."""
    query = select(order_progress.c.order_id, order_progress.c.group_code)
    rows = c.execute(query.where(order_progress.c.order_id.in_(order_ids)))
    return {row.order_id: row.group_code for row in rows}


def open_orders_overdue(c: Connection, now: datetime, limit: int = 1000) -> list[Progress]:
    """Return open orders whose shown deadline has passed, the longest overdue first."""
    query = (
        select(order_progress)
        .where(~order_progress.c.closed, order_progress.c.due_at < now)
        .order_by(order_progress.c.due_at)
        .limit(limit)
    )
    return [_progress(row) for row in c.execute(query)]


def _progress(row: Row[Any]) -> Progress:
    values = row._asdict()
    return Progress(group=values.pop("group_code"), **values)


def timeline(c: Connection, order_id: str) -> list[Event]:
    """Return everything that happened to an order, in its order."""
    query = select(stage_events).where(stage_events.c.order_id == order_id)
    return [
        Event(row.seq, row.at, EventKind(row.kind), Stage(row.stage), row.actor, row.data)
        for row in c.execute(query.order_by(stage_events.c.seq))
    ]


def open_holds(c: Connection, order_id: str) -> list[Hold]:
    """Return what keeps an order from leaving its stage, the oldest first."""
    query = select(holds).where(holds.c.order_id == order_id, holds.c.released_at.is_(None))
    return [
        Hold(
            id=row.hold_id,
            reason=ReasonCode(row.reason),
            assignee=row.assignee,
            raised_by=row.raised_by,
            raised_at=row.raised_at,
            pauses_clock=row.pauses_clock,
            origin=row.origin,
            detail=row.detail,
            note_id=row.note_id,
        )
        for row in c.execute(query.order_by(holds.c.raised_at, holds.c.hold_id))
    ]


def parcels_of(c: Connection, order_id: str) -> list[ParcelRow]:
    """Return the parcels of an order by ordinal."""
    query = select(parcels).where(parcels.c.order_id == order_id).order_by(parcels.c.ordinal)
    return [
        ParcelRow(
            ordinal=row.ordinal,
            tracking_number=row.tracking_number,
            carrier=row.carrier,
            lines=tuple(ParcelLine(**line) for line in row.lines),
            shipped_at=row.shipped_at,
            delivered_at=row.delivered_at,
            channel_told=row.channel_told,
        )
        for row in c.execute(query)
    ]


def decisions_of(c: Connection, order_id: str) -> list[Decision]:
    """Return what signers said about an order, the oldest first."""
    query = select(decisions).where(decisions.c.order_id == order_id)
    rows = c.execute(query.order_by(decisions.c.at, decisions.c.decision_id))
    return [Decision(**row._asdict()) for row in rows]
