"""Identity and content of orders: what was bought, by whom, in versions that are never changed."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, select, text, update

from database.encoding import json_text
from database.order_tables import order_contents, orders
from domain.cleansing import Cleansed
from domain.facts import Identity
from domain.findings import Finding
from domain.likeness import likeness
from domain.order import CanonicalOrder


@dataclass(frozen=True)
class OrderRow:
    """Who an order is; totals, country and number are those of its newest content.

    `total` is in `currency`; `source_updated_at` is the newest instant the channel told us of.
    `start_stage` is where an order stood that was moved here, empty for one that began here;
    `channel_hold` the reason code for which the channel itself holds it, empty when it does not;
    `likeness` is equal for orders that may be one purchase, see domain/likeness.py.
    """

    order_id: str
    channel: str
    shop: str
    external_id: str
    workflow_id: str
    number: str
    origin: str
    submitter: str
    customer_id: str
    currency: str
    total: Decimal
    country: str
    placed_at: datetime
    received_at: datetime
    source_updated_at: datetime | None
    content_version: int
    priority: int
    start_stage: str
    channel_hold: str
    likeness: str


@dataclass(frozen=True)
class Content:
    """One version of an order's content, personal data included; `cleansing` says what was changed
    when it was read."""

    order_id: str
    version: int
    order: CanonicalOrder
    content_hash: str
    findings: tuple[Finding, ...]
    source_updated_at: datetime | None
    author: str
    created_at: datetime
    cleansing: tuple[Cleansed, ...] = ()


_INSERT = text("""
WITH added AS (
    INSERT INTO orders (order_id, channel, shop, external_id, workflow_id, number, origin,
        submitter, customer_id, currency, total, country, placed_at, received_at,
        source_updated_at, content_version, priority, start_stage, channel_hold, likeness)
    VALUES (:order_id, :channel, :shop, :external_id, :workflow_id, :number, :origin,
        :submitter, :customer_id, :currency, :total, :country, :placed_at, :received_at,
        :source_updated_at, 1, :priority, :start_stage, :channel_hold, :likeness)
    ON CONFLICT (channel, shop, external_id) DO NOTHING
    RETURNING order_id
), content AS (
    INSERT INTO order_contents (order_id, version, body, content_hash, findings, cleansing,
        source_updated_at, author, created_at)
    SELECT order_id, 1, CAST(:body AS jsonb), :content_hash, CAST(:findings AS jsonb),
        CAST(:cleansing AS jsonb), :source_updated_at, :author, :received_at
    FROM added
), arrived AS (
    INSERT INTO order_arrivals (order_id, at, channel, shop)
    SELECT order_id, CASE WHEN :start_stage = '' THEN :received_at
        ELSE least(:placed_at, :received_at) END, :channel, :shop
    FROM added
)
SELECT order_id FROM added
""")

_ADD_CONTENT = text("""
WITH raised AS (
    UPDATE orders SET content_version = content_version + 1, number = :number,
        currency = :currency, total = :total, country = :country, likeness = :likeness,
        source_updated_at = greatest(source_updated_at, CAST(:source_updated_at AS timestamptz))
    WHERE order_id = :order_id
    RETURNING order_id, content_version
)
INSERT INTO order_contents (order_id, version, body, content_hash, findings, cleansing,
    source_updated_at, author, created_at)
SELECT order_id, content_version, CAST(:body AS jsonb), :content_hash, CAST(:findings AS jsonb),
    CAST(:cleansing AS jsonb), :source_updated_at, :author, :now
