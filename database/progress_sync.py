"""The parts of the read model that few events touch: holds, parcels, decisions, the board."""

from typing import Any

from sqlalchemy import Connection, text

from database import board_sync
from database.encoding import json_text
from domain.events import Event, EventKind
from domain.holds import REASONS, ReasonCode
from domain.projection import RecordRequest

_HOLD_EVENTS = frozenset({EventKind.HELD, EventKind.RELEASED})
_PARCEL_EVENTS = frozenset(
    {EventKind.PARCEL_SHIPPED, EventKind.CHANNEL_TOLD, EventKind.PARCEL_DELIVERED}
)
_VERDICTS = {
    EventKind.SIGNED: "approve",
    EventKind.REJECTED: "reject",
    EventKind.RETURNED: "return",
}
_VOIDING = frozenset({EventKind.SIGNATURES_VOIDED, EventKind.WITHDRAWN})

_HOLDS = text("""
INSERT INTO holds (order_id, hold_id, reason, assignee, raised_by, raised_at, pauses_clock, origin,
    detail, note_id, released_at, released_by, group_code)
SELECT :order_id, h.*, :group_code FROM jsonb_to_recordset(CAST(:holds AS jsonb)) AS h (
    hold_id text, reason text, assignee text, raised_by text, raised_at timestamptz,
    pauses_clock boolean, origin text, detail text, note_id text, released_at timestamptz,
    released_by text)
ON CONFLICT (order_id, hold_id) DO UPDATE SET assignee = excluded.assignee,
    raised_at = excluded.raised_at, detail = excluded.detail, note_id = excluded.note_id,
    released_at = excluded.released_at, released_by = excluded.released_by
""")

# Whatever is open here and not in the snapshot is over, whether or not an event said so.
_RELEASE_HOLDS = text("""
UPDATE holds SET released_at = coalesce(r.at, CAST(:at AS timestamptz)),
    released_by = coalesce(r.actor, 'system')
FROM holds AS h LEFT JOIN jsonb_to_recordset(CAST(:released AS jsonb))
    AS r (hold_id text, at timestamptz, actor text) ON r.hold_id = h.hold_id
WHERE holds.order_id = :order_id AND holds.released_at IS NULL
    AND NOT holds.hold_id = ANY(CAST(:open AS text[]))
    AND h.order_id = holds.order_id AND h.hold_id = holds.hold_id
""")

_PARCELS = text("""
INSERT INTO parcels (order_id, ordinal, tracking_number, carrier, lines, shipped_at, delivered_at,
    channel_told)
SELECT :order_id, p.* FROM jsonb_to_recordset(CAST(:parcels AS jsonb)) AS p (
    ordinal int, tracking_number text, carrier text, lines jsonb, shipped_at timestamptz,
    delivered_at timestamptz, channel_told boolean)
ON CONFLICT (order_id, ordinal) DO UPDATE SET tracking_number = excluded.tracking_number,
    carrier = excluded.carrier, lines = excluded.lines, delivered_at = excluded.delivered_at,
    channel_told = excluded.channel_told
""")

# A signature that the snapshot no longer has was withdrawn, or lost to a change.
_VOID = text("""
UPDATE decisions SET voided_at = CAST(:at AS timestamptz)
WHERE order_id = :order_id AND verdict = 'approve' AND voided_at IS NULL
    AND NOT decision_id = ANY(CAST(:standing AS text[]))
""")

# Nor is a decision one that an earlier record told of and the order knows nothing of any more.
_UNSAID = text("""
DELETE FROM decisions d
WHERE d.order_id = :order_id AND NOT EXISTS (
    SELECT FROM stage_events e
    WHERE e.order_id = d.order_id AND e.data->>'decision_id' = d.decision_id)
""")

