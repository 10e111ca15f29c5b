"""The working side of batches: which items are next, what became of each, and the end."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, text

from database import outbox
from database.batch_tables import batches
from database.outbox import Notification
from domain.batches import BatchKind, BatchOrder, Item, ItemState, Result, pause_after

DONE = "batch_done"


@dataclass(frozen=True)
class Rest:
    """What is left of a batch: how many items, and when the next is due (UTC; None: nothing)."""

    items: int
    due_at: datetime | None


def order_of(c: Connection, batch_id: str) -> BatchOrder | None:
    """Return what a running batch asks of its orders, None when it is done or never was."""
    query = select(batches).where(batches.c.batch_id == batch_id, batches.c.state == "running")
    row = c.execute(query).one_or_none()
    if row is None:
        return None
    return BatchOrder(
        batch_id=row.batch_id,
        kind=BatchKind(row.kind),
        person=row.started_by,
        verdict=row.verdict,
        rule_set=row.rule_set,
        has_note=bool(row.note),
    )


# Whoever cancels at the same time gets an item or does not: the row's lock decides.
_TAKE = text("""
WITH due AS (
    SELECT batch_id, ordinal FROM batch_items
    WHERE batch_id = :batch_id AND decided_at IS NULL AND (due_at IS NULL OR due_at <= :now)
    ORDER BY due_at NULLS FIRST, ordinal LIMIT :limit FOR UPDATE
), taken AS (
    UPDATE batch_items i SET tries = i.tries + 1
    FROM due WHERE (i.batch_id, i.ordinal) = (due.batch_id, due.ordinal)
    RETURNING i.ordinal, i.order_id, i.workflow_id, i.content_hash, i.action_id, i.tries
), noted AS (
    INSERT INTO notes (note_id, order_id, author, text, at)
    SELECT t.action_id, t.order_id, b.started_by, b.note, :now
    FROM taken t JOIN batches b ON b.batch_id = :batch_id WHERE b.note <> ''
    ON CONFLICT DO NOTHING
)
SELECT * FROM taken ORDER BY ordinal
""")


def take(c: Connection, batch_id: str, limit: int, now: datetime) -> list[Item]:
    """Take the next items that are due, and put the batch's note on their orders.

    Who dies with them leaves them as they are: they are taken again, under the same action ids.
    """
    rows = c.execute(_TAKE, {"batch_id": batch_id, "limit": limit, "now": now})
    return [Item(**row._asdict()) for row in rows]


_SETTLE = text("""
UPDATE batch_items SET state = :state, code = :code, message_en = :message_en,
    message_zh = :message_zh, decided_at = :decided_at, due_at = :due_at
WHERE batch_id = :batch_id AND ordinal = :ordinal AND decided_at IS NULL
""")


def settle(c: Connection, batch_id: str, item: Item, result: Result, now: datetime) -> None:
    """Keep an item's result for good; the first one counts."""
    _settle(c, batch_id, item, result, decided_at=now, due_at=None)


def ask_again(c: Connection, batch_id: str, item: Item, result: Result, now: datetime) -> None:
    """Keep that an item has no answer yet; it is due again after a while."""
    due_at = now + pause_after(item.tries)
    _settle(c, batch_id, item, result, decided_at=None, due_at=due_at)


def _settle(
    c: Connection,
    batch_id: str,
    item: Item,
    result: Result,
    *,
    decided_at: datetime | None,
    due_at: datetime | None,
) -> None:
    instants = {"decided_at": decided_at, "due_at": due_at}
    c.execute(_SETTLE, {**vars(result), **instants, "batch_id": batch_id, "ordinal": item.ordinal})


_REST = text("""
SELECT count(*) AS items, min(coalesce(due_at, :now)) AS due_at
FROM batch_items WHERE batch_id = :batch_id AND decided_at IS NULL
""")
_FINISH = text("""
UPDATE batches SET state = 'done', finished_at = :now, counts = (
    SELECT coalesce(jsonb_object_agg(state, n), '{}') FROM (SELECT state, count(*) AS n
        FROM batch_items WHERE batch_id = :batch_id GROUP BY state) s)
WHERE batch_id = :batch_id AND state = 'running'
    AND NOT EXISTS (SELECT FROM batch_items
        WHERE batch_id = :batch_id AND decided_at IS NULL)
RETURNING batch_id, kind, verdict, rule_set, started_by, items, counts
""")


def finish(c: Connection, batch_id: str, now: datetime) -> Rest:
    """End the batch when every item has its result, and tell who started it; returns the rest."""
    done = c.execute(_FINISH, {"batch_id": batch_id, "now": now}).one_or_none()
    if done is None:
        return Rest(**c.execute(_REST, {"batch_id": batch_id, "now": now}).one()._asdict())
    counts = {str(state): done.counts.get(state, 0) for state in ItemState}
    data = {
        "batch_id": batch_id,
        "kind": done.kind,
        "verdict": done.verdict,
        "rule_set": done.rule_set,
        "items": str(done.items),
        **{state: str(count) for state, count in counts.items()},
    }
    outbox.enqueue(
        c, [Notification(f"batch:{batch_id}", 0, DONE, done.started_by, "default", data)]
    )
    return Rest(0, None)
