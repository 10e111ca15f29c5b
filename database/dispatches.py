"""The keepers' pick list: which orders the warehouse was asked to make ready, once per key."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Index, Table, Text, func, select, text
from sqlalchemy.dialects.postgresql import insert

from database.metadata import Instant, metadata

dispatches = Table(
    "dispatches",
    metadata,
    Column("key", Text, primary_key=True),
    Column("order_id", Text, ForeignKey("orders.order_id"), nullable=False),
    Column("group_code", Text, nullable=False),
    Column("warehouse", Text, nullable=False),
    Column("created_at", Instant, nullable=False, server_default=func.now()),
    Column("voided_at", Instant),
    # A warehouse never works on an order twice at a time.
    Index(
        "ix_dispatches_live", "order_id", unique=True, postgresql_where=text("voided_at IS NULL")
    ),
    Index("ix_dispatches_order_id", "order_id"),
)


@dataclass(frozen=True)
class Dispatch:
    """One request to make an order ready; `voided_at` (UTC) says when it was taken back."""

    key: str
    order_id: str
    group: str
    warehouse: str
    created_at: datetime
    voided_at: datetime | None


def put(c: Connection, key: str, order_id: str, group: str, warehouse: str) -> bool:
    """Put an order on the list once per key; False when the key was voided before.

    Raises sqlalchemy.exc.IntegrityError while the order is on the list under another key.
    """
    statement = insert(dispatches).values(_values(key, order_id, group, warehouse))
    c.execute(statement.on_conflict_do_nothing(index_elements=["key"]))
    voided = select(dispatches.c.voided_at).where(dispatches.c.key == key)
    return c.execute(voided).scalar_one() is None


def void(c: Connection, key: str, order_id: str, group: str, warehouse: str) -> None:
    """Take an order off the list; a key that never arrived is kept as voided, so that a late
    `put` under it changes nothing."""
    values = _values(key, order_id, group, warehouse) | {"voided_at": func.now()}
    statement = insert(dispatches).values(values)
    c.execute(
        statement.on_conflict_do_update(
            index_elements=["key"],
            set_={"voided_at": func.coalesce(dispatches.c.voided_at, func.now())},
        )
    )


def of_order(c: Connection, order_id: str) -> list[Dispatch]:
    """Return every dispatch of an order, the oldest first."""
    query = select(dispatches).where(dispatches.c.order_id == order_id)
    rows = c.execute(query.order_by(dispatches.c.created_at, dispatches.c.key))
    return [
        Dispatch(
            key=row.key,
            order_id=row.order_id,
            group=row.group_code,
            warehouse=row.warehouse,
            created_at=row.created_at,
            voided_at=row.voided_at,
        )
        for row in rows
    ]


def _values(key: str, order_id: str, group: str, warehouse: str) -> dict[str, str]:
    return {"key": key, "order_id": order_id, "group_code": group, "warehouse": warehouse}
