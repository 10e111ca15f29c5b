"""The table of rule set versions, and what is known of each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Row,
    Table,
    Text,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from database.metadata import Instant, metadata
from domain.rules.ruleset import RuleSet, rule_set_from_json

DRAFT, CHECKED, PUBLISHED = "draft", "checked", "published"
SUPERSEDED, DISCARDED = "superseded", "discarded"
# States in which a version may still be edited.
OPEN = frozenset({DRAFT, CHECKED})

rule_sets = Table(
    "rule_sets",
    metadata,
    Column("rule_set_id", Text, primary_key=True),
    Column("number", Integer, Identity(always=True), nullable=False, unique=True),
    Column("body", JSONB, nullable=False),
    Column("digest", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=DRAFT),
    Column("author", Text, nullable=False),
    Column("publisher", Text),
    Column("note", Text, nullable=False),
    Column("created_at", Instant, nullable=False, server_default=func.now()),
    Column("published_at", Instant),
    Column("revision", Integer, nullable=False, server_default=text("1")),
    Column("based_on", Text, ForeignKey("rule_sets.rule_set_id")),
    Column("editors", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("updated_at", Instant, nullable=False, server_default=func.now()),
    Column("checked_at", Instant),
    Column("checked_digest", Text),
    Column("publication_note", Text, nullable=False, server_default=""),
    Column("discarded_at", Instant),
    CheckConstraint("publisher <> author AND publisher <> ALL (editors)", name="publisher"),
    CheckConstraint("author = ANY (editors)", name="author"),
    CheckConstraint(
        "state IN ('draft', 'checked', 'published', 'superseded', 'discarded')", name="state"
    ),
    CheckConstraint(
        "(state IN ('published', 'superseded')) = (publisher IS NOT NULL)"
        " AND (publisher IS NULL) = (published_at IS NULL)",
        name="publication",
    ),
    CheckConstraint(
        "state <> 'checked' OR (checked_at IS NOT NULL"
        " AND checked_digest IS NOT DISTINCT FROM digest)",
        name="checked",
    ),
    CheckConstraint("(state = 'discarded') = (discarded_at IS NOT NULL)", name="discarded"),
    CheckConstraint("revision >= 1", name="revision"),
    Index(
        "ix_rule_sets_published",
        text("(true)"),
        unique=True,
        postgresql_where=text("state = 'published'"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class RuleSetVersion:
    """What is known of a version without its tables; instants are UTC.

    `revision` counts the saves of a draft; `editors` are all who ever changed it, its author
    among them; `based_on` is the version it was made from, None for the first of all.
    """

    rule_set_id: str
    number: int
    digest: str
    state: str
    author: str
    publisher: str | None
    note: str
    created_at: datetime
    published_at: datetime | None
    revision: int
    based_on: str | None
    editors: tuple[str, ...]
    updated_at: datetime
    checked_at: datetime | None
    checked_digest: str | None
    publication_note: str
    discarded_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it may still be edited."""
        return self.state in OPEN


@dataclass(frozen=True, kw_only=True)
class StoredRuleSet(RuleSetVersion):
    """A version with its tables."""

    rule_set: RuleSet


_OVERVIEW = [column for column in rule_sets.c if column.name != "body"]


def overview(c: Connection) -> list[RuleSetVersion]:
    """Return every version without its tables, the newest first."""
    query = select(*_OVERVIEW).order_by(rule_sets.c.number.desc())
    return [RuleSetVersion(**_facts(row)) for row in c.execute(query)]


def all_versions(c: Connection) -> list[StoredRuleSet]:
    """Return every version with its tables, the newest first."""
    query = select(rule_sets).order_by(rule_sets.c.number.desc())
    return [_stored(row) for row in c.execute(query)]


def stored(c: Connection, rule_set_id: str, *, lock: bool = False) -> StoredRuleSet | None:
    """Return a version; with `lock` nobody else changes it until this transaction ends."""
    return _one(c, rule_sets.c.rule_set_id == rule_set_id, lock)


def in_force(c: Connection) -> StoredRuleSet | None:
    """Return the version that new orders are admitted under, None before the first."""
    return _one(c, rule_sets.c.state == PUBLISHED, lock=False)


def _one(c: Connection, condition: ColumnElement[bool], lock: bool) -> StoredRuleSet | None:
    query = select(rule_sets).where(condition)
    row = c.execute(query.with_for_update() if lock else query).one_or_none()
    return _stored(row) if row else None


def _facts(row: Row[Any]) -> dict[str, Any]:
    values = row._asdict()
    return values | {"editors": tuple(values["editors"])}


def _stored(row: Row[Any]) -> StoredRuleSet:
    values = _facts(row)
    return StoredRuleSet(rule_set=rule_set_from_json(values.pop("body")), **values)
