"""Breakers of shops, what they judge by, and the messages they keep back (state `parked`)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Float,
    Integer,
    Row,
    Select,
    Table,
    Text,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from database.metadata import Instant, metadata
from domain.breaker import Breaker, BreakerState, Count

breakers = Table(
    "breakers",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("shop", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("since", Instant),
    Column("tripped_at", Instant),
    Column("pause_seconds", Float, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("trips", Integer, nullable=False),
    Column("on_trial", ARRAY(BigInteger), nullable=False),
    Column("drains_from", Instant),
    Column("owner_role", Text, nullable=False),
    Column("owner_person", Text, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("orders", Integer, nullable=False),
    Column("reminded_at", Instant),
    CheckConstraint("state IN ('closed', 'open', 'half_open')", name="state"),
    CheckConstraint("(state = 'closed') = (opened_by = '')", name="opened_by"),
)


@dataclass(frozen=True)
class StoredBreaker:
    """The breaker of a shop, who owns what it keeps back, and what it opened for last.

    `reminded_at` (UTC) is when the owner's superior was told of this outage, None before.
    """

    channel: str
    shop: str
    breaker: Breaker
    owner_role: str = ""
    owner_person: str = ""
    last_count: Count = field(default_factory=Count)
    reminded_at: datetime | None = None


@dataclass(frozen=True)
class Parked:
    """How many messages of a shop are kept back, and since when the oldest of them (UTC)."""

    messages: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True)
class Trial:
    """What became of messages that were let in: `pending` ones are not judged yet."""

    pending: int
    count: Count


# An order is told of by several messages and counts once. What was let in after an outage, and
# what people and files bring, says nothing of how the channel is now.
_COUNT = text("""
WITH told AS (
    SELECT i.id, i.state, i.order_id FROM inbox i
    WHERE i.channel = :channel AND i.finished_at > :after AND i.state <> 'ignored'
        AND i.shop = :shop AND i.found_by IN ('push', 'poll') AND i.submitter = ''
        AND i.received_at > coalesce(CAST(:received_after AS timestamptz), '-infinity')
    UNION ALL
    SELECT i.id, i.state, i.order_id FROM inbox i
    WHERE i.state = 'stored' AND i.channel = :channel AND i.shop = :shop
        AND i.found_by IN ('push', 'poll') AND i.submitter = ''
        AND i.received_at > coalesce(CAST(:received_after AS timestamptz), '-infinity')
)
SELECT count(DISTINCT coalesce(nullif(q.external_id, ''), '#' || told.id))
        FILTER (WHERE told.state = 'quarantined') AS rejected,
    count(DISTINCT told.order_id) FILTER (WHERE told.state <> 'quarantined') AS taken
FROM told LEFT JOIN quarantine q ON q.inbox_id = told.id
WHERE q.resolution IS DISTINCT FROM 'replaced'
""")

_TRIAL = text("""
SELECT count(*) FILTER (WHERE state = 'received') AS pending,
    count(*) FILTER (WHERE state = 'quarantined') AS rejected, count(*) AS orders
FROM inbox WHERE id = ANY(:ids)
""")

# FOR SHARE: whoever closes the breaker either sees the message parked or keeps it from being.
_PARK = text("""
WITH shut AS (
    SELECT on_trial FROM breakers
    WHERE channel = :channel AND shop = :shop AND state <> 'closed' FOR SHARE
)
UPDATE inbox SET state = 'parked', attempts = 0, taken_until = NULL, next_attempt_at = NULL,
    last_error = ''
FROM shut WHERE inbox.id = :id AND NOT inbox.id = ANY(shut.on_trial)
""")

_TRY_WITH = text("""
UPDATE breakers SET on_trial = on_trial || CAST(:id AS bigint)
WHERE channel = :channel AND shop = :shop AND state = 'half_open'
    AND cardinality(on_trial) < :probes AND NOT CAST(:id AS bigint) = ANY(on_trial)
