"""Messages that could not become an order, with the findings and whoever has to look at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Identity,
    Index,
    Row,
    Table,
    Text,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from database.encoding import json_text
from database.metadata import Instant, metadata
from domain.findings import Finding

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("inbox_id", BigInteger, ForeignKey("inbox.id"), nullable=False, unique=True),
    Column("channel", Text, nullable=False),
    Column("shop", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("findings", JSONB, nullable=False),
    Column("owner_role", Text, nullable=False),
    Column("owner_person", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("resolution", Text),
    Column("resolved_by", Text),
    Column("note", Text, nullable=False, server_default=""),
    CheckConstraint("resolution IN ('retry', 'discard', 'replaced', 'fix')", name="resolution"),
    CheckConstraint(
        "(resolution IS NULL) = (resolved_at IS NULL) "
        "AND (resolution IS NULL) = (resolved_by IS NULL)",
        name="resolved",
    ),
    CheckConstraint("jsonb_array_length(findings) > 0", name="findings"),
    Index("ix_quarantine_open", "id", postgresql_where=text("resolved_at IS NULL")),
    Index(
        "ix_quarantine_external_id",
        "channel",
        "shop",
        "external_id",
        postgresql_where=text("resolved_at IS NULL"),
    ),
)


@dataclass(frozen=True)
class Quarantined:
    """One message in quarantine; findings and note may quote personal data. Instants are UTC."""

    id: int
    inbox_id: int
    channel: str
    shop: str
    external_id: str
    findings: tuple[Finding, ...]
    owner_role: str
    owner_person: str
    created_at: datetime
    resolved_at: datetime | None
    resolution: str | None
    resolved_by: str | None
    note: str = ""


@dataclass(frozen=True)
class Links:
    """What a message in quarantine is bound to: the row of its correction, and the entry of the
    message that it was written to correct."""

    corrected_inbox_id: int | None
    corrects_entry_id: int | None


@dataclass(frozen=True)
class QuarantinePage:
    """Some of the quarantine, the newest first, and the id to go on from (None: the end)."""

    items: tuple[Quarantined, ...]
    next_cursor: int | None


# The message is closed in the same statement: it is never both in quarantine and still open.
_PUT = text("""
WITH closed AS (
    UPDATE inbox SET state = 'quarantined', taken_until = NULL, next_attempt_at = NULL,
        finished_at = :now, last_error = ''
    WHERE id = :inbox_id
)
INSERT INTO quarantine (inbox_id, channel, shop, external_id, findings, owner_role, owner_person,
    created_at)
VALUES (:inbox_id, :channel, :shop, :external_id, CAST(:findings AS jsonb), :owner_role,
    coalesce(owner_of(:owner_role, ''), ''), :now)
ON CONFLICT (inbox_id) DO UPDATE SET external_id = excluded.external_id,
    findings = excluded.findings, owner_role = excluded.owner_role,
    owner_person = excluded.owner_person, created_at = excluded.created_at, resolved_at = NULL,
    resolution = NULL, resolved_by = NULL
RETURNING id
""")

_RESOLVE = text("""
WITH resolved AS (
    UPDATE quarantine SET resolution = :resolution, resolved_by = :by, resolved_at = :now
    WHERE id = :id AND resolved_at IS NULL
    RETURNING inbox_id
), returned AS (
    UPDATE inbox SET state = 'received', attempts = 0, last_error = '', next_attempt_at = NULL,
        finished_at = NULL
    FROM resolved WHERE inbox.id = resolved.inbox_id AND :resolution = 'retry'
    RETURNING inbox.id
)
SELECT resolved.inbox_id, (SELECT pg_notify('orderflow_inbox', '') FROM returned) FROM resolved
""")


def put(
    c: Connection,
    *,
    inbox_id: int,
    channel: str,
    shop: str,
    external_id: str,
    findings: Sequence[Finding],
    owner_role: str,
    now: datetime,
) -> int:
    """Put a message into quarantine and give it to whoever answers for the role; returns its id.

    A message that was retried and failed again is opened anew with its new findings.
    """
    values = {
        "inbox_id": inbox_id,
        "channel": channel,
        "shop": shop,
        "external_id": external_id,
        "findings": json_text(list(findings)),
        "owner_role": owner_role,
        "now": now,
    }
    number: int = c.execute(_PUT, values).scalar_one()
    return number


def page(
    c: Connection, *, resolved: bool = False, cursor: int | None = None, limit: int = 50
) -> QuarantinePage:
    """Return a page of what waits to be looked at, or of what was resolved."""
    is_open = quarantine.c.resolved_at.is_(None)
    query = select(quarantine).where(~is_open if resolved else is_open)
    if cursor is not None:
        query = query.where(quarantine.c.id < cursor)
    rows = c.execute(query.order_by(quarantine.c.id.desc()).limit(limit + 1)).all()
    items = tuple(_quarantined(row) for row in rows[:limit])
    return QuarantinePage(items, items[-1].id if len(rows) > limit else None)


def get(c: Connection, quarantine_id: int) -> Quarantined | None:
    """Return one entry of the quarantine."""
    query = select(quarantine).where(quarantine.c.id == quarantine_id)
    row = c.execute(query).one_or_none()
    return _quarantined(row) if row else None


_LINKS = text("""
SELECT (SELECT n.id FROM inbox n WHERE n.corrects = i.id) AS corrected_inbox_id,
    (SELECT q.id FROM quarantine q WHERE q.inbox_id = i.corrects) AS corrects_entry_id
FROM inbox i WHERE i.id = :inbox_id
""")


def links_of(c: Connection, inbox_id: int) -> Links:
    """Return what the message of a quarantine entry is bound to."""
    return Links(**c.execute(_LINKS, {"inbox_id": inbox_id}).one()._asdict())


def open_of(
    c: Connection, channel: str, shop: str, external_id: str, before: int
) -> list[Quarantined]:
    """Return what is open about one order of a channel and came in before the message `before`."""
    query = select(quarantine).where(
        quarantine.c.channel == channel,
        quarantine.c.shop == shop,
        quarantine.c.external_id == external_id,
        quarantine.c.resolved_at.is_(None),
        quarantine.c.inbox_id < before,
    )
    return [_quarantined(row) for row in c.execute(query.order_by(quarantine.c.id))]


def _quarantined(row: Row[Any]) -> Quarantined:
    findings = tuple(Finding.model_validate(finding) for finding in row.findings)
    return Quarantined(**{**row._asdict(), "findings": findings})


def resolve(c: Connection, quarantine_id: int, resolution: str, by: str, now: datetime) -> bool:
    """Let a message be tried again (`retry`) or put it away for good: `discard`, or `replaced` by
    a later message about the same order.

    False when there is no such open entry, for instance because somebody else was faster.
    """
    values = {"id": quarantine_id, "resolution": resolution, "by": by, "now": now}
    return c.execute(_RESOLVE, values).one_or_none() is not None
