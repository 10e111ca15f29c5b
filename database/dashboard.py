"""How the operation stands right now, over the groups somebody may see.

`groups` are the group codes to count over, "" for orders that have none yet; None means all.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, text

from database import breakers

Groups = list[str] | None

WEEK = timedelta(days=7)
_HOUR = timedelta(hours=1)

WITHIN = "(CAST(:groups AS text[]) IS NULL OR group_code = ANY(CAST(:groups AS text[])))"


@dataclass(frozen=True)
class OpenOrders:
    """Orders that have not ended, and how many of them carry a flag or a hold."""

    orders: int
    red: int
    escalated: int
    late: int
    held: int


@dataclass(frozen=True)
class Flow:
    """Orders that came in, were completed and were closed abnormally within a time."""

    received: int
    completed: int
    closed: int


@dataclass(frozen=True)
class AutoPass:
    """Orders whose approval tier was decided, and those of them that nobody had to sign."""

    automatic: int
    decided: int


@dataclass(frozen=True)
class ShopIntake:
    """What came in from a shop today and in the last hour, and what its breaker keeps back."""

    channel: str
    shop: str
    today: int
    last_hour: int
    breaker: str
    parked: int


@dataclass(frozen=True)
class Waiting:
    """What no group has yet: orders in the manual pool, and messages in quarantine."""

    pool: int
    quarantined: int


_OPEN = text(f"""
SELECT count(*) AS orders, count(*) FILTER (WHERE red) AS red,
    count(*) FILTER (WHERE escalated) AS escalated, count(*) FILTER (WHERE late) AS late,
    count(*) FILTER (WHERE held) AS held
FROM order_progress WHERE NOT closed AND {WITHIN}
""")  # noqa: S608 - put together from constants

_FLOW = text(f"""
SELECT (SELECT count(*) FROM order_arrivals
        WHERE at >= :since AND at < :until AND {WITHIN}) AS received,
    (SELECT count(*) FROM order_progress WHERE closed AND stage = 'completed'
        AND entered_at >= :since AND entered_at < :until AND {WITHIN}) AS completed,
    (SELECT count(*) FROM order_progress WHERE closed AND stage = 'closed_abnormally'
        AND entered_at >= :since AND entered_at < :until AND {WITHIN}) AS closed
""")  # noqa: S608 - put together from constants

_AUTO_PASS = text(f"""
SELECT coalesce(sum(orders) FILTER (WHERE tier = 'auto'), 0) AS automatic,
    coalesce(sum(orders), 0) AS decided
FROM admission_days WHERE day BETWEEN :first AND :last AND {WITHIN}
""")  # noqa: S608 - put together from constants

_ARRIVED = text(f"""
SELECT channel, shop, count(*) FILTER (WHERE at >= :today) AS today,
    count(*) FILTER (WHERE at >= :hour_ago) AS last_hour
FROM order_arrivals
WHERE at >= least(CAST(:today AS timestamptz), :hour_ago) AND at < :until AND {WITHIN}
GROUP BY channel, shop
UNION ALL
SELECT channel, shop, 0, 0 FROM shops
""")  # noqa: S608 - put together from constants

_WAITING = text("""
SELECT (SELECT count(DISTINCT p.order_id)
        FROM order_progress p JOIN tasks t ON t.order_id = p.order_id
        WHERE NOT p.closed AND p.group_code = '' AND t.kind = 'pick_group'
            AND t.done_at IS NULL) AS pool,
    (SELECT count(*) FROM quarantine WHERE resolved_at IS NULL) AS quarantined
""")


def open_orders(c: Connection, groups: Groups) -> OpenOrders:
    """Count what has not ended."""
    return OpenOrders(**c.execute(_OPEN, {"groups": groups}).one()._asdict())


def flow(c: Connection, groups: Groups, since: datetime, until: datetime) -> Flow:
    """Count what came in and what ended from `since` until before `until`."""
    values = {"groups": groups, "since": since, "until": until}
    return Flow(**c.execute(_FLOW, values).one()._asdict())


def auto_pass(c: Connection, groups: Groups, today: date) -> AutoPass:
    """Count the orders admitted today and on the six days (UTC) before."""
    values = {"groups": groups, "first": today - timedelta(days=6), "last": today}
    return AutoPass(**c.execute(_AUTO_PASS, values).one()._asdict())


def waiting(c: Connection, groups: Groups) -> Waiting:
    """Count what no group has yet; nothing for somebody who does not see such orders."""
    if not _sees_unrouted(groups):
        return Waiting(0, 0)
    return Waiting(**c.execute(_WAITING).one()._asdict())


def intake(c: Connection, groups: Groups, today: datetime, now: datetime) -> list[ShopIntake]:
    """Return every shop, sorted; `today` is when the day began.

    What a breaker keeps back has no group yet, and is told to those who see such orders.
    """
    values = {"today": today, "hour_ago": now - _HOUR, "until": now, "groups": groups}
    arrived: dict[tuple[str, str], tuple[int, int]] = {}
    for row in c.execute(_ARRIVED, values):
        before = arrived.get((row.channel, row.shop), (0, 0))
        arrived[row.channel, row.shop] = before[0] + row.today, before[1] + row.last_hour
    known = {(each.channel, each.shop): (each, kept) for each, kept in breakers.every(c)}
    found = []
    for channel, shop in sorted(arrived.keys() | known.keys()):
        breaker, kept = known.get((channel, shop), (None, breakers.Parked()))
        count = arrived.get((channel, shop), (0, 0))
        state = str(breaker.breaker.state) if breaker else "closed"
        parked = kept.messages if _sees_unrouted(groups) else 0
        found.append(ShopIntake(channel, shop, *count, state, parked))
    return found


def _sees_unrouted(groups: Groups) -> bool:
    return groups is None or "" in groups
