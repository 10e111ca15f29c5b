"""Orders that a notification only named: they have to be read from their shop."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from database.metadata import Instant, metadata
from domain.channel_troubles import ChannelTrouble

# How long to wait after the first and the second time; the third in vain makes it a person's task.
AGAIN_AFTER = (timedelta(seconds=30), timedelta(minutes=5))

lookups = Table(
    "lookups",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("shop", Text, primary_key=True),
    Column("reference", Text, primary_key=True),
    Column("requested_at", Instant, nullable=False),
    Column("requests", Integer, nullable=False, server_default="1"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant, nullable=False),
    Column("failed_at", Instant),
    Column("owner_role", Text, nullable=False, server_default="customer_service"),
    Column("trouble", Text, nullable=False, server_default=""),
    Column("trouble_detail", Text, nullable=False, server_default=""),
    CheckConstraint(
        "trouble IN ('', 'THROTTLED', 'UNAVAILABLE', 'REFUSED', 'UNKNOWN_ORDER', 'DEFECT')",
        name="trouble",
    ),
    Index(
        "ix_lookups_due",
        "channel",
        "shop",
        "next_at",
        postgresql_where=text("failed_at IS NULL"),
    ),
)


@dataclass(frozen=True)
class LookUp:
    """One order to be read; `requests` tells whether it was asked for again meanwhile."""

    channel: str
    shop: str
    reference: str
    requests: int
    attempts: int


@dataclass(frozen=True)
class FailedLookUp:
    """One that was tried often enough; the role in `owner_role` has to find out why."""

    reference: str
    requested_at: datetime
    failed_at: datetime
    attempts: int
    owner_role: str
    trouble: str
    trouble_detail: str


def request(c: Connection, channel: str, shop: str, reference: str, now: datetime) -> None:
    """Ask for an order to be read; asking again while it is being read has it read once more."""
    added = insert(lookups).values(
        channel=channel, shop=shop, reference=reference, requested_at=now, next_at=now
    )
    again = {
        "requests": lookups.c.requests + 1,
        "attempts": 0,
        "next_at": now,
        "failed_at": None,
    }
    c.execute(
        added.on_conflict_do_update(index_elements=["channel", "shop", "reference"], set_=again)
    )


def next_due(c: Connection, channel: str, shop: str, now: datetime) -> LookUp | None:
    """Return the order of this shop that has waited longest, None when none is due."""
    columns = [lookups.c[name] for name in LookUp.__dataclass_fields__]
    due = select(*columns).where(*_open(channel, shop), lookups.c.next_at <= now)
    row = c.execute(due.order_by(lookups.c.next_at, lookups.c.reference).limit(1)).one_or_none()
    return LookUp(**row._asdict()) if row else None


def due_at(c: Connection, channel: str, shop: str) -> datetime | None:
    """Return when the next order of this shop is due, None when none waits."""
    query = select(func.min(lookups.c.next_at)).where(*_open(channel, shop))
    first: datetime | None = c.execute(query).scalar_one()
    return first


def done(c: Connection, lookup: LookUp) -> None:
    """Forget an order that was read, unless it was asked for again after that had begun."""
    c.execute(delete(lookups).where(*_same(lookup)))


def missed(
    c: Connection, lookup: LookUp, trouble: ChannelTrouble, detail: str, now: datetime
) -> bool:
    """Note that the shop did not give the order; after the third time nobody asks again.

    Returns whether that was the last time.
    """
    attempts = lookup.attempts + 1
    is_last = attempts > len(AGAIN_AFTER)
    values = {
        "attempts": attempts,
        "failed_at": now if is_last else None,
        "next_at": now if is_last else now + AGAIN_AFTER[attempts - 1],
        "trouble": trouble,
        "trouble_detail": detail,
    }
    changed = c.execute(update(lookups).where(*_same(lookup)).values(values)).rowcount
    return is_last and changed == 1


def postpone(c: Connection, lookup: LookUp, until: datetime) -> None:
    """Let others go first after a failure that tells nothing of this order."""
    c.execute(update(lookups).where(*_same(lookup)).values(next_at=until))


def revive(c: Connection, channel: str, shop: str, now: datetime) -> int:
    """Try a shop's failed ones again, since somebody changed something; returns how many."""
    mine = (lookups.c.channel == channel, lookups.c.shop == shop, lookups.c.failed_at.is_not(None))
    values = {"attempts": 0, "failed_at": None, "next_at": now}
    return c.execute(update(lookups).where(*mine).values(values)).rowcount


def waiting(c: Connection) -> Mapping[tuple[str, str], int]:
    """Return how many orders of each (channel, shop) wait to be read."""
    query = (
        select(lookups.c.channel, lookups.c.shop, func.count())
        .where(lookups.c.failed_at.is_(None))
        .group_by(lookups.c.channel, lookups.c.shop)
    )
    return {(row[0], row[1]): row[2] for row in c.execute(query)}


def failed(c: Connection) -> Mapping[tuple[str, str], list[FailedLookUp]]:
    """Return those of each (channel, shop) that wait for a person, the oldest first."""
    columns = [lookups.c[name] for name in FailedLookUp.__dataclass_fields__]
    query = select(lookups.c.channel, lookups.c.shop, *columns).order_by(lookups.c.failed_at)
    found: dict[tuple[str, str], list[FailedLookUp]] = {}
    for channel, shop, *values in c.execute(query.where(lookups.c.failed_at.is_not(None))):
        found.setdefault((channel, shop), []).append(FailedLookUp(*values))
    return found


def _open(channel: str, shop: str) -> tuple[ColumnElement[bool], ...]:
    return (
        lookups.c.channel == channel,
        lookups.c.shop == shop,
        lookups.c.failed_at.is_(None),
    )


def _same(lookup: LookUp) -> tuple[ColumnElement[bool], ...]:
    return (
        lookups.c.channel == lookup.channel,
        lookups.c.shop == lookup.shop,
        lookups.c.reference == lookup.reference,
        lookups.c.requests == lookup.requests,
    )
