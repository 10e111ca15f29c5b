"""Who could sign an order, each time it was asked again after admission: for the explanation."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, Table, Text, select, text
from sqlalchemy.dialects.postgresql import JSONB

from database.encoding import json_text
from database.metadata import Instant, metadata
from domain.staffing import StaffAnswer, StaffQuestion

entitlements = Table(
    "entitlements",
    metadata,
    Column("order_id", Text, ForeignKey("orders.order_id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("content_version", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("question", JSONB, nullable=False),
    Column("answer", JSONB, nullable=False),
)


@dataclass(frozen=True)
class Entitlement:
    """What was asked and answered at an instant (UTC), as JSON; person ids only."""

    order_id: str
    seq: int
    content_version: int
    at: datetime
    question: dict[str, Any]
    answer: dict[str, Any]


_SAVE = text("""
INSERT INTO entitlements (order_id, seq, content_version, at, question, answer)
SELECT :order_id, 1 + coalesce(max(seq), 0), :content_version, :at, CAST(:question AS jsonb),
    CAST(:answer AS jsonb)
FROM entitlements WHERE order_id = :order_id
""")


def save(
    c: Connection,
    order_id: str,
    content_version: int,
    at: datetime,
    question: StaffQuestion,
    answer: StaffAnswer,
) -> None:
    """Keep an answer under the order's next number."""
    values = {
        "order_id": order_id,
        "content_version": content_version,
        "at": at,
        "question": json_text(asdict(question)),
        "answer": json_text(asdict(answer)),
    }
    c.execute(_SAVE, values)


def of_order(c: Connection, order_id: str) -> list[Entitlement]:
    """Return every answer about an order, the oldest first."""
    query = select(entitlements).where(entitlements.c.order_id == order_id)
    rows = c.execute(query.order_by(entitlements.c.seq))
    return [Entitlement(**row._asdict()) for row in rows]
