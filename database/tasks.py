"""The open tasks of a person: red or escalated orders first, then by priority, then when due."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, text

from database.people import RoleGrant
from database.refusals import Refused


@dataclass(frozen=True)
class TaskRow:
    """One open task with what a person needs to see of its order; `total` is in `currency`,
    instants are UTC. `people` are the only ones who may do it (empty: the role). `priority` is the
    order's, 1 (first) to 5; `urgency` puts red and escalated ones before all others."""

    order_id: str
    key: str
    kind: str
    role: str
    group: str
    people: tuple[str, ...]
    assignee_person: str
    due_at: datetime | None
    hold_id: str
    opened_at: datetime
    number: str
    external_id: str
    channel: str
    total: Decimal
    currency: str
    country: str
    stage: str
    red: bool
    escalated: bool
    late: bool
    stalls_at: datetime | None
    priority: int
    urgency: int


@dataclass(frozen=True)
class TaskPage:
    """Some tasks, and the cursor to go on from (None: nothing is left)."""

    tasks: tuple[TaskRow, ...]
    next_cursor: str | None


_SORTED = "t.urgency, coalesce(t.due_at, 'infinity'), t.order_id, t.key"


def _first(whose: str) -> str:
    """A page of the open tasks that are somebody's in one way: a walk along one index that stops
    when the page is full."""
    return f"""
    SELECT t.order_id, t.key FROM tasks t
    WHERE t.done_at IS NULL AND {whose}
        AND ({_SORTED}) > (:urgency, CAST(:due_at AS timestamptz), :order_id, :key)
    ORDER BY {_SORTED} LIMIT :limit
    """  # noqa: S608 - put together from constants


_ROLES = (
    "t.people = '{}' AND t.role = g.role AND (g.grp IN ('', t.group_code) OR t.group_code = '')"
)
_TASKS = text(f"""
WITH mine AS (
    ({_first("t.assignee_person = :person")})
    UNION
    ({_first("t.people <> '{}' AND t.people @> ARRAY[:person]")})
    UNION
    SELECT page.* FROM unnest(CAST(:roles AS text[]), CAST(:groups AS text[])) AS g (role, grp),
        LATERAL ({_first(_ROLES)}) AS page
)
SELECT t.order_id, t.key, t.kind, t.role, t.group_code AS "group", t.people, t.assignee_person,
    t.due_at, t.hold_id, t.opened_at, o.number, o.external_id, o.channel, o.total, o.currency,
    o.country, p.stage, p.red, p.escalated, p.late, p.stalls_at, p.priority,
    t.urgency
FROM mine
JOIN tasks t ON (t.order_id, t.key) = (mine.order_id, mine.key)
JOIN orders o ON o.order_id = t.order_id
JOIN order_progress p ON p.order_id = t.order_id
ORDER BY {_SORTED} LIMIT :limit
""")  # noqa: S608 - put together from constants

_Key = tuple[int, str, str, str]
_START: _Key = (0, "-infinity", "", "")


def tasks_of(
    c: Connection,
    person: str,
    roles: Sequence[RoleGrant],
    cursor: str | None = None,
    limit: int = 50,
) -> TaskPage:
    """Return the tasks that were given to a person, name them, or wait for one of their roles.

    The most pressing come first; a task whose order changes its place between two pages may come
    twice or not at all, as in any list that lives.

    Raises Refused for a cursor that is none of ours.
    """
    urgency, due_at, order_id, key = _START if cursor is None else _read_cursor(cursor)
    values = {
        "person": person,
        # A hold may name a person where another names a role.
        "roles": [*(grant.role for grant in roles), person],
        "groups": [*(grant.group for grant in roles), ""],
        "urgency": urgency,
        "due_at": due_at,
        "order_id": order_id,
        "key": key,
        "limit": limit + 1,
    }
    found = [_task(row) for row in c.execute(_TASKS, values)]
    page = tuple(found[:limit])
    return TaskPage(page, _cursor(page[-1]) if len(found) > limit else None)


_ASKED = text("""
SELECT EXISTS (
    SELECT 1 FROM tasks
    WHERE done_at IS NULL AND people <> '{}' AND people @> ARRAY[:person]
        AND (:order_id = '' OR order_id = :order_id)
) OR (:order_id <> '' AND EXISTS (
    SELECT 1 FROM decisions WHERE order_id = :order_id AND person = :person
))
""")


def is_asked(c: Connection, person: str, order_id: str = "") -> bool:
    """Tell whether an order (by default: any) has an open task that names this person.

    Whoever has decided on an order still reaches it, to hear again what became of that.
    """
    found: bool = c.execute(_ASKED, {"person": person, "order_id": order_id}).scalar_one()
    return found


def _task(row: Row[Any]) -> TaskRow:
    return TaskRow(**{**row._asdict(), "people": tuple(row.people)})


def _cursor(task: TaskRow) -> str:
    due_at = task.due_at.isoformat() if task.due_at else "infinity"
    key = [task.urgency, due_at, task.order_id, task.key]
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _read_cursor(cursor: str) -> _Key:
    try:
        first, *rest = json.loads(base64.urlsafe_b64decode(cursor))
        urgency, (due_at, order_id, key) = int(first), map(str, rest)
        if due_at != "infinity":
            datetime.fromisoformat(due_at)
    except (ValueError, TypeError, binascii.Error) as error:
        raise Refused(
            "bad_cursor",
            f"{cursor[:80]!r} is no cursor of this list; start without one",
            f"{cursor[:80]!r} 不是此列表的游标,请从头开始",
        ) from error
    return urgency, due_at, order_id, key
