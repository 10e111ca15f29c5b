"""The front door: every message that was acknowledged, and how far it has come."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Row,
    Select,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from database.encoding import json_text
from database.metadata import Instant, metadata
from database.order_tables import orders
from database.prepared import Prepared

CHANNEL = "orderflow_inbox"
OPEN_STATES = ("received", "stored", "waiting")

inbox = Table(
    "inbox",
    metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("channel", Text, nullable=False),
    Column("shop", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("dedup_key", Text, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("submitter", Text, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("source_at", Instant),
    Column("received_at", Instant, nullable=False),
    Column("state", Text, nullable=False, server_default="received"),
    Column("order_id", Text, ForeignKey("orders.order_id")),
    Column("signals", JSONB),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("deliveries", Integer, nullable=False, server_default="1"),
    Column("taken_until", Instant),
    Column("next_attempt_at", Instant),
    Column("last_error", Text, nullable=False, server_default=""),
    Column("found_by", Text, nullable=False, server_default="push"),
    Column("import_id", Text),
    Column("finished_at", Instant),
    Column("corrects", BigInteger, ForeignKey("inbox.id"), unique=True),
    Column("corrected_by", Text, nullable=False, server_default=""),
    UniqueConstraint("channel", "shop", "dedup_key"),
    CheckConstraint("priority BETWEEN 1 AND 5", name="priority"),
    CheckConstraint(
        "state IN ('received', 'stored', 'waiting', 'parked', 'done', 'merged', 'ignored', "
        "'quarantined')",
        name="state",
    ),
    CheckConstraint("(corrects IS NULL) = (corrected_by = '')", name="corrected"),
    CheckConstraint("found_by IN ('push', 'poll', 'file', 'history')", name="found_by"),
    # What is finished without quarantine belongs to an order: nothing acknowledged gets lost.
    CheckConstraint(
        "state NOT IN ('stored', 'done', 'merged') OR order_id IS NOT NULL", name="order_known"
    ),
    Index(
        "ix_inbox_open",
        "priority",
        "id",
        postgresql_where=text("state IN ('received', 'stored', 'waiting')"),
    ),
    Index("ix_inbox_order_id", "order_id"),
    Index("ix_inbox_import_id", "import_id", postgresql_where=text("import_id IS NOT NULL")),
    Index(
        "ix_inbox_finished",
        "channel",
        "finished_at",
        postgresql_where=text("finished_at IS NOT NULL"),
    ),
    Index("ix_inbox_parked", "channel", "id", postgresql_where=text("state = 'parked'")),
)


@dataclass(frozen=True)
class Delivery:
    """One message as it came in; `priority` 1 is the most urgent, 3 a live order, 5 bulk work.

    `dedup_key` is the delivery id or a content hash, unique per channel and shop; `source_at` is
    the sender's own clock (UTC), `submitter` the person id for what people sent. `found_by` says
    how it was found: the sender pushed it, a poll, a file, or the history of a migration; the
    latter two belong to the import `import_id`.
    """

    channel: str
    shop: str
    topic: str
    dedup_key: str
    headers: dict[str, str]
    body: bytes
    received_at: datetime
    source_at: datetime | None = None
    priority: int = 3
    submitter: str = ""
    found_by: str = "push"
    import_id: str | None = None


def found(
    channel: str,
    shop: str,
    *,
    topic: str,
    body: bytes,
    source_at: datetime | None,
    found_by: str,
    now: datetime,
    priority: int = 3,
) -> Delivery:
    """Return an order that was read from a shop, as if the shop had sent it."""
    return Delivery(
        channel=channel,
        shop=shop,
        topic=topic,
        dedup_key=content_key(topic, body),
        headers={},
        body=body,
        received_at=now,
        source_at=source_at,
        priority=priority,
        found_by=found_by,
    )


@dataclass(frozen=True)
class Receipt:
    """What became of a delivery: its row, whether it is new, and whether a repetition carried
    the same body as the first."""

    id: int
    created: bool
    same_content: bool


@dataclass(frozen=True)
class InboxRow:
    """A message that was taken to be worked on; `signals` is what `store` kept for a retry.

    `corrected_by` is the person who wrote it in place of another message, else empty.
    """

    id: int
    channel: str
    shop: str
    topic: str
    dedup_key: str
    headers: dict[str, str]
    body: bytes
    submitter: str
    priority: int
    source_at: datetime | None
    received_at: datetime
    state: str
    order_id: str | None
    signals: list[dict[str, Any]] | None
    attempts: int
    deliveries: int
    last_error: str
    found_by: str
    import_id: str | None
    corrected_by: str = ""


# Ids follow the order of arrival, rows are locked in the order of their keys: two writers that
# were given the same duplicates in different order cannot deadlock.
_PUT = Prepared(
    "orderflow_put",
    """
