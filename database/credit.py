"""The credit ledger: how much a customer may owe, owes, and has put aside for open orders."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Table,
    Text,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert

from database.metadata import Money, metadata
from domain.money import BASE_CURRENCY

credit_accounts = Table(
    "credit_accounts",
    metadata,
    Column("customer_id", Text, ForeignKey("customers.customer_id"), primary_key=True),
    Column("currency", Text, nullable=False),
    Column("credit_limit", Money, nullable=False),
    Column("held", Money, nullable=False, server_default="0"),
    Column("used", Money, nullable=False, server_default="0"),
    CheckConstraint("held >= 0", name="held"),
    CheckConstraint("used >= 0", name="used"),
    CheckConstraint("credit_limit >= 0", name="credit_limit"),
)

credit_holds = Table(
    "credit_holds",
    metadata,
    Column("order_id", Text, ForeignKey("orders.order_id"), primary_key=True),
    Column("customer_id", Text, ForeignKey("credit_accounts.customer_id"), nullable=False),
    Column("amount", Money, nullable=False),
    Column("state", Text, nullable=False),
    CheckConstraint("amount >= 0", name="amount"),
    CheckConstraint("state IN ('held', 'captured', 'released')", name="state"),
    Index("ix_credit_holds_customer_id", "customer_id"),
)


@dataclass(frozen=True)
class CreditAccount:
    """A customer's credit; every amount is in `currency`, the base currency."""

    customer_id: str
    currency: str
    credit_limit: Decimal
    held: Decimal
    used: Decimal


# The order was locked before, so its own hold cannot change between this statement's snapshot
# and its end; the account's row is checked and changed in one go, whoever else wants it.
_HOLD = text("""
WITH mine AS (
    SELECT coalesce(sum(amount), 0) AS amount FROM credit_holds
    WHERE order_id = :order_id AND customer_id = :customer_id AND state = 'held'
), moved AS (
    UPDATE credit_accounts SET held = held - mine.amount + :amount
    FROM mine
    WHERE customer_id = :customer_id
        AND credit_limit - used - held + mine.amount >= CAST(:amount AS numeric)
    RETURNING customer_id
)
INSERT INTO credit_holds (order_id, customer_id, amount, state)
SELECT :order_id, customer_id, :amount, 'held' FROM moved
ON CONFLICT (order_id) DO UPDATE
    SET customer_id = excluded.customer_id, amount = excluded.amount, state = 'held'
RETURNING order_id
""")

_CAPTURE = text("""
WITH taken AS (
    UPDATE credit_holds SET state = 'captured'
    WHERE order_id = :order_id AND state = 'held'
    RETURNING customer_id, amount
)
UPDATE credit_accounts SET held = held - taken.amount, used = used + taken.amount
FROM taken WHERE credit_accounts.customer_id = taken.customer_id
""")

_RELEASE = text("""
WITH freed AS (
    UPDATE credit_holds SET state = 'released'
    WHERE order_id = :order_id AND state = 'held'
    RETURNING customer_id, amount
)
UPDATE credit_accounts SET held = held - freed.amount
FROM freed WHERE credit_accounts.customer_id = freed.customer_id
""")

_LOCK_ORDER = text("SELECT 1 FROM orders WHERE order_id = :order_id FOR NO KEY UPDATE")
_MINE = text("SELECT customer_id, state FROM credit_holds WHERE order_id = :order_id")


def hold(c: Connection, order_id: str, customer_id: str, amount: Decimal) -> bool:
    """Put exactly `amount` (base currency) aside for an order; repeating it changes nothing.

    False when the customer has no account or too little left: then nothing is held for the order.
    An order whose credit was captured already owes it: True, and nothing changes.
    """
    c.execute(_LOCK_ORDER, {"order_id": order_id})
    mine = c.execute(_MINE, {"order_id": order_id}).one_or_none()
    if mine is not None and mine.state == "captured":
        return True
    if mine is not None and mine.customer_id != customer_id:
        release(c, order_id)
    values = {"order_id": order_id, "customer_id": customer_id, "amount": amount}
    if c.execute(_HOLD, values).one_or_none() is not None:
        return True
    if mine is not None:
        release(c, order_id)
    return False


def capture(c: Connection, order_id: str) -> None:
    """Turn what is held for an order into debt, once."""
    c.execute(_CAPTURE, {"order_id": order_id})


def release(c: Connection, order_id: str) -> None:
    """Give back what is held for an order; debt stays debt."""
    c.execute(_RELEASE, {"order_id": order_id})


def set_limit(c: Connection, customer_id: str, limit: Decimal) -> None:
    """Open a customer's account or change its limit, in the base currency."""
    values = {"customer_id": customer_id, "currency": BASE_CURRENCY, "credit_limit": limit}
    statement = insert(credit_accounts).values(values)
    c.execute(
        statement.on_conflict_do_update(
            index_elements=["customer_id"], set_={"credit_limit": limit}
        )
    )


def account(c: Connection, customer_id: str) -> CreditAccount | None:
    """Return a customer's account, None when they have no credit."""
    query = select(credit_accounts).where(credit_accounts.c.customer_id == customer_id)
    row = c.execute(query).one_or_none()
    return CreditAccount(**row._asdict()) if row else None
