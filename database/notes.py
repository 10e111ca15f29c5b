"""What people typed about orders; it stays here, and everybody else passes its id around."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Index, Table, Text, select
from sqlalchemy.dialects.postgresql import insert

from database.metadata import Instant, metadata

notes = Table(
    "notes",
    metadata,
    Column("note_id", Text, primary_key=True),
    Column("order_id", Text, ForeignKey("orders.order_id"), nullable=False),
    Column("author", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_notes_order_id", "order_id"),
)


@dataclass(frozen=True)
class Note:
    """A person's words on an order; `at` is UTC."""

    note_id: str
    order_id: str
    author: str
    text: str
    at: datetime


def put(c: Connection, note: Note) -> None:
    """Keep a note, once per id."""
    values = {column.name: getattr(note, column.name) for column in notes.c}
    c.execute(insert(notes).values(values).on_conflict_do_nothing())


def texts(c: Connection, order_id: str) -> dict[str, Note]:
    """Return the notes on an order by their ids."""
    query = select(notes).where(notes.c.order_id == order_id).order_by(notes.c.at)
    return {row.note_id: Note(**row._asdict()) for row in c.execute(query)}
