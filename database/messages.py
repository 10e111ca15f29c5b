"""What messages tell of, and the list of messages with what became of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, func, select, text

from database import deliveries
from database.deliveries import Delivery
from database.outbox import notifications
from database.people import people


@dataclass(frozen=True)
class Told:
    """What a message may say of an order: no customer data. `total` is in `currency`, `due_at`
    UTC; `content_hash` is of the content in force. `signers` may sign now, `doers` are all people
    and roles that an open task names."""

    order_id: str
    name: str
    total: Decimal
    currency: str
    stage: str
    closed: bool
    due_at: datetime | None
    content_hash: str
    signers: tuple[str, ...]
    doers: tuple[str, ...]


@dataclass(frozen=True)
class MessageRow:
    """One message with its deliveries; instants are UTC, `next_attempt_at` while it is unsent."""

    id: int
    subject: str
    event_seq: int
    event_kind: str
    person_id: str
    state: str
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None
    sent_at: datetime | None
    last_error: str
    person_name: str = ""
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True)
class MessageQuery:
    """Which messages to list, the newest first, before the id `cursor`."""

    person: str | None = None
    subject: str | None = None
    state: str | None = None
    cursor: int | None = None
    limit: int = 50


_TOLD = text("""
SELECT o.order_id, coalesce(nullif(o.number, ''), o.external_id) AS name, o.total, o.currency,
    coalesce(p.stage, '') AS stage, coalesce(p.closed, false) AS closed, p.due_at,
    coalesce(c.content_hash, '') AS content_hash,
    ARRAY(SELECT DISTINCT unnest(t.people) FROM tasks t WHERE t.order_id = o.order_id
        AND t.done_at IS NULL AND t.kind = 'approve' ORDER BY 1) AS signers,
    ARRAY(SELECT DISTINCT unnest(t.people || t.assignee_person || t.role) FROM tasks t
        WHERE t.order_id = o.order_id AND t.done_at IS NULL ORDER BY 1) AS doers
FROM orders o
LEFT JOIN order_progress p ON p.order_id = o.order_id
LEFT JOIN order_contents c ON c.order_id = o.order_id
    AND c.version = coalesce(p.content_version, o.content_version)
WHERE o.order_id = ANY(:ids)
""")


def told_of(c: Connection, order_ids: Collection[str]) -> dict[str, Told]:
    """Return what messages may say of these orders; what is no order is left out."""
    found: dict[str, Told] = {}
    for row in c.execute(_TOLD, {"ids": sorted(set(order_ids))}):
        lists = {"signers": tuple(row.signers), "doers": tuple(row.doers)}
        found[row.order_id] = Told(**{**row._asdict(), **lists})
    return found


_KEPT = [name for name in MessageRow.__dataclass_fields__ if name in notifications.c]
_SHOWN = select(
    *(notifications.c[name] for name in _KEPT),
    func.coalesce(people.c.name, "").label("person_name"),
).outerjoin_from(notifications, people, people.c.person_id == notifications.c.person_id)


def page(c: Connection, query: MessageQuery) -> tuple[list[MessageRow], int | None]:
    """Return messages and the cursor to go on from (None: nothing is left)."""
    wanted = [
        column == value
        for column, value in (
            (notifications.c.person_id, query.person),
            (notifications.c.subject, query.subject),
            (notifications.c.state, query.state),
        )
        if value is not None
    ]
    if query.cursor is not None:
        wanted.append(notifications.c.id < query.cursor)
    statement = _SHOWN.where(*wanted).order_by(notifications.c.id.desc())
    rows = c.execute(statement.limit(query.limit + 1)).all()
    found = _with_deliveries(c, [MessageRow(**row._asdict()) for row in rows[: query.limit]])
    return found, found[-1].id if len(rows) > query.limit else None


def get(c: Connection, message_id: int) -> MessageRow | None:
    """Return one message with its deliveries."""
    row = c.execute(_SHOWN.where(notifications.c.id == message_id)).one_or_none()
    return _with_deliveries(c, [MessageRow(**row._asdict())])[0] if row else None


def _with_deliveries(c: Connection, rows: Sequence[MessageRow]) -> list[MessageRow]:
    found = deliveries.of_messages(c, [row.id for row in rows])
    return [MessageRow(**{**row.__dict__, "deliveries": tuple(found[row.id])}) for row in rows]
