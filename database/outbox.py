"""Messages to people, written with what they tell of and delivered by the notifier."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    delete,
    exists,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from database.deliveries import SENT, deliveries
from database.encoding import json_text
from database.metadata import Instant, metadata
from database.prepared import Prepared

CHANNEL = "orderflow_outbox"
UNSENT = ("pending", "waiting", "failed")

notifications = Table(
    "notifications",
    metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("subject", Text, nullable=False),
    Column("event_seq", BigInteger, nullable=False),
    Column("event_kind", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("medium", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("state", Text, nullable=False, server_default="pending"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", Instant),
    Column("taken_until", Instant),
    Column("created_at", Instant, nullable=False, server_default=func.now()),
    Column("sent_at", Instant),
    Column("last_error", Text, nullable=False, server_default=""),
    UniqueConstraint("subject", "event_seq", "person_id", "medium"),
    CheckConstraint(
        "state IN ('pending', 'waiting', 'sent', 'failed', 'dead', 'obsolete')", name="state"
    ),
    CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
    Index(
        "ix_notifications_due",
        "id",
        postgresql_where=text("state IN ('pending', 'waiting', 'failed')"),
    ),
    Index("ix_notifications_person_id", "person_id", "id"),
)


@dataclass(frozen=True)
class Notification:
    """A message to be sent once: `subject` is an order id or `stall:<digest>`, `data` holds codes
    and ids, from which the notifier writes the words."""

    subject: str
    event_seq: int
    event_kind: str
    person_id: str
    medium: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NotificationRow:
    """A message that was taken to be sent, with where its person can be reached.

    `state` is what it was: waiting means that it was held back for quiet hours or a digest;
    `actor` is who did what it tells of, empty where that is no event of an order.
    """

    id: int
    subject: str
    event_seq: int
    event_kind: str
    person_id: str
    medium: str
    data: dict[str, Any]
    state: str
    attempts: int
    created_at: datetime
    name: str
    email: str
    phone: str
    locale: str
    actor: str = ""


_ENQUEUE = Prepared(
    "orderflow_enqueue",
    """
WITH added AS (
    INSERT INTO notifications (subject, event_seq, event_kind, person_id, medium, data)
    SELECT * FROM jsonb_to_recordset(:rows) AS n (subject text, event_seq bigint,
        event_kind text, person_id text, medium text, data jsonb)
    ON CONFLICT (subject, event_seq, person_id, medium) DO NOTHING
    RETURNING id
)
SELECT id, pg_notify('orderflow_outbox', '') FROM added
""",
    rows="jsonb",
)

_CLAIM = text("""
WITH due AS (
    SELECT id FROM notifications
    WHERE state IN ('pending', 'waiting', 'failed')
        AND (taken_until IS NULL OR taken_until <= :now)
        AND (next_attempt_at IS NULL OR next_attempt_at <= :now)
        AND (CAST(:person AS text) IS NULL OR (person_id = :person AND state = 'waiting'))
    ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE notifications SET taken_until = :taken_until, attempts = attempts + 1
    FROM due WHERE notifications.id = due.id
    RETURNING notifications.*
)
SELECT t.id, t.subject, t.event_seq, t.event_kind, t.person_id, t.medium, t.data, t.state,
    t.attempts, t.created_at, coalesce(p.name, '') AS name, coalesce(p.email, '') AS email,
    coalesce(p.phone, '') AS phone, coalesce(p.locale, 'en') AS locale,
    coalesce(e.actor, '') AS actor
FROM taken t
LEFT JOIN people p ON p.person_id = t.person_id
LEFT JOIN stage_events e ON e.order_id = t.subject AND e.seq = t.event_seq
ORDER BY t.id
""")


def enqueue(c: Connection, messages: Sequence[Notification]) -> int:
    """Put messages into the outbox, each once, and wake the notifier; returns how many are new."""
    if not messages:
        return 0
    return len(_ENQUEUE.run(c, {"rows": json_text(list(messages))}).all())


def take_back(c: Connection, subject: str, from_event: int) -> None:
    """Forget unsent messages about events from this one on, which turned out not to have happened.

    What was sent stays, be it by one medium of several: nobody can unread it.
    """
    told = exists().where(
        deliveries.c.notification_id == notifications.c.id, deliveries.c.state == SENT
    )
    unsent = notifications.c.state.in_(UNSENT) & ~told
    mine = (notifications.c.subject == subject) & (notifications.c.event_seq >= from_event)
    c.execute(delete(notifications).where(mine, unsent))


def claim(
    c: Connection, limit: int, now: datetime, lease_seconds: float, waiting_for: str | None = None
) -> list[NotificationRow]:
    """Take messages that are due, the oldest first, for `lease_seconds`.

    With `waiting_for`, only those that were held back for this person.
    """
    until = now + timedelta(seconds=lease_seconds)
    values = {"limit": limit, "now": now, "taken_until": until, "person": waiting_for}
    return [NotificationRow(**row._asdict()) for row in c.execute(_CLAIM, values)]


def mark_sent(c: Connection, notification_id: int, now: datetime) -> bool:
    """Note that a message went out; False when that was known already."""
    return _leave(c, notification_id, state="sent", sent_at=now, next_attempt_at=None)


def mark_failed(
    c: Connection, notification_id: int, error: str, next_attempt_at: datetime | None
) -> bool:
    """Note that a message could not be sent: it is due again then, or dead when None is given."""
    state = "dead" if next_attempt_at is None else "failed"
    return _leave(
        c, notification_id, state=state, last_error=error, next_attempt_at=next_attempt_at
    )


def mark_waiting(c: Connection, notification_id: int, until: datetime) -> bool:
    """Hold a message back until then; that counts as no attempt."""
    return _leave(
        c,
        notification_id,
        state="waiting",
        next_attempt_at=until,
        attempts=notifications.c.attempts - 1,
    )


def mark_obsolete(c: Connection, notification_id: int) -> bool:
    """Drop a message that was held back and asks for what is done by now."""
    return _leave(c, notification_id, state="obsolete", next_attempt_at=None)


def revive(c: Connection, notification_id: int) -> bool:
    """Make a message due again that went unsent in some medium; wakes the notifier."""
    statement = update(notifications).where(
        notifications.c.id == notification_id, notifications.c.state.in_(("dead", "sent"))
    )
    fresh = {"state": "pending", "attempts": 0, "next_attempt_at": None, "sent_at": None}
    found = c.execute(statement.values(taken_until=None, **fresh)).rowcount == 1
    if found:
        c.execute(select(func.pg_notify(CHANNEL, "")))
    return found


def _leave(c: Connection, notification_id: int, **values: object) -> bool:
    unsent = notifications.c.state.in_(UNSENT)
    statement = update(notifications).where(notifications.c.id == notification_id, unsent)
    return c.execute(statement.values(taken_until=None, **values)).rowcount == 1


def counts(c: Connection) -> dict[str, int]:
    """Return how many messages are in each state."""
    query = select(notifications.c.state, func.count()).group_by(notifications.c.state)
    return {row[0]: row[1] for row in c.execute(query)}
