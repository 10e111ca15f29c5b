"""Keeping what the board counts by in step with the read model, in the same transaction.

The whole of an order is compared with what was counted of it, so that it does not matter how often
or in which order its steps are recorded, nor that an earlier record is taken back.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from database.prepared import Prepared
from domain.events import EventKind

# Only these move an order on the board; any other record costs nothing here.
COUNTED_EVENTS = frozenset({EventKind.STAGE_ENTERED, EventKind.ADMITTED, EventKind.GROUP_ASSIGNED})

# Whoever calls holds the orders' rows of `order_progress`, so nobody else counts them meanwhile.
# Counters are shared between orders: they are locked in one order, which no two callers contradict.
_STATEMENT = """
WITH ended AS (
    SELECT e.*, p.group_code FROM (
        SELECT order_id, seq, stage, lead(at) OVER told AS left_at,
            CAST(greatest(extract(epoch FROM lead(at) OVER told - at) * 1000, 0) AS bigint)
                AS milliseconds
        FROM stage_events WHERE order_id :these AND kind = 'stage_entered'
        WINDOW told AS (PARTITION BY order_id ORDER BY seq)
    ) AS e JOIN order_progress p ON p.order_id = e.order_id
    WHERE e.left_at IS NOT NULL AND e.stage <> 'completed'
), counted AS (
    SELECT s.*, a.group_code FROM stage_stays s JOIN order_arrivals a ON a.order_id = s.order_id
    WHERE s.order_id :these
), gone AS (
    DELETE FROM stage_stays USING counted
    WHERE stage_stays.order_id = counted.order_id AND stage_stays.seq = counted.seq
        AND NOT EXISTS (SELECT FROM ended
            WHERE (ended.order_id, ended.seq) = (counted.order_id, counted.seq))
), kept AS (
    INSERT INTO stage_stays (order_id, seq, stage, left_at, milliseconds)
    SELECT order_id, seq, stage, left_at, milliseconds FROM ended
    ON CONFLICT (order_id, seq) DO UPDATE SET stage = excluded.stage, left_at = excluded.left_at,
        milliseconds = excluded.milliseconds
    WHERE (stage_stays.stage, stage_stays.left_at, stage_stays.milliseconds)
        IS DISTINCT FROM (excluded.stage, excluded.left_at, excluded.milliseconds)
), placed AS (
    UPDATE order_arrivals SET group_code = p.group_code, tier = p.tier, admitted_at = (
        SELECT max(at) FROM stage_events e WHERE e.order_id = p.order_id AND e.kind = 'admitted')
    FROM order_progress p
    WHERE p.order_id :these AND order_arrivals.order_id = p.order_id
        AND (order_arrivals.group_code, order_arrivals.tier, order_arrivals.admitted_at)
            IS DISTINCT FROM (p.group_code, p.tier, (SELECT max(at) FROM stage_events e
                WHERE e.order_id = p.order_id AND e.kind = 'admitted'))
), moved AS (
    UPDATE holds SET group_code = p.group_code FROM order_progress p
    WHERE p.order_id :these AND holds.order_id = p.order_id
        AND holds.group_code <> p.group_code
)
INSERT INTO stage_times (day, group_code, stage, bucket, moved_in, entries, milliseconds)
SELECT day, group_code, stage, bucket, :moved_in, sum(sign), sum(sign * milliseconds)
FROM (
    SELECT CAST(left_at AT TIME ZONE 'UTC' AS date) AS day, group_code, stage,
        stay_bucket(milliseconds) AS bucket, sign, milliseconds
    FROM (
        SELECT left_at, group_code, stage, milliseconds, 1 AS sign FROM ended
        UNION ALL
        SELECT left_at, group_code, stage, milliseconds, -1 FROM counted
    ) AS stays
) AS changes
GROUP BY day, group_code, stage, bucket
HAVING sum(sign) <> 0 OR sum(sign * milliseconds) <> 0
ORDER BY day, group_code, stage, bucket
ON CONFLICT (day, group_code, stage, bucket, moved_in) DO UPDATE SET
    entries = stage_times.entries + excluded.entries,
    milliseconds = stage_times.milliseconds + excluded.milliseconds
"""

# Planning costs twice what executing does. Postgres keeps the plan for one order; that for many
# depends on how many there are, and is made anew.
_ONE = Prepared(
    "orderflow_board",
    _STATEMENT.replace(":these", "= :order_id").replace(":moved_in", "false"),
    order_id="text",
)
_MANY = Prepared(
    "orderflow_board_many",
    _STATEMENT.replace(":these", "= ANY(:order_ids)"),
    order_ids="text[]",
    moved_in="boolean",
)


def sync(c: Connection, order_id: str) -> None:
    """Count an order as the read model has it now."""
    _ONE.run(c, {"order_id": order_id})


def sync_many(c: Connection, order_ids: Sequence[str], *, moved_in: bool = False) -> None:
    """Count orders as the read model has them now.

    `moved_in`: they had ended before they came here, and nothing more happens to them.
    """
    _MANY.run(c, {"order_ids": list(order_ids), "moved_in": moved_in})