FROM raised
RETURNING version
""")


def new_order_id() -> str:
    """Make an order id that sorts by time: `ord_` and a UUID version 7 in 32 hex digits."""
    moment = time.time_ns() // 1_000_000
    low = secrets.randbits(76)
    value = moment << 80 | 0x7 << 76 | low
    variant = value & ~(0b11 << 62) | 0b10 << 62
    return f"ord_{variant:032x}"


def insert(
    c: Connection,
    order: CanonicalOrder,
    *,
    workflow_id: str,
    origin: str,
    submitter: str,
    customer_id: str,
    findings: Sequence[Finding],
    content_hash: str,
    received_at: datetime,
    author: str,
    priority: int = 3,
    cleansing: Sequence[Cleansed] = (),
    start_stage: str = "",
    channel_hold: str = "",
) -> tuple[str, bool]:
    """Keep a new order with its first content; the id and whether it was new.

    An order that is known already is left as it is, even while its first insert is under way in
    another transaction: this one waits for it.
    """
    values = content_values(order, findings, cleansing) | {
        "order_id": new_order_id(),
        "channel": order.channel,
        "shop": order.shop,
        "external_id": order.external_id,
        "workflow_id": workflow_id,
        "origin": origin,
        "submitter": submitter,
        "customer_id": customer_id,
        "content_hash": content_hash,
        "placed_at": order.placed_at,
        "received_at": received_at,
        "author": author,
        "priority": priority,
        "start_stage": start_stage,
        "channel_hold": channel_hold,
    }
    added: str | None = c.execute(_INSERT, values).scalar_one_or_none()
    if added is not None:
        return added, True
    identity = _identity(order.channel, order.shop, order.external_id)
    return c.execute(select(orders.c.order_id).where(*identity)).scalar_one(), False


def content_values(
    order: CanonicalOrder, findings: Sequence[Finding], cleansing: Sequence[Cleansed]
) -> dict[str, Any]:
    """Return what both tables keep of a content, by column; the JSON columns as text."""
    return {
        "number": order.number,
        "currency": order.currency,
        "total": order.total,
        "country": order.shipping_address.country if order.shipping_address else "",
        "source_updated_at": order.source_updated_at,
        "body": order.model_dump_json(),
        "findings": json_text(list(findings)),
        "cleansing": json_text(list(cleansing)),
        "likeness": likeness(order),
    }


def _identity(channel: str, shop: str, external_id: str) -> tuple[Any, ...]:
    return (
        orders.c.channel == channel,
        orders.c.shop == shop,
        orders.c.external_id == external_id,
    )


def add_content(
    c: Connection,
    order_id: str,
    order: CanonicalOrder,
    content_hash: str,
    findings: Sequence[Finding],
    author: str,
    now: datetime,
    cleansing: Sequence[Cleansed] = (),
) -> int:
    """Keep the next content of an order and return its version; locks the order until commit.

    Raises sqlalchemy.exc.NoResultFound for an unknown order.
    """
    values = content_values(order, findings, cleansing) | {
        "order_id": order_id,
        "content_hash": content_hash,
        "author": author,
        "now": now,
    }
    version: int = c.execute(_ADD_CONTENT, values).scalar_one()
    return version


def identity_of(row: OrderRow) -> Identity:
    """Return what the house added to an order when it took it in."""
    return Identity(
        order_id=row.order_id,
        origin=row.origin,  # type: ignore[arg-type]  # a CHECK constraint keeps it an Origin
        submitter=row.submitter,
        submitted_at=row.received_at,
        priority=row.priority,
        start_stage=row.start_stage,
    )


def find(c: Connection, channel: str, shop: str, external_id: str) -> OrderRow | None:
    """Return the order a channel knows under this id, None when there is none yet."""
    return _one(c, *_identity(channel, shop, external_id))


def get(c: Connection, order_id: str) -> OrderRow | None:
    """Return an order by our id."""
    return _one(c, orders.c.order_id == order_id)


def ids_of_workflows(c: Connection, workflow_ids: Sequence[str]) -> list[str]:
    """Return the ids of the orders that these workflows are, sorted; strangers are left out."""
    query = select(orders.c.order_id).where(orders.c.workflow_id.in_(workflow_ids))
    return list(c.execute(query.order_by(orders.c.order_id)).scalars())


def _one(c: Connection, *conditions: Any) -> OrderRow | None:
    row = c.execute(select(orders).where(*conditions)).one_or_none()
    return OrderRow(**row._asdict()) if row else None


def newest(c: Connection, limit: int) -> list[OrderRow]:
    """Return the orders that were taken in last."""
    query = select(orders).order_by(orders.c.order_id.desc()).limit(limit)
    return [OrderRow(**row._asdict()) for row in c.execute(query)]


def content(c: Connection, order_id: str, version: int | None = None) -> Content | None:
    """Return a version of an order's content, the newest by default."""
    query = select(order_contents).where(order_contents.c.order_id == order_id)
    if version is not None:
        query = query.where(order_contents.c.version == version)
    row = c.execute(query.order_by(order_contents.c.version.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    return Content(
        order_id=row.order_id,
        version=row.version,
        order=CanonicalOrder.model_validate(row.body),
        content_hash=row.content_hash,
        findings=tuple(Finding.model_validate(finding) for finding in row.findings),
        source_updated_at=row.source_updated_at,
        author=row.author,
        created_at=row.created_at,
        cleansing=tuple(Cleansed.model_validate(step) for step in row.cleansing),
    )


def lock(c: Connection, order_id: str) -> OrderRow | None:
    """Return an order and keep others from changing its identity, stock or credit until commit."""
    query = select(orders).where(orders.c.order_id == order_id).with_for_update(key_share=True)
    row = c.execute(query).one_or_none()
    return OrderRow(**row._asdict()) if row else None


def mark_source(c: Connection, order_id: str, source_updated_at: datetime) -> None:
    """Remember the newest instant of the channel's own clock; an older one changes nothing."""
    newest = func.greatest(orders.c.source_updated_at, source_updated_at)
    c.execute(update(orders).where(orders.c.order_id == order_id).values(source_updated_at=newest))


def mark_channel_hold(c: Connection, order_id: str, reason: str) -> None:
    """Remember for which reason code the channel holds the order, empty when it does not."""
    c.execute(update(orders).where(orders.c.order_id == order_id).values(channel_hold=reason))
