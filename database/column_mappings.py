"""Saved column mappings: which header of a company's own spreadsheets means which field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Table, Text, delete, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from database.metadata import Instant, metadata

column_mappings = Table(
    "column_mappings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("mapping", JSONB, nullable=False),
    Column("author", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
)


@dataclass(frozen=True)
class ColumnMapping:
    """A mapping from header to field under the name it was saved by."""

    name: str
    mapping: Mapping[str, str]
    author: str
    updated_at: datetime


def get(c: Connection, name: str) -> ColumnMapping | None:
    """Return a mapping by its name."""
    row = c.execute(select(column_mappings).where(column_mappings.c.name == name)).one_or_none()
    return ColumnMapping(**row._asdict()) if row else None


def all_mappings(c: Connection) -> list[ColumnMapping]:
    """Return every mapping by name."""
    query = select(column_mappings).order_by(column_mappings.c.name)
    return [ColumnMapping(**row._asdict()) for row in c.execute(query)]


def save(c: Connection, mapping: ColumnMapping) -> None:
    """Add a mapping or replace the one of its name."""
    values = vars(mapping) | {"mapping": dict(mapping.mapping)}
    statement = insert(column_mappings).values(values)
    c.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))


def remove(c: Connection, name: str) -> bool:
    """Forget a mapping; False when there is none of the name."""
    found = c.execute(delete(column_mappings).where(column_mappings.c.name == name))
    return found.rowcount == 1
