"""Dated exchange rates into the base currency; never changed once kept."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Date,
    Table,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from database.metadata import Money, metadata
from database.refusals import Refused

fx_rates = Table(
    "fx_rates",
    metadata,
    Column("rate_id", Text, primary_key=True),
    Column("currency", Text, nullable=False),
    Column("base", Text, nullable=False),
    Column("rate", Money, nullable=False),
    Column("valid_from", Date, nullable=False),
    UniqueConstraint("currency", "base", "valid_from"),
    CheckConstraint("rate > 0", name="rate"),
    CheckConstraint("currency <> base", name="currency"),
)


@dataclass(frozen=True)
class Rate:
    """How many units of `base` one unit of `currency` costs, from a day (UTC) on."""

    rate_id: str
    currency: str
    base: str
    rate: Decimal
    valid_from: date


def rate_on(c: Connection, currency: str, base: str, on: date) -> Rate | None:
    """Return the newest rate that is valid on a day, None when there is none."""
    query = (
        select(fx_rates)
        .where(fx_rates.c.currency == currency, fx_rates.c.base == base)
        .where(fx_rates.c.valid_from <= on)
        .order_by(fx_rates.c.valid_from.desc())
        .limit(1)
    )
    row = c.execute(query).one_or_none()
    return Rate(**row._asdict()) if row else None


def save(c: Connection, rate: Rate) -> None:
    """Keep a rate; decisions point to it, so a day's rate stays what it is.

    Keeping the same one again is fine; raises Refused for another rate of that day or id.
    """
    c.execute(insert(fx_rates).values(asdict(rate)).on_conflict_do_nothing())
    query = select(fx_rates).where(fx_rates.c.rate_id == rate.rate_id)
    row = c.execute(query).one_or_none()
    if row is None or Rate(**row._asdict()) != rate:
        raise Refused(
            "rate_exists",
            f"there is a rate {rate.currency}/{rate.base} from {rate.valid_from} already, or the "
            f"id {rate.rate_id!r} is taken; save the correction from a later day on",
            f"{rate.valid_from} 起的汇率 {rate.currency}/{rate.base} 已存在,或编号 "
            f"{rate.rate_id!r} 已被占用;请以更晚的日期保存更正",
        )
