"""The whole operation in a few numbers, for a table that is drawn anew every second.

Set-based counts over the read model; nothing here names a customer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, TextClause, text

from database import inbox, outbox

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class StageCounts:
    """How many orders are in a stage, and how many of them carry a flag or a hold."""

    orders: int = 0
    red: int = 0
    escalated: int = 0
    late: int = 0
    held: int = 0


@dataclass(frozen=True)
class Overview:
    """Counts by code: stages, open holds by reason, completed orders by approval tier, orders
    closed abnormally by reason, inbox and outbox by state. `pool` waits for a group to be picked,
    `starting` has come in and not begun; the per-minute figures look one minute back."""

    stages: dict[str, StageCounts]
    held: dict[str, int]
    completed: dict[str, int]
    closed: dict[str, int]
    inbox: dict[str, int]
    outbox: dict[str, int]
    starting: int
    pool: int
    quarantined: int
    received_per_minute: int
    completed_per_minute: int


@dataclass(frozen=True)
class NotableEvent:
    """Something worth reading: `told` are the person ids a message went to, `detail` a code."""

    at: datetime
    number: str
    kind: str
    stage: str
    detail: str
    actor: str
    told: tuple[str, ...]


_STAGES = text("""
SELECT stage, count(*) AS orders, count(*) FILTER (WHERE red) AS red,
    count(*) FILTER (WHERE escalated) AS escalated, count(*) FILTER (WHERE late) AS late,
    count(*) FILTER (WHERE held) AS held
FROM order_progress GROUP BY stage
""")
_HELD = text("""
SELECT reason, count(DISTINCT order_id) FROM holds WHERE released_at IS NULL GROUP BY reason
""")
_COMPLETED = text("""
SELECT tier, count(*) FROM order_progress WHERE stage = 'completed' GROUP BY tier
""")
_CLOSED = text("""
SELECT closed_reason, count(*) FROM order_progress
WHERE stage = 'closed_abnormally' GROUP BY closed_reason
""")
_SINGLE = text("""
SELECT
    (SELECT count(*) FROM tasks WHERE done_at IS NULL AND kind = 'pick_group') AS pool,
    (SELECT count(*) FROM quarantine WHERE resolved_at IS NULL) AS quarantined,
    (SELECT count(*) FROM orders o
        WHERE NOT EXISTS (SELECT 1 FROM order_progress p WHERE p.order_id = o.order_id)
    ) AS starting,
    (SELECT count(*) FROM stage_events WHERE kind = 'stage_entered'
        AND stage = 'pending_confirmation' AND at > :since) AS received_per_minute,
    (SELECT count(*) FROM stage_events WHERE kind = 'stage_entered'
        AND stage = 'completed' AND at > :since) AS completed_per_minute
""")
_HAPPENED = text("""
SELECT kind, count(DISTINCT order_id) FROM stage_events
WHERE kind IN ('turned_red', 'escalated', 'warned') GROUP BY kind
""")
_NOTABLE = text("""
SELECT e.at, coalesce(nullif(o.number, ''), o.external_id) AS number, e.kind, e.stage, e.actor,
    coalesce(e.data ->> 'reason', e.data ->> 'group', e.data ->> 'tier', '') AS detail,
    ARRAY(SELECT n.person_id FROM notifications n
        WHERE n.subject = e.order_id AND n.event_seq = e.seq ORDER BY n.person_id) AS told
FROM stage_events e JOIN orders o ON o.order_id = e.order_id
WHERE e.kind IN ('turned_red', 'escalated', 'warned', 'held', 'rejected', 'objected',
        'return_requested', 'group_assigned', 'signatures_voided')
    OR (e.kind = 'stage_entered' AND e.stage = 'closed_abnormally')
ORDER BY e.at DESC, e.order_id, e.seq DESC LIMIT :limit
""")


def overview(c: Connection, now: datetime) -> Overview:
    """Return how everything stands."""
    single = c.execute(_SINGLE, {"since": now - _MINUTE}).one()
    stages = {
        row.stage: StageCounts(row.orders, row.red, row.escalated, row.late, row.held)
        for row in c.execute(_STAGES)
    }
    return Overview(
        stages=stages,
        held=_counts(c, _HELD),
        completed=_counts(c, _COMPLETED),
        closed=_counts(c, _CLOSED),
        inbox=inbox.counts(c),
        outbox=outbox.counts(c),
        starting=single.starting,
        pool=single.pool,
        quarantined=single.quarantined,
        received_per_minute=single.received_per_minute,
        completed_per_minute=single.completed_per_minute,
    )


def happened(c: Connection) -> dict[str, int]:
    """Return how many orders ever turned red, were escalated or warned of, by kind of event.

    Reads all events: ask for it less often than for the rest.
    """
    return _counts(c, _HAPPENED)


def notable(c: Connection, limit: int) -> list[NotableEvent]:
    """Return the latest events that are not routine, the newest first."""
    rows = c.execute(_NOTABLE, {"limit": limit})
    return [NotableEvent(**{**row._asdict(), "told": tuple(row.told)}) for row in rows]


def _counts(c: Connection, query: TextClause) -> dict[str, int]:
    return {str(row[0]): int(row[1]) for row in c.execute(query)}
