"""What does not move: found by the sweep, told once, and cleared when it moves again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Identity,
    Index,
    Table,
    Text,
    select,
    text,
)

from database.encoding import json_text
from database.metadata import Instant, metadata

stalls = Table(
    "stalls",
    metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("subject", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("cleared_at", Instant),
    Column("digest_id", Text, nullable=False, server_default=""),
    Index(
        "ix_stalls_open",
        "subject",
        "kind",
        unique=True,
        postgresql_where=text("cleared_at IS NULL"),
    ),
)


@dataclass(frozen=True)
class Stall:
    """One thing that stands still since `since` (UTC): `subject` is an order id or `inbox:<id>`,
    `person_id` whom its owner is, `detail` a code for operators."""

    subject: str
    kind: str
    since: datetime
    person_id: str = ""
    stage: str = ""
    detail: str = ""


_SYNC = text("""
WITH found AS (
    SELECT * FROM jsonb_to_recordset(CAST(:found AS jsonb)) AS f (subject text, kind text,
        since timestamptz, person_id text, stage text, detail text)
), cleared AS (
    UPDATE stalls SET cleared_at = :now
    WHERE cleared_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM found WHERE found.subject = stalls.subject AND found.kind = stalls.kind)
)
INSERT INTO stalls (subject, kind, since, person_id, stage, detail, first_seen_at, digest_id)
SELECT DISTINCT ON (subject, kind) subject, kind, since, person_id, stage, detail,
    CAST(:now AS timestamptz), :digest_id
FROM found ORDER BY subject, kind, since
ON CONFLICT (subject, kind) WHERE cleared_at IS NULL DO NOTHING
RETURNING subject, kind, since, person_id, stage, detail
""")


def sync(c: Connection, found: Sequence[Stall], now: datetime, digest_id: str = "") -> list[Stall]:
    """Take over what one sweep found: the rest is cleared, and only what is new is returned.

    So each stall is told once, until it has moved and stalls again.
    """
    values = {"found": json_text(list(found)), "now": now, "digest_id": digest_id}
    return [Stall(**row._asdict()) for row in c.execute(_SYNC, values)]


def open_stalls(c: Connection) -> list[Stall]:
    """Return what stands still as far as the last sweep knew, the longest first."""
    columns = [stalls.c[name] for name in Stall.__dataclass_fields__]
    query = select(*columns).where(stalls.c.cleared_at.is_(None)).order_by(stalls.c.since)
    return [Stall(**row._asdict()) for row in c.execute(query)]