""")

_RELEASE = """
WITH chosen AS (
    SELECT id FROM inbox
    WHERE channel = :channel AND shop = :shop AND state = 'parked'
    ORDER BY id {direction} LIMIT :limit
), released AS (
    UPDATE inbox SET state = 'received' FROM chosen WHERE inbox.id = chosen.id
    RETURNING inbox.id
)
SELECT id, pg_notify('orderflow_inbox', '') FROM released ORDER BY id
"""
_RELEASE_OLDEST = text(_RELEASE.format(direction="ASC"))
_RELEASE_NEWEST = text(_RELEASE.format(direction="DESC"))

_PARKED = text("""
SELECT channel, shop, count(*) AS messages, min(received_at) AS oldest
FROM inbox WHERE state = 'parked' AND coalesce(channel = :channel AND shop = :shop, true)
GROUP BY channel, shop
""")


def get(c: Connection, channel: str, shop: str) -> StoredBreaker | None:
    """Return the breaker of a shop, None when it never opened."""
    row = c.execute(_all().where(*_key(channel, shop))).one_or_none()
    return _stored(row) if row else None


def lock(c: Connection, channel: str, shop: str) -> StoredBreaker:
    """Return the breaker of a shop, a closed one to begin with, for this transaction alone."""
    fresh = _values(StoredBreaker(channel, shop, Breaker()))
    c.execute(insert(breakers).values(fresh).on_conflict_do_nothing())
    return _stored(c.execute(_all().where(*_key(channel, shop)).with_for_update()).one())


def unsettled(c: Connection) -> list[StoredBreaker]:
    """Return the breakers that are not closed, or closed with something left to follow."""
    query = _all().where(or_(breakers.c.state != "closed", breakers.c.drains_from.is_not(None)))
    return [_stored(row) for row in c.execute(query)]


def every(c: Connection) -> list[tuple[StoredBreaker, Parked]]:
    """Return all breakers with what they keep back, sorted by channel and shop."""
    found = _parked(c)
    known = [_stored(row) for row in c.execute(_all())]
    return [(each, found.get((each.channel, each.shop), Parked())) for each in known]


def parked(c: Connection, channel: str, shop: str) -> Parked:
    """Return how much of a shop is kept back."""
    return _parked(c, channel, shop).get((channel, shop), Parked())


def _parked(
    c: Connection, channel: str | None = None, shop: str | None = None
) -> dict[tuple[str, str], Parked]:
    rows = c.execute(_PARKED, {"channel": channel, "shop": shop})
    return {(row.channel, row.shop): Parked(row.messages, row.oldest) for row in rows}


def save(c: Connection, stored: StoredBreaker) -> None:
    """Write back a breaker that was locked."""
    statement = update(breakers).where(*_key(stored.channel, stored.shop))
    c.execute(statement.values(_values(stored)))


def count(
    c: Connection, channel: str, shop: str, after: datetime, received_after: datetime | None
) -> Count:
    """Return what became of a shop's orders since `after`, of those received after the other."""
    values = {
        "channel": channel,
        "shop": shop,
        "after": after,
        "received_after": received_after,
    }
    row = c.execute(_COUNT, values).one()
    return Count(row.rejected, row.rejected + row.taken)


def trial(c: Connection, ids: Sequence[int]) -> Trial:
    """Return what became of messages that were let in."""
    row = c.execute(_TRIAL, {"ids": list(ids)}).one()
    return Trial(row.pending, Count(row.rejected, row.orders))


def park(c: Connection, channel: str, shop: str, inbox_id: int) -> bool:
    """Keep a message back; False when the breaker is closed or the message one of those let in."""
    values = {"channel": channel, "shop": shop, "id": inbox_id}
    return c.execute(_PARK, values).rowcount == 1


def try_with(c: Connection, channel: str, shop: str, inbox_id: int, probes: int) -> bool:
    """Let a message in as one of those a half-open breaker tries with; False: it has enough."""
    values = {"channel": channel, "shop": shop, "id": inbox_id, "probes": probes}
    return c.execute(_TRY_WITH, values).rowcount == 1


def release(
    c: Connection, channel: str, shop: str, limit: int, *, newest: bool = False
) -> tuple[int, ...]:
    """Give kept messages back to the relay, the oldest (or newest) first; returns their ids."""
    values = {"channel": channel, "shop": shop, "limit": limit}
    rows = c.execute(_RELEASE_NEWEST if newest else _RELEASE_OLDEST, values)
    return tuple(row.id for row in rows)


def _key(channel: str, shop: str) -> tuple[Any, ...]:
    return (breakers.c.channel == channel, breakers.c.shop == shop)


def _all() -> Select[*tuple[Any, ...]]:
    return select(breakers).order_by(breakers.c.channel, breakers.c.shop)


def _values(stored: StoredBreaker) -> dict[str, Any]:
    breaker = stored.breaker
    return {
        "channel": stored.channel,
        "shop": stored.shop,
        "state": breaker.state,
        "since": breaker.since,
        "tripped_at": breaker.tripped_at,
        "pause_seconds": breaker.pause.total_seconds(),
        "opened_by": breaker.opened_by,
        "trips": breaker.trips,
        "on_trial": list(breaker.on_trial),
        "drains_from": breaker.drains_from,
        "owner_role": stored.owner_role,
        "owner_person": stored.owner_person,
        "rejected": stored.last_count.rejected,
        "orders": stored.last_count.orders,
        "reminded_at": stored.reminded_at,
    }


def _stored(row: Row[Any]) -> StoredBreaker:
    breaker = Breaker(
        state=BreakerState(row.state),
        since=row.since,
        tripped_at=row.tripped_at,
        pause=timedelta(seconds=row.pause_seconds),
        opened_by=row.opened_by,
        trips=row.trips,
        on_trial=tuple(row.on_trial),
        drains_from=row.drains_from,
    )
    return StoredBreaker(
        channel=row.channel,
        shop=row.shop,
        breaker=breaker,
        owner_role=row.owner_role,
        owner_person=row.owner_person,
        last_count=Count(row.rejected, row.orders),
        reminded_at=row.reminded_at,
    )
