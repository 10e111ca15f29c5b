"""Orders that had ended before they were moved here: kept as records, many at a time.

What a live order writes step by step lies here in one statement: identity, content, where it
ended, its events and parcels. No task, no message, no stock and no credit follows from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from database import audit, board_sync, customers, orders
from database.encoding import json_text
from database.inbox import InboxRow
from domain.cleansing import Cleansed
from domain.findings import Finding
from domain.order import CanonicalOrder
from domain.projection import Snapshot, snapshot
from domain.stages import Stage
from domain.state import OrderState

MIGRATED = "migrated"


@dataclass(frozen=True)
class PastOrder:
    """One ended order and the message that told of it; `state` holds all its events, `closed_note`
    is why it was closed abnormally, in words."""

    row: InboxRow
    order: CanonicalOrder
    state: OrderState
    findings: tuple[Finding, ...]
    cleansing: tuple[Cleansed, ...]
    author: str
    closed_note: str = ""


# Which rows come back are new; the others are known already, and nothing of theirs is kept.
_KEEP = text("""
WITH given AS (
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS g (order_id text, channel text,
        shop text, external_id text, workflow_id text, number text, origin text, submitter text,
        customer_id text, currency text, total numeric, country text, placed_at timestamptz,
        received_at timestamptz, source_updated_at timestamptz, priority int, start_stage text,
        likeness text, body text, content_hash text, findings text, cleansing text, author text,
        version bigint, stage text, entered_at timestamptz, waits_for text, closed_reason text,
        closed_note_id text, closed_note text, events jsonb, parcels jsonb)
), added AS (
    INSERT INTO orders (order_id, channel, shop, external_id, workflow_id, number, origin,
        submitter, customer_id, currency, total, country, placed_at, received_at,
        source_updated_at, content_version, priority, start_stage, likeness)
    SELECT order_id, channel, shop, external_id, workflow_id, number, origin, submitter,
        customer_id, currency, total, country, placed_at, received_at, source_updated_at, 1,
        priority, start_stage, likeness
    FROM given
    ON CONFLICT (channel, shop, external_id) DO NOTHING
    RETURNING order_id
), new AS (
    SELECT given.* FROM given JOIN added USING (order_id)
), content AS (
    INSERT INTO order_contents (order_id, version, body, content_hash, findings, cleansing,
        source_updated_at, author, created_at)
    SELECT order_id, 1, CAST(body AS jsonb), content_hash, CAST(findings AS jsonb),
        CAST(cleansing AS jsonb), source_updated_at, author, received_at
    FROM new
), progress AS (
    INSERT INTO order_progress (order_id, version, content_version, stage, entered_at, group_code,
        warehouse, tier, rule_set, waits_for, paused, red, escalated, late, held, closed_reason,
        closed_note_id, owner_person, owner_label, last_event_seq, updated_at)
    SELECT order_id, version, 1, stage, entered_at, '', '', '', '', waits_for, false, false,
        false, false, false, closed_reason, closed_note_id, '', '', version, entered_at
    FROM new
), happened AS (
    INSERT INTO stage_events (order_id, seq, at, kind, stage, actor, data)
    SELECT order_id, e.* FROM new, jsonb_to_recordset(events)
        AS e (seq bigint, at timestamptz, kind text, stage text, actor text, data jsonb)
), shipped AS (
    INSERT INTO parcels (order_id, ordinal, tracking_number, carrier, lines, shipped_at,
        delivered_at, channel_told)
    SELECT order_id, p.* FROM new, jsonb_to_recordset(parcels) AS p (ordinal int,
        tracking_number text, carrier text, lines jsonb, shipped_at timestamptz,
        delivered_at timestamptz, channel_told boolean)
), arrived AS (
    INSERT INTO order_arrivals (order_id, at, channel, shop)
    SELECT order_id, least(placed_at, received_at), channel, shop FROM new
), noted AS (
    INSERT INTO notes (note_id, order_id, author, text, at)
    SELECT closed_note_id, order_id, author, closed_note, entered_at FROM new
    WHERE closed_note_id <> ''
)
SELECT order_id FROM added
""")

_COOPERATED = text("""
UPDATE customers SET cooperated_at = first.placed_at, first_order_id = first.order_id
FROM (
    SELECT DISTINCT ON (customer_id) customer_id, order_id, placed_at FROM orders
    WHERE order_id = ANY(:order_ids) AND start_stage = 'completed'
    ORDER BY customer_id, placed_at
) AS first
WHERE customers.customer_id = first.customer_id AND cooperated_at IS NULL
""")

_CLOSE = text("""
UPDATE inbox SET state = CASE WHEN o.order_id = g.order_id THEN 'done' ELSE 'merged' END,
    order_id = o.order_id, taken_until = NULL, next_attempt_at = NULL, last_error = '',
    finished_at = :now
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
    AS g (inbox_id bigint, order_id text, channel text, shop text, external_id text)
JOIN orders o ON o.channel = g.channel AND o.shop = g.shop AND o.external_id = g.external_id
WHERE inbox.id = g.inbox_id
""")


def keep(c: Connection, past: Sequence[PastOrder], now: datetime) -> int:
    """Keep ended orders and close their messages; returns how many were new.

    A message about an order that is known, ended or not, is merged and changes nothing.
    """
    if not past:
        return 0
    customer_ids = customers.upsert_all(c, [each.order for each in past])
    rows = [_row(each, customer_id) for each, customer_id in zip(past, customer_ids, strict=True)]
    added = set(c.execute(_KEEP, {"rows": json_text(rows)}).scalars())
    if added:
        board_sync.sync_many(c, sorted(added), moved_in=True)
        c.execute(_COOPERATED, {"order_ids": sorted(added)})
        audit.open_chains(
            c, {r["order_id"]: _entry(r) for r in rows if r["order_id"] in added}, now
        )
    closed = [{name: row[name] for name in _IDENTITY} for row in rows]
    c.execute(_CLOSE, {"rows": json_text(closed), "now": now})
    return len(added)


_IDENTITY = ("inbox_id", "order_id", "channel", "shop", "external_id")


def _entry(row: dict[str, Any]) -> audit.Entry:
    detail = {"inbox_id": row["inbox_id"], "stage": row["stage"]}
    return audit.Entry(row["author"], MIGRATED, detail)


def _row(past: PastOrder, customer_id: str) -> dict[str, Any]:
    facts, shown = past.state.facts, snapshot(past.state)
    return (
        orders.content_values(past.order, past.findings, past.cleansing)
        | _ending(past, shown)
        | {
            "inbox_id": past.row.id,
            "order_id": facts.order_id,
            "channel": facts.channel,
            "shop": facts.shop,
            "external_id": facts.external_id,
            "workflow_id": f"order:{facts.channel}:{facts.shop}:{facts.external_id}",
            "origin": facts.origin,
            "submitter": facts.submitter,
            "customer_id": customer_id,
            "placed_at": past.order.placed_at,
            "received_at": past.row.received_at,
            "priority": facts.priority,
            "content_hash": facts.content_hash,
            "author": past.author,
        }
    )


def _ending(past: PastOrder, shown: Snapshot) -> dict[str, Any]:
    return {
        "version": shown.version,
        "stage": shown.stage,
        "start_stage": shown.stage,
        "entered_at": shown.entered_at,
        "waits_for": shown.waits_for,
        "closed_reason": shown.closed_reason,
        "closed_note_id": shown.closed_note_id,
        "closed_note": past.closed_note if shown.stage == Stage.CLOSED_ABNORMALLY else "",
        "events": past.state.events,
        "parcels": past.state.parcels,
    }