WITH given AS (
    SELECT * FROM unnest(
        :channel, :shop, :topic, :dedup_key, :headers, :body, :submitter, :priority, :source_at,
        :received_at, :found_by, :import_id
    ) WITH ORDINALITY AS g (channel, shop, topic, dedup_key, headers, body, submitter, priority,
                            source_at, received_at, found_by, import_id, place)
), first AS (
    SELECT nextval('inbox_id_seq') AS id, f.* FROM (
        SELECT DISTINCT ON (channel, shop, dedup_key) *,
            count(*) OVER (PARTITION BY channel, shop, dedup_key) AS copies
        FROM given ORDER BY channel, shop, dedup_key, place
    ) AS f ORDER BY place
), put AS (
    INSERT INTO inbox (id, channel, shop, topic, dedup_key, headers, body, submitter, priority,
                       source_at, received_at, found_by, import_id, deliveries)
    SELECT id, channel, shop, topic, dedup_key, CAST(headers AS jsonb), body, submitter, priority,
        source_at, received_at, found_by, import_id, copies
    FROM first ORDER BY channel, shop, dedup_key
    ON CONFLICT (channel, shop, dedup_key)
        DO UPDATE SET deliveries = inbox.deliveries + excluded.deliveries
    RETURNING id, channel, shop, dedup_key, body
), receipt AS (
    SELECT given.place, put.id, first.place IS NOT NULL AS created, put.body = given.body AS same
    FROM given
    JOIN put USING (channel, shop, dedup_key)
    LEFT JOIN first ON first.id = put.id AND first.place = given.place
)
SELECT id, created, same, CASE WHEN created THEN pg_notify('orderflow_inbox', '') END
FROM receipt ORDER BY place
""",
    channel="text[]",
    shop="text[]",
    topic="text[]",
    dedup_key="text[]",
    headers="text[]",
    body="bytea[]",
    submitter="text[]",
    priority="int[]",
    source_at="timestamptz[]",
    received_at="timestamptz[]",
    found_by="text[]",
    import_id="text[]",
)

_CLAIM = text("""
WITH due AS (
    SELECT id FROM inbox
    WHERE state IN ('received', 'stored', 'waiting')
        AND (taken_until IS NULL OR taken_until <= :now)
        AND (next_attempt_at IS NULL OR next_attempt_at <= :now)
        AND priority BETWEEN :most_urgent AND :least_urgent
    ORDER BY priority, id LIMIT :limit FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE inbox SET taken_until = :taken_until, attempts = attempts + 1
    FROM due WHERE inbox.id = due.id
    RETURNING inbox.*
)
SELECT id, channel, shop, topic, dedup_key, headers, body, submitter, priority, source_at,
    received_at, state, order_id, signals, attempts, deliveries, last_error, found_by, import_id,
    corrected_by
