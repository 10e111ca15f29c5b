"""Keeping what the board counts by in step with the read model, in the same transaction.

The whole of an order is compared with what was counted of it, so that it does not matter how often
or in which order its steps are recorded, nor that an earlier record is taken back.
"""

from collections.abc import Sequence, Set

from sqlalchemy import Connection

from database.prepared import Prepared
from domain.events import EventKind

# Only these move an order on the board; any other record costs nothing here. An order gets its
# group and its tier by the latter.
_PLACING = frozenset({EventKind.ADMITTED, EventKind.GROUP_ASSIGNED})
_COUNTED = _PLACING | {EventKind.STAGE_ENTERED}

# Whoever calls holds the orders' rows of `order_progress`, so nobody else counts them meanwhile.
# Counters are shared between orders: they are locked in one order, which no two callers contradict.
_STAYS = """
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

# After the stays, which are still counted under the group that the order was in until now.
_PLACE = """
WITH stands AS (
    SELECT p.order_id, p.group_code, p.tier, (SELECT max(at) FROM stage_events e
        WHERE e.order_id = p.order_id AND e.kind = 'admitted') AS admitted_at
    FROM order_progress p WHERE p.order_id :these
), changed AS (
    SELECT s.*, a.group_code AS group_before, a.tier AS tier_before, a.admitted_at AS at_before
    FROM stands s JOIN order_arrivals a ON a.order_id = s.order_id
    WHERE (a.group_code, a.tier, a.admitted_at)
        IS DISTINCT FROM (s.group_code, s.tier, s.admitted_at)
), placed AS (
    UPDATE order_arrivals SET group_code = changed.group_code, tier = changed.tier,
        admitted_at = changed.admitted_at
    FROM changed WHERE order_arrivals.order_id = changed.order_id
), moved AS (
    UPDATE holds SET group_code = stands.group_code FROM stands
    WHERE holds.order_id = stands.order_id AND holds.group_code <> stands.group_code
)
INSERT INTO admission_days (day, group_code, tier, orders)
SELECT CAST(at AT TIME ZONE 'UTC' AS date) AS day, group_code, tier, sum(sign)
FROM (
    SELECT admitted_at AS at, group_code, tier, 1 AS sign FROM changed
    UNION ALL
    SELECT at_before, group_before, tier_before, -1 FROM changed
) AS changes
WHERE at IS NOT NULL
GROUP BY day, group_code, tier
HAVING sum(sign) <> 0
ORDER BY day, group_code, tier
ON CONFLICT (day, group_code, tier) DO UPDATE SET
    orders = admission_days.orders + excluded.orders
"""

# Planning costs twice what executing does. Postgres keeps the plan for one order; that for many
# depends on how many there are, and is made anew.
_STAYS_OF_ONE = Prepared(
    "orderflow_stays",
    _STAYS.replace(":these", "= :order_id").replace(":moved_in", "false"),
    order_id="text",
)
_STAYS_OF_MANY = Prepared(
    "orderflow_stays_many",
    _STAYS.replace(":these", "= ANY(:order_ids)"),
    order_ids="text[]",
    moved_in="boolean",
)
_PLACE_ONE = Prepared("orderflow_place", _PLACE.replace(":these", "= :order_id"), order_id="text")
_PLACE_MANY = Prepared(
    "orderflow_place_many", _PLACE.replace(":these", "= ANY(:order_ids)"), order_ids="text[]"
)


def sync(c: Connection, order_id: str, kinds: Set[EventKind], *, wholly: bool) -> None:
    """Count an order as the read model has it after events of these kinds.

    `wholly` does it whatever happened.
    """
    if wholly or kinds & _COUNTED:
        _STAYS_OF_ONE.run(c, {"order_id": order_id})
    if wholly or kinds & _PLACING:
        _PLACE_ONE.run(c, {"order_id": order_id})


def sync_many(c: Connection, order_ids: Sequence[str], *, moved_in: bool = False) -> None:
    """Count orders as the read model has them now.

    `moved_in`: they had ended before they came here, and nothing more happens to them.
    """
    these = list(order_ids)
    _STAYS_OF_MANY.run(c, {"order_ids": these, "moved_in": moved_in})
    _PLACE_MANY.run(c, {"order_ids": these})
