"""Tamper-evident record of who did what: one hash chain per order and one for everything else.

Each entry's hash covers its content and the hash before it; the anchor outside the table keeps the
length and the last hash, so that a cut tail shows as well.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Index,
    Row,
    Table,
    Text,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from database.encoding import canonical_json, json_text
from database.metadata import Instant, metadata
from database.prepared import Prepared

SYSTEM_CHAIN = "system"
GENESIS = "0" * 64

# What an entry of the system's chain is about: the first of these that it names.
_SUBJECTS = (
    "person_id",
    "rule_set_id",
    "import_id",
    "batch_id",
    "quarantine_id",
    "shop",
    "code",
    "message_id",
    "name",
)
SUBJECT = "coalesce({}, '')".format(", ".join(f"detail ->> '{name}'" for name in _SUBJECTS))

audit = Table(
    "audit",
    metadata,
    Column("chain", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("detail", JSONB, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    CheckConstraint("seq >= 1", name="seq"),
    Index("ix_audit_at", "at"),
    Index("ix_audit_actor", "actor", "at", postgresql_where=text("actor <> 'system'")),
    Index("ix_audit_action", "action", "at"),
    Index("ix_audit_subject", text(SUBJECT), "at", postgresql_where=text("chain = 'system'")),
)

audit_anchors = Table(
    "audit_anchors",
    metadata,
    Column("chain", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("head", Text, nullable=False),
    CheckConstraint("seq >= 0", name="seq"),
)


@dataclass(frozen=True)
class Entry:
    """What somebody did; `detail` holds texts, whole numbers, booleans and lists or mappings of
    them, `at` is UTC and defaults to the time of appending."""

    actor: str
    action: str
    detail: dict[str, Any] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True)
class AuditProblem:
    """Where a chain no longer verifies, in words for operators."""

    chain: str
    seq: int
    message_en: str
    message_zh: str


@dataclass(frozen=True)
class AuditRow:
    """One entry as it is kept."""

    chain: str
    seq: int
    at: datetime
    actor: str
    action: str
    detail: dict[str, Any]
    prev_hash: str
    hash: str


# Writing the anchor back as it is locks it, whether it existed or not.
_ANCHOR = Prepared(
    "orderflow_anchor",
    """
INSERT INTO audit_anchors (chain, seq, head) VALUES (:chain, 0, :genesis)
ON CONFLICT (chain) DO UPDATE SET seq = audit_anchors.seq
RETURNING seq, head
""",
    chain="text",
    genesis="text",
)

_APPEND = Prepared(
    "orderflow_append",
    """
WITH added AS (
    INSERT INTO audit (chain, seq, at, actor, action, detail, prev_hash, hash)
    SELECT :chain, e.* FROM jsonb_to_recordset(:entries) AS e (seq bigint,
        at timestamptz, actor text, action text, detail jsonb, prev_hash text, hash text)
)
UPDATE audit_anchors SET seq = :seq, head = :head WHERE chain = :chain
""",
    chain="text",
    entries="jsonb",
    seq="bigint",
    head="text",
)


def append(c: Connection, chain: str, entries: Sequence[Entry], now: datetime) -> None:
    """Append to a chain; others who append to the same one wait until commit."""
    if not entries:
        return
    anchor = _ANCHOR.run(c, {"chain": chain, "genesis": GENESIS}).one()
    rows = list(_linked(chain, entries, now, anchor.seq, anchor.head))
    values = {
        "chain": chain,
        "entries": json_text(rows),
        "seq": rows[-1]["seq"],
        "head": rows[-1]["hash"],
    }
    _APPEND.run(c, values)


_OPEN = text("""
WITH given AS (
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS g (chain text, seq bigint,
        at timestamptz, actor text, action text, detail jsonb, prev_hash text, hash text)
), anchored AS (
    INSERT INTO audit_anchors (chain, seq, head) SELECT chain, seq, hash FROM given
)
INSERT INTO audit (chain, seq, at, actor, action, detail, prev_hash, hash) SELECT * FROM given
""")


def open_chains(c: Connection, entries: Mapping[str, Entry], now: datetime) -> None:
    """Begin chains that do not exist yet, each with its first entry, in one statement.

    Raises sqlalchemy.exc.IntegrityError when one of them exists.
    """
    rows = [
        {"chain": chain, **row}
        for chain, entry in entries.items()
        for row in _linked(chain, [entry], now, 0, GENESIS)
    ]
    c.execute(_OPEN, {"rows": json_text(rows)})


def _linked(
    chain: str, entries: Sequence[Entry], now: datetime, seq: int, head: str
) -> Iterator[dict[str, Any]]:
    for number, entry in enumerate(entries, seq + 1):
        row = {
            "seq": number,
            "at": entry.at or now,
            "actor": entry.actor,
            "action": entry.action,
            "detail": entry.detail,
            "prev_hash": head,
        }
        head = _digest(chain, row)
        yield row | {"hash": head}


def _digest(chain: str, row: dict[str, Any]) -> str:
    parts = [
        chain,
        row["seq"],
        row["at"].astimezone(UTC),
        row["actor"],
        row["action"],
        row["detail"],
        row["prev_hash"],
    ]
    return hashlib.sha256(canonical_json(parts)).hexdigest()


def entries_of(c: Connection, chain: str) -> list[AuditRow]:
    """Return a chain from its beginning."""
    query = select(audit).where(audit.c.chain == chain).order_by(audit.c.seq)
    return [AuditRow(**row._asdict()) for row in c.execute(query)]


def verify(c: Connection, chain: str | None = None) -> list[AuditProblem]:
    """Recompute one chain or all of them against their anchors; the first problem of each.

    Entries are streamed, so memory stays flat however long the chains are.
    """
    entries, anchors = select(audit), select(audit_anchors)
    if chain is not None:
        entries = entries.where(audit.c.chain == chain)
        anchors = anchors.where(audit_anchors.c.chain == chain)
    awaited = {row.chain: row for row in c.execute(anchors)}
    streamed = c.execution_options(yield_per=2000).execute(
        entries.order_by(audit.c.chain, audit.c.seq)
    )
    found = [
        _first_problem(name, rows, awaited.pop(name, None))
        for name, rows in groupby(streamed, key=lambda row: str(row.chain))
    ]
    found += [_cut(name, 0, anchor) for name, anchor in awaited.items() if anchor.seq]
    return [problem for problem in found if problem is not None]


def _first_problem(
    chain: str, rows: Iterator[Row[Any]], anchor: Row[Any] | None
) -> AuditProblem | None:
    seq, head = 0, GENESIS
    for row in rows:
        values = row._asdict()
        whole = row.seq == seq + 1 and row.prev_hash == head
        if not whole or _digest(chain, values) != row.hash:
            return AuditProblem(
                chain,
                row.seq,
                f"entry {row.seq} was changed, or one before it was removed",
                f"第 {row.seq} 条记录被修改,或其之前的记录被删除",
            )
        seq, head = row.seq, row.hash
    if anchor is None or (anchor.seq, anchor.head) != (seq, head):
        return _cut(chain, seq, anchor)
    return None


def _cut(chain: str, seq: int, anchor: Row[Any] | None) -> AuditProblem:
    wanted = anchor.seq if anchor is not None else "no"
    return AuditProblem(
        chain,
        seq,
        f"the chain ends at {seq}, its anchor says {wanted} entries with another last hash",
        f"链在第 {seq} 条结束,与锚点({wanted} 条)不一致",
    )