_DECISIONS = text("""
INSERT INTO decisions (order_id, decision_id, person, verdict, content_hash, at, note_id,
    on_behalf_of, voided_at)
SELECT :order_id, d.* FROM jsonb_to_recordset(CAST(:decisions AS jsonb)) AS d (
    decision_id text, person text, verdict text, content_hash text, at timestamptz, note_id text,
    on_behalf_of text, voided_at timestamptz)
ON CONFLICT DO NOTHING
""")


def sync(c: Connection, request: RecordRequest, *, wholly: bool) -> None:
    """Bring all this up to an accepted snapshot, where its events say so.

    `wholly` does it whatever the events say: an earlier record told of what did not happen.
    """
    kinds = {event.kind for event in request.events}
    order_id = request.snapshot.order_id
    if wholly or kinds & _HOLD_EVENTS:
        _sync_holds(c, request)
    if wholly or kinds & _PARCEL_EVENTS:
        parcels = json_text(request.snapshot.parcels)
        c.execute(_PARCELS, {"order_id": order_id, "parcels": parcels})
    if wholly:
        c.execute(_UNSAID, {"order_id": order_id})
    if wholly or kinds & _VOIDING:
        standing = [signature.decision_id for signature in request.snapshot.signatures]
        values = {"order_id": order_id, "at": request.events[-1].at, "standing": standing}
        c.execute(_VOID, values)
    if kinds & _VERDICTS.keys():
        c.execute(_DECISIONS, {"order_id": order_id, "decisions": json_text(_decisions(request))})
    board_sync.sync(c, order_id, kinds, wholly=wholly)


def _sync_holds(c: Connection, request: RecordRequest) -> None:
    order_id = request.snapshot.order_id
    released = {
        event.data["hold_id"]: {
            "hold_id": event.data["hold_id"],
            "at": event.at,
            "actor": event.actor,
        }
        for event in request.events
        if event.kind is EventKind.RELEASED
    }
    standing = [vars(hold) | {"hold_id": hold.id} for hold in request.snapshot.holds]
    open_ids = [hold["hold_id"] for hold in standing]
    passed = [
        _passed_hold(event, released[event.data["hold_id"]])
        for event in request.events
        if event.kind is EventKind.HELD
        and event.data["hold_id"] in released
        and event.data["hold_id"] not in open_ids
    ]
    if standing or passed:
        told = {"holds": json_text(standing + passed), "group_code": request.snapshot.group}
        c.execute(_HOLDS, {"order_id": order_id} | told)
    values = {
        "order_id": order_id,
        "open": open_ids,
        "released": json_text(list(released.values())),
        "at": request.events[-1].at,
    }
    c.execute(_RELEASE_HOLDS, values)


def _passed_hold(held: Event, released: dict[str, Any]) -> dict[str, Any]:
    """A hold that came and went between two snapshots: it counts in the statistics all the same."""
    return {
        "hold_id": held.data["hold_id"],
        "reason": held.data["reason"],
        "assignee": held.data["assignee"],
        "raised_by": held.actor,
        "raised_at": held.at,
        "pauses_clock": REASONS[ReasonCode(held.data["reason"])].pauses_clock,
        "origin": "passed",
        "detail": held.data.get("detail", ""),
        "note_id": held.data.get("note_id", ""),
        "released_at": released["at"],
        "released_by": released["actor"],
    }


def _decisions(request: RecordRequest) -> list[dict[str, Any]]:
    standing = {signature.decision_id for signature in request.snapshot.signatures}
    found = [_decision(event) for event in request.events if event.kind in _VERDICTS]
    for decision in found:
        if decision["verdict"] == "approve" and decision["decision_id"] not in standing:
            decision["voided_at"] = request.events[-1].at
    return found


def _decision(event: Event) -> dict[str, Any]:
    return {
        "decision_id": event.data["decision_id"],
        "person": event.actor,
        "verdict": _VERDICTS[event.kind],
        "content_hash": event.data["content_hash"],
        "at": event.at,
        "note_id": event.data.get("note_id", ""),
        "on_behalf_of": event.data.get("on_behalf_of", ""),
        "voided_at": None,
    }
