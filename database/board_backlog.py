"""Where open orders are, and what they are stuck on; `groups` as in `dashboard`."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from database.dashboard import WITHIN, Groups


@dataclass(frozen=True)
class Cell:
    """The open orders of a group in a stage; the oldest came into it at `oldest_entered_at`."""

    group: str
    stage: str
    orders: int
    red: int
    escalated: int
    late: int
    held: int
    oldest_entered_at: datetime


@dataclass(frozen=True)
class Stuck:
    """Open orders of a group that one person or role has to free of one obstacle.

    `hours` is how long they have been held so far, added up; `assignee_name` is empty for a role.
    """

    group: str
    reason: str
    assignee: str
    assignee_name: str
    orders: int
    red: int
    hours: float
    oldest_raised_at: datetime


_CELLS = text(f"""
SELECT group_code AS "group", stage, count(*) AS orders, count(*) FILTER (WHERE red) AS red,
    count(*) FILTER (WHERE escalated) AS escalated, count(*) FILTER (WHERE late) AS late,
    count(*) FILTER (WHERE held) AS held, min(entered_at) AS oldest_entered_at
FROM order_progress WHERE NOT closed AND {WITHIN}
GROUP BY group_code, stage ORDER BY group_code, stage
""")  # noqa: S608 - put together from constants

_STUCK = text(f"""
SELECT f.*, coalesce(people.name, '') AS assignee_name FROM (
    SELECT h.group_code AS "group", h.reason, h.assignee, count(DISTINCT h.order_id) AS orders,
        count(DISTINCT h.order_id) FILTER (WHERE p.red) AS red,
        sum(greatest(date_part('epoch', :now - h.raised_at), 0)) / 3600 AS hours,
        min(h.raised_at) AS oldest_raised_at
    FROM (SELECT * FROM holds WHERE released_at IS NULL AND {WITHIN}) AS h
    JOIN order_progress p ON p.order_id = h.order_id
    WHERE NOT p.closed
    GROUP BY h.group_code, h.reason, h.assignee
) AS f LEFT JOIN people ON people.person_id = f.assignee
ORDER BY f.orders DESC, f.oldest_raised_at, f."group", f.reason, f.assignee
""")  # noqa: S608 - put together from constants


def cells(c: Connection, groups: Groups) -> list[Cell]:
    """Return what is open by group and stage."""
    return [Cell(**row._asdict()) for row in c.execute(_CELLS, {"groups": groups})]


def stuck(c: Connection, groups: Groups, now: datetime) -> list[Stuck]:
    """Return what open orders are held by, most orders first."""
    rows = c.execute(_STUCK, {"groups": groups, "now": now})
    return [Stuck(**row._asdict()) for row in rows]
