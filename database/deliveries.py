"""What became of each message in each medium: one that fails is tried again alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    Table,
    Text,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from database.metadata import Instant, metadata

PENDING, SENT, FAILED, DEAD = "pending", "sent", "failed", "dead"
OPEN = frozenset({PENDING, FAILED})

deliveries = Table(
    "deliveries",
    metadata,
    Column(
        "notification_id",
        BigInteger,
        ForeignKey("notifications.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("medium", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error_code", Text, nullable=False),
    Column("next_attempt_at", Instant),
    Column("sent_at", Instant),
    CheckConstraint("state IN ('pending', 'sent', 'failed', 'dead')", name="state"),
    CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
)


@dataclass(frozen=True)
class Delivery:
    """One message in one medium; `error_code` is the vendor's, of the last attempt that failed."""

    notification_id: int
    medium: str
    state: str = PENDING
    attempts: int = 0
    error_code: str = ""
    next_attempt_at: datetime | None = None
    sent_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be sent."""
        return self.state in OPEN

    def is_due(self, now: datetime) -> bool:
        """Tell whether to try it now."""
        return self.is_open and (self.next_attempt_at is None or self.next_attempt_at <= now)


def of_messages(c: Connection, ids: Collection[int]) -> dict[int, list[Delivery]]:
    """Return the deliveries of messages by message id, sorted by medium."""
    query = select(deliveries).where(deliveries.c.notification_id.in_(list(ids)))
    found: dict[int, list[Delivery]] = {each: [] for each in ids}
    for row in c.execute(query.order_by(*deliveries.primary_key)):
        found[row.notification_id].append(Delivery(**row._asdict()))
    return found


def open_for(c: Connection, notification_id: int, media: Collection[str]) -> list[Delivery]:
    """Return the deliveries of a message, after adding those that are missing in these media."""
    rows = [
        {"notification_id": notification_id, "medium": medium, "state": PENDING}
        | {"attempts": 0, "error_code": ""}
        for medium in media
    ]
    if rows:
        c.execute(insert(deliveries).values(rows).on_conflict_do_nothing())
    return of_messages(c, [notification_id])[notification_id]


def save(c: Connection, delivery: Delivery) -> None:
    """Write an attempt's outcome; what was sent stays sent."""
    mine = (deliveries.c.notification_id == delivery.notification_id) & (
        deliveries.c.medium == delivery.medium
    )
    statement = update(deliveries).where(mine, deliveries.c.state != SENT)
    c.execute(
        statement.values(
            state=delivery.state,
            attempts=delivery.attempts,
            error_code=delivery.error_code,
            next_attempt_at=delivery.next_attempt_at,
            sent_at=delivery.sent_at,
        )
    )


def revive(c: Connection, notification_id: int) -> int:
    """Make the dead deliveries of a message due again with a fresh count; returns how many."""
    dead = (deliveries.c.notification_id == notification_id) & (deliveries.c.state == DEAD)
    fresh = update(deliveries).where(dead)
    return c.execute(fresh.values(state=PENDING, attempts=0, next_attempt_at=None)).rowcount
