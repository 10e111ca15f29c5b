"""What admission decided, when, under which rules and from which inputs: the explanation."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from database.encoding import json_text
from database.metadata import Instant, Money, metadata

admissions = Table(
    "admissions",
    metadata,
    Column("order_id", Text, ForeignKey("orders.order_id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("content_version", Integer, nullable=False),
    Column("rule_set_id", Text, ForeignKey("rule_sets.rule_set_id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("inputs", JSONB, nullable=False),
    Column("explanation", JSONB, nullable=False),
    Column("plan", JSONB, nullable=False),
    Column("fx_rate_id", Text, nullable=False),
    Column("base_amount", Money),
    CheckConstraint("seq >= 1", name="seq"),
    Index("ix_admissions_at", "at", "order_id", "seq"),
)


@dataclass(frozen=True)
class Admission:
    """One admission of one content version; `base_amount` is in the rule set's base currency.

    `plan` is the plan the workflow got, as JSON; `explanation` holds what each table answered and
    why; `fx_rate_id` is empty when no conversion was needed or possible.
    """

    order_id: str
    content_version: int
    rule_set_id: str
    at: datetime
    inputs: dict[str, Any]
    explanation: Any
    plan: dict[str, Any]
    fx_rate_id: str
    base_amount: Decimal | None
    seq: int = 0


_SAVE = text("""
INSERT INTO admissions (order_id, seq, content_version, rule_set_id, at, inputs, explanation, plan,
    fx_rate_id, base_amount)
SELECT :order_id, 1 + coalesce(max(seq), 0), :content_version, :rule_set_id, :at,
    CAST(:inputs AS jsonb), CAST(:explanation AS jsonb), CAST(:plan AS jsonb), :fx_rate_id,
    :base_amount
FROM admissions WHERE order_id = :order_id
RETURNING seq
""")


def save(c: Connection, admission: Admission) -> int:
    """Keep an admission under the order's next number, which is returned; `seq` is not read."""
    values = {name: getattr(admission, name) for name in Admission.__dataclass_fields__}
    for name in ("inputs", "explanation", "plan"):
        values[name] = json_text(values[name])
    number: int = c.execute(_SAVE, values).scalar_one()
    return number


def latest(c: Connection, order_id: str) -> Admission | None:
    """Return the newest admission of an order, None before the first."""
    query = select(admissions).where(admissions.c.order_id == order_id)
    row = c.execute(query.order_by(admissions.c.seq.desc()).limit(1)).one_or_none()
    return Admission(**row._asdict()) if row else None
