"""Line 3, as far as Postgres sees it: which orders and messages stand still."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, TextClause, text

from database.stalls import Stall

# A window that has passed while the order is held is not the system's delay, and a shown deadline
# that is only the stall threshold is `no_progress`.
_OVERDUE = text("""
SELECT order_id AS subject, due_at AS since, owner_person AS person_id, stage, waits_for AS detail
FROM order_progress
WHERE NOT closed AND NOT paused AND NOT (red OR escalated OR late)
    AND due_at < CAST(:before AS timestamptz) AND due_at IS DISTINCT FROM stalls_at
    AND NOT (stage = 'shipped' AND held)
ORDER BY due_at
""")

# No threshold is known before admission, and there is no row at all before the first record.
_NO_PROGRESS = text("""
SELECT order_id AS subject, stalls_at AS since, owner_person AS person_id, stage,
    waits_for AS detail
FROM order_progress
WHERE NOT closed AND NOT paused AND stalls_at < CAST(:before AS timestamptz)
UNION ALL
SELECT o.order_id, o.received_at, coalesce(nullif(p.owner_person, ''), owner_of('', ''), ''),
    coalesce(p.stage, ''), coalesce(p.waits_for, 'start')
FROM orders o LEFT JOIN order_progress p ON p.order_id = o.order_id
WHERE o.received_at < CAST(:before AS timestamptz)
    AND (p.order_id IS NULL OR (p.rule_set = '' AND NOT p.closed))
ORDER BY since
""")

# A call that is under way is recorded before it starts and again when it has ended; an order that
# waits for nobody but us is the same symptom. Before admission it is `no_progress`.
_STUCK = text("""
SELECT order_id AS subject, updated_at AS since, owner_person AS person_id, stage,
    waits_for AS detail
FROM order_progress
WHERE NOT closed AND (waits_for LIKE 'call\\:%' OR waits_for IN ('system', 'closing'))
    AND rule_set <> '' AND updated_at < CAST(:before AS timestamptz)
ORDER BY updated_at
""")

_INBOX = text("""
SELECT 'inbox\\:' || id AS subject, greatest(received_at, next_attempt_at, taken_until) AS since,
    coalesce(owner_of('administrator', ''), '') AS person_id, '' AS stage, state AS detail
FROM inbox
WHERE state IN ('received', 'stored', 'waiting')
    AND greatest(received_at, next_attempt_at, taken_until) < CAST(:before AS timestamptz)
ORDER BY id
""")


def overdue_not_escalated(c: Connection, now: datetime, grace: timedelta) -> list[Stall]:
    """Return open orders whose limit passed more than `grace` ago without anybody being told."""
    return _stalls(c, _OVERDUE, "overdue_not_escalated", {"before": now - grace})


def no_progress(c: Connection, now: datetime, after: timedelta = timedelta()) -> list[Stall]:
    """Return open orders that passed their stage's stall threshold more than `after` ago, and
    orders received more than `after` ago that have not got past admission."""
    return _stalls(c, _NO_PROGRESS, "no_progress", {"before": now - after})


def stuck_calls(c: Connection, now: datetime, after: timedelta) -> list[Stall]:
    """Return open orders that have waited for an outside system for longer than `after`."""
    return _stalls(c, _STUCK, "stuck_retries", {"before": now - after})


def inbox_not_taken(c: Connection, now: datetime, after: timedelta) -> list[Stall]:
    """Return messages that have been due for more than `after` and that nobody took."""
    return _stalls(c, _INBOX, "inbox_not_taken", {"before": now - after})


def _stalls(
    c: Connection, query: TextClause, kind: str, values: dict[str, datetime]
) -> list[Stall]:
    return [Stall(kind=kind, **row._asdict()) for row in c.execute(query, values)]
