"""Customers as far as deciding needs them: is this the first cooperation?"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Index,
    Table,
    Text,
    exists,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert

from database.encoding import json_text
from database.metadata import Instant, metadata
from domain.order import CanonicalOrder

customers = Table(
    "customers",
    metadata,
    Column("customer_id", Text, primary_key=True),
    Column("identity", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("shop", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("cooperated_at", Instant),
    Column("first_order_id", Text),
    CheckConstraint("kind IN ('business', 'consumer')", name="kind"),
    CheckConstraint("(cooperated_at IS NULL) = (first_order_id IS NULL)", name="cooperation"),
)
# Names and addresses are found by how they begin, in whatever case.
for _column in (customers.c.name, customers.c.email):
    _lowered = func.lower(_column).label(f"lowered_{_column.name}")
    Index(
        f"ix_customers_{_column.name}",
        _lowered,
        postgresql_ops={_lowered.name: "text_pattern_ops"},
    )

_MARK = text("""
UPDATE customers SET cooperated_at = :now, first_order_id = :order_id
FROM orders
WHERE orders.order_id = :order_id AND customers.customer_id = orders.customer_id
    AND customers.cooperated_at IS NULL
""")


def upsert(c: Connection, order: CanonicalOrder) -> str:
    """Return the id of the customer of an order, who is added when unknown.

    The id is random, so that it may travel where personal data may not.
    """
    customer = order.customer
    known = {
        "kind": customer.kind,
        "external_id": customer.external_id,
        "name": customer.name,
        "email": customer.email,
    }
    statement = insert(customers).values(
        known
        | {
            "customer_id": f"cus_{uuid.uuid4().hex}",
            "identity": identity(order),
            "channel": order.channel,
            "shop": order.shop,
        }
    )
    statement = statement.on_conflict_do_update(index_elements=["identity"], set_=known)
    customer_id: str = c.execute(statement.returning(customers.c.customer_id)).scalar_one()
    return customer_id


_UPSERT_ALL = text("""
INSERT INTO customers (customer_id, identity, kind, channel, shop, external_id, name, email)
SELECT DISTINCT ON (identity) customer_id, identity, kind, channel, shop, external_id, name, email
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS g (place int, customer_id text, identity text,
    kind text, channel text, shop text, external_id text, name text, email text)
ORDER BY identity, place DESC
ON CONFLICT (identity) DO UPDATE SET kind = excluded.kind, external_id = excluded.external_id,
    name = excluded.name, email = excluded.email
RETURNING identity, customer_id
""")


def upsert_all(c: Connection, given: Sequence[CanonicalOrder]) -> list[str]:
    """Do as `upsert` for many orders at once; the ids in the order of the orders.

    Of several orders of one customer the last one says who they are.
    """
    rows = [
        {
            "place": place,
            "customer_id": f"cus_{uuid.uuid4().hex}",
            "identity": identity(order),
            "kind": order.customer.kind,
            "channel": order.channel,
            "shop": order.shop,
            "external_id": order.customer.external_id,
            "name": order.customer.name,
            "email": order.customer.email,
        }
        for place, order in enumerate(given)
    ]
    told = c.execute(_UPSERT_ALL, {"rows": json_text(rows)})
    found = {row.identity: row.customer_id for row in told}
    return [found[row["identity"]] for row in rows]


def identity(order: CanonicalOrder) -> str:
    """Return what a customer is recognised by: the shop's id of them, else the e-mail address
    across all shops, else the name within the shop, else nothing but this order."""
    customer, place = order.customer, f"{order.channel}/{order.shop}"
    if customer.external_id:
        return f"id:{place}/{customer.external_id}"
    if customer.email:
        return f"email:{customer.email.casefold()}"
    if customer.name:
        return f"name:{place}/{customer.name.casefold()}"
    return f"order:{place}/{order.external_id}"


def find(c: Connection, channel: str, shop: str, external_id: str) -> str | None:
    """Return the customer that a shop knows under this id."""
    query = select(customers.c.customer_id).where(
        customers.c.identity == f"id:{channel}/{shop}/{external_id}"
    )
    customer_id: str | None = c.execute(query).scalar_one_or_none()
    return customer_id


def is_first_cooperation(c: Connection, customer_id: str, order_id: str) -> bool:
    """Tell whether no other order of this customer has reached preparation."""
    cooperated = exists().where(
        customers.c.customer_id == customer_id,
        customers.c.cooperated_at.is_not(None),
        customers.c.first_order_id != order_id,
    )
    return not c.execute(select(cooperated)).scalar_one()


def mark_cooperated(c: Connection, order_id: str, now: datetime) -> None:
    """Note that an order reached preparation; only a customer's first one is remembered."""
    c.execute(_MARK, {"order_id": order_id, "now": now})
