"""What holds cost, and why orders were closed abnormally; `groups` as in `dashboard`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from database.dashboard import WITHIN, Groups


@dataclass(frozen=True)
class Loss:
    """What one reason cost within a period.

    `orders` were held for it at some time, `open` still are; `hours_lost` adds up their holds as
    far as they lie in the period. `previous_orders` is the same count in the period before.
    """

    reason: str
    orders: int
    open: int
    hours_lost: float
    previous_orders: int


@dataclass(frozen=True)
class Closed:
    """How many orders were closed abnormally for one reason."""

    reason: str
    orders: int


# One row per order and reason is what takes the time, so it carries as little as it can.
_LOSSES = text(f"""
WITH told AS (
    SELECT order_id, reason, raised_at, released_at AS until FROM holds
    WHERE released_at > :before AND raised_at < :now AND {WITHIN}
    UNION ALL
    SELECT order_id, reason, raised_at, 'infinity' FROM holds
    WHERE released_at IS NULL AND raised_at < :now AND {WITHIN}
), held AS (
    SELECT reason, max(until) AS until, min(raised_at) AS raised_at, sum(CASE
        WHEN until > :since THEN least(until, :now) - greatest(raised_at, :since) END) AS lost
    FROM told GROUP BY order_id, reason
)
SELECT reason, count(*) FILTER (WHERE until > :since) AS orders,
    count(*) FILTER (WHERE until = 'infinity') AS open,
    coalesce(date_part('epoch', sum(lost)), 0) / 3600 AS hours_lost,
    count(*) FILTER (WHERE raised_at < :since) AS previous_orders
FROM held GROUP BY reason ORDER BY hours_lost DESC, orders DESC, reason
""")  # noqa: S608 - put together from constants

_CLOSED = text(f"""
SELECT closed_reason AS reason, count(*) AS orders FROM order_progress
WHERE closed AND stage = 'closed_abnormally' AND entered_at >= :since AND entered_at < :now
    AND {WITHIN}
GROUP BY closed_reason ORDER BY orders DESC, closed_reason
""")  # noqa: S608 - put together from constants


def losses(c: Connection, groups: Groups, now: datetime, period: timedelta) -> list[Loss]:
    """Return what each reason has cost in the period up to now, the most hours first."""
    values = {
        "groups": groups,
        "now": now,
        "since": now - period,
        "before": now - 2 * period,
    }
    return [Loss(**row._asdict()) for row in c.execute(_LOSSES, values)]


def closed(c: Connection, groups: Groups, now: datetime, period: timedelta) -> list[Closed]:
    """Return why orders were closed abnormally in the period up to now, most orders first."""
    values = {"groups": groups, "now": now, "since": now - period}
    return [Closed(**row._asdict()) for row in c.execute(_CLOSED, values)]