FROM taken ORDER BY priority, id
""")


def content_key(topic: str, body: bytes) -> str:
    """Return the `dedup_key` of a channel's message: only what was signed counts.

    A delivery id is a header, and anybody can change it.
    """
    return hashlib.sha256(topic.encode() + b"\0" + body).hexdigest()


def put(c: Connection, deliveries: Sequence[Delivery]) -> list[Receipt]:
    """Keep messages, each once, and wake the relay when any is new; receipts in the given order."""
    if not deliveries:
        return []
    columns = {name: [getattr(d, name) for d in deliveries] for name in _PLAIN_COLUMNS}
    columns["headers"] = [json_text(d.headers) for d in deliveries]
    rows = _PUT.run(c, columns)
    return [Receipt(row.id, row.created, row.same) for row in rows]


_PLAIN_COLUMNS = (
    "channel",
    "shop",
    "topic",
    "dedup_key",
    "body",
    "submitter",
    "priority",
    "source_at",
    "received_at",
    "found_by",
    "import_id",
)


def claim(
    c: Connection,
    limit: int,
    now: datetime,
    lease_seconds: float,
    priorities: tuple[int, int] = (1, 5),
) -> list[InboxRow]:
    """Take messages that are due, the most urgent and oldest first, for `lease_seconds`.

    A message is nobody else's until then; whoever finds it still open afterwards may take it.
    `priorities` are the most and the least urgent ones to take.
    """
    values = {
        "limit": limit,
        "now": now,
        "taken_until": now + timedelta(seconds=lease_seconds),
        "most_urgent": priorities[0],
        "least_urgent": priorities[1],
    }
    rows = c.execute(_CLAIM, values)
    return [_inbox_row(row) for row in rows]


def get(c: Connection, inbox_id: int) -> InboxRow:
    """Return one message; raises sqlalchemy.exc.NoResultFound when there is none."""
    return _inbox_row(c.execute(_rows().where(inbox.c.id == inbox_id)).one())


def _inbox_row(row: Row[Any]) -> InboxRow:
    return InboxRow(**{**row._asdict(), "body": bytes(row.body)})


def store(c: Connection, inbox_id: int, order_id: str, signals: Sequence[object]) -> None:
    """Note that the order lies in Postgres and which signals its workflow still has to get."""
    values = {"state": "stored", "order_id": order_id, "signals": list(signals)}
    c.execute(update(inbox).where(inbox.c.id == inbox_id).values(values))


def finish(
    c: Connection,
    inbox_id: int,
    state: str,
    now: datetime,
    order_id: str | None = None,
    detail: str = "",
) -> None:
    """Close a message as `done` or `merged` (both need an order, given now or by `store`),
    `ignored` (it tells of no order) or `quarantined`; `detail` is for operators and holds no
    personal data."""
    c.execute(
        update(inbox)
        .where(inbox.c.id == inbox_id)
        .values(
            state=state,
            order_id=func.coalesce(order_id, inbox.c.order_id),
            last_error=detail,
            taken_until=None,
            next_attempt_at=None,
            finished_at=now,
        )
    )


def postpone(c: Connection, inbox_id: int, state: str, until: datetime, error: str) -> None:
    """Give a message back, to be taken again `until` then at the earliest."""
    c.execute(
        update(inbox)
        .where(inbox.c.id == inbox_id)
        .values(state=state, next_attempt_at=until, taken_until=None, last_error=error)
    )


@dataclass(frozen=True)
class TakenRow:
    """A stored message that its order's workflow has to hear of."""

    id: int
    channel: str
    shop: str
    attempts: int
    order_id: str
    workflow_id: str
    signals: list[dict[str, Any]]


def taken(c: Connection, inbox_ids: Sequence[int]) -> list[TakenRow]:
    """Return what workflows have to hear of these messages, in the order they were claimed."""
    columns = [inbox.c[name] for name in TakenRow.__dataclass_fields__ if name in inbox.c]
    query = (
        select(*columns, orders.c.workflow_id)
        .join(orders, orders.c.order_id == inbox.c.order_id)
        .where(inbox.c.id.in_(inbox_ids))
        .order_by(inbox.c.priority, inbox.c.id)
    )
    return [TakenRow(**row._asdict()) for row in c.execute(query)]


def finish_all(c: Connection, inbox_ids: Sequence[int], now: datetime) -> None:
    """Close stored messages whose orders' workflows have heard of them."""
    values = {
        "state": "done",
        "taken_until": None,
        "next_attempt_at": None,
        "last_error": "",
        "finished_at": now,
    }
    c.execute(update(inbox).where(inbox.c.id.in_(inbox_ids)).values(values))


def not_taken(c: Connection, before: datetime) -> list[InboxRow]:
    """Return open messages that were due before `before` and that nobody has in hand since."""
    due_at = func.greatest(inbox.c.received_at, inbox.c.next_attempt_at, inbox.c.taken_until)
    query = _rows().where(inbox.c.state.in_(OPEN_STATES), due_at < before)
    return [_inbox_row(row) for row in c.execute(query)]


def _rows() -> Select[*tuple[Any, ...]]:
    columns = [column for column in inbox.c if column.name in InboxRow.__dataclass_fields__]
    return select(*columns).order_by(inbox.c.priority, inbox.c.id)


def counts(c: Connection) -> dict[str, int]:
    """Return how many messages are in each state."""
    query = select(inbox.c.state, func.count()).group_by(inbox.c.state)
    return {row[0]: row[1] for row in c.execute(query)}
