"""Links in messages that let their reader decide once; only the SHA-256 of each token is kept."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Table,
    Text,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from database.metadata import Instant, metadata

message_links = Table(
    "message_links",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.person_id"), nullable=False),
    Column("order_id", Text, ForeignKey("orders.order_id"), nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("used_action", Text),
    CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name="token_hash"),
    CheckConstraint("verdict IN ('approve', 'reject', 'return')", name="verdict"),
    CheckConstraint("(used_at IS NULL) = (used_action IS NULL)", name="used"),
    Index("ix_message_links_order_id", "order_id"),
)


@dataclass(frozen=True)
class MessageLink:
    """One decision that one person may make by one link on exactly one content of an order."""

    token_hash: str
    person_id: str
    order_id: str
    content_hash: str
    verdict: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    used_action: str | None = None


def token_hash(token: str) -> str:
    """Return what is kept of a token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def save(c: Connection, link: MessageLink) -> None:
    """Keep a link; one that is sent again, unused, is good for its full time again."""
    values = {column.name: getattr(link, column.name) for column in message_links.c}
    c.execute(
        insert(message_links)
        .values(values)
        .on_conflict_do_update(
            index_elements=["token_hash"],
            set_={"expires_at": link.expires_at},
            where=message_links.c.used_at.is_(None),
        )
    )


def find(c: Connection, token_hash: str) -> MessageLink | None:
    """Return the link with this token hash."""
    row = c.execute(select(message_links).where(message_links.c.token_hash == token_hash)).first()
    return MessageLink(**row._asdict()) if row else None


def mark_used(c: Connection, token_hash: str, action_id: str, now: datetime) -> None:
    """Note that a link was used; the first use stays."""
    fresh = (message_links.c.token_hash == token_hash) & message_links.c.used_at.is_(None)
    c.execute(update(message_links).where(fresh).values(used_at=now, used_action=action_id))
