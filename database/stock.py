"""The stock ledger: what lies in which warehouse, and which order has reserved how much of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Row,
    Table,
    Text,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert

from database.encoding import json_text
from database.metadata import Instant, metadata

stock = Table(
    "stock",
    metadata,
    Column("warehouse", Text, primary_key=True),
    Column("sku", Text, primary_key=True),
    Column("on_hand", Integer, nullable=False),
    Column("reserved", Integer, nullable=False, server_default="0"),
    CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved"),
)

reservations = Table(
    "reservations",
    metadata,
    Column("order_id", Text, ForeignKey("orders.order_id"), primary_key=True),
    Column("sku", Text, primary_key=True),
    Column("warehouse", Text, primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("state", Text, nullable=False),
    CheckConstraint("state IN ('active', 'shipped', 'released')", name="state"),
    CheckConstraint("quantity > 0 OR (quantity = 0 AND state <> 'active')", name="quantity"),
    Index("ix_reservations_active", "warehouse", "sku", postgresql_where=text("state = 'active'")),
)

stock_moves = Table(
    "stock_moves",
    metadata,
    Column("key", Text, primary_key=True),
    Column("sku", Text, primary_key=True),
    Column("order_id", Text, ForeignKey("orders.order_id"), nullable=False),
    Column("warehouse", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("shortfall", Integer, nullable=False),
    Column("at", Instant, nullable=False, server_default=func.now()),
    CheckConstraint("quantity > 0 AND shortfall BETWEEN 0 AND quantity", name="quantity"),
    Index("ix_stock_moves_order_id", "order_id"),
)


@dataclass(frozen=True)
class ReserveResult:
    """Why a reservation was not made: SKUs with too few pieces, and SKUs nobody knows there."""

    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def reserved(self) -> bool:
        """Tell whether everything that was asked for is reserved now."""
        return not self.missing and not self.unknown


@dataclass(frozen=True)
class Level:
    """What lies in a warehouse of one SKU, in pieces."""

    warehouse: str
    sku: str
    on_hand: int
    reserved: int


_LOCK_ORDER = text("SELECT 1 FROM orders WHERE order_id = :order_id FOR NO KEY UPDATE")

_MINE = text("""
SELECT warehouse, sku, quantity FROM reservations
WHERE order_id = :order_id AND state = 'active'
""")

# Always in this order, so that two orders that want the same SKUs never wait for each other.
_LOCK_STOCK = text("""
SELECT s.warehouse, s.sku, s.on_hand, s.reserved
FROM stock s JOIN jsonb_to_recordset(CAST(:places AS jsonb)) AS p (warehouse text, sku text)
    ON s.warehouse = p.warehouse AND s.sku = p.sku
ORDER BY s.warehouse, s.sku FOR NO KEY UPDATE OF s
""")

_TAKE = text("""
WITH change AS (
    SELECT * FROM jsonb_to_recordset(CAST(:changes AS jsonb))
        AS g (warehouse text, sku text, quantity int, delta int)
), kept AS (
    INSERT INTO reservations (order_id, sku, warehouse, quantity, state)
    SELECT :order_id, sku, warehouse, quantity, CASE WHEN quantity > 0 THEN 'active'
        ELSE 'released' END
    FROM change
    ON CONFLICT (order_id, sku, warehouse)
        DO UPDATE SET quantity = excluded.quantity, state = excluded.state
)
UPDATE stock SET reserved = reserved + change.delta
FROM change
WHERE stock.warehouse = change.warehouse AND stock.sku = change.sku
    AND (change.delta <= 0 OR on_hand - reserved >= change.delta)
""")

# Goods that left are gone, whatever the books say: what they do not cover becomes a shortfall,
# and what others have reserved stays theirs.
_SHIP = text("""
WITH sent AS (
    SELECT g.sku, g.quantity, coalesce(r.quantity, 0) AS mine,
        coalesce(s.on_hand, 0) AS on_hand, coalesce(s.reserved, 0) AS reserved
    FROM jsonb_to_recordset(CAST(:lines AS jsonb)) AS g (sku text, quantity int)
    LEFT JOIN stock s ON s.warehouse = :warehouse AND s.sku = g.sku
    LEFT JOIN reservations r ON r.order_id = :order_id AND r.warehouse = :warehouse
        AND r.sku = g.sku AND r.state = 'active'
), split AS (
    SELECT sku, quantity, least(quantity, mine) AS from_mine,
        least(quantity, on_hand - reserved + least(quantity, mine)) AS booked
    FROM sent
), moved AS (
    INSERT INTO stock_moves (key, sku, order_id, warehouse, quantity, shortfall)
    SELECT :key, sku, :order_id, :warehouse, quantity, quantity - booked FROM split
    ON CONFLICT (key, sku) DO NOTHING
    RETURNING sku
), consumed AS (
    UPDATE stock SET on_hand = on_hand - booked, reserved = reserved - from_mine
    FROM split JOIN moved USING (sku)
    WHERE stock.warehouse = :warehouse AND stock.sku = split.sku
), left_over AS (
    UPDATE reservations SET quantity = reservations.quantity - from_mine,
        state = CASE WHEN reservations.quantity > from_mine THEN 'active' ELSE 'shipped' END
    FROM split JOIN moved USING (sku)
    WHERE order_id = :order_id AND reservations.warehouse = :warehouse
        AND reservations.sku = split.sku AND state = 'active'
)
SELECT sku FROM split JOIN moved USING (sku) WHERE booked < quantity ORDER BY sku
""")

_RELEASE = text("""
WITH freed AS (
    UPDATE reservations SET state = 'released'
    WHERE order_id = :order_id AND state = 'active'
    RETURNING warehouse, sku, quantity
)
UPDATE stock SET reserved = reserved - freed.quantity
FROM freed WHERE stock.warehouse = freed.warehouse AND stock.sku = freed.sku
""")

Place = tuple[str, str]


def reserve(
    c: Connection, order_id: str, warehouse: str, quantities: Mapping[str, int]
) -> ReserveResult:
    """Make the order's reservations exactly these pieces per SKU, in this warehouse.

    All or nothing: when anything is missing, nothing is reserved for the order any more. Repeating
    it changes nothing. Reservations that it had in another warehouse are given back.
    """
    mine = _lock_mine(c, order_id)
    wanted = {(warehouse, sku): quantity for sku, quantity in quantities.items() if quantity}
    if mine == wanted:
        return ReserveResult()
    levels = _lock_levels(c, mine.keys() | wanted.keys())
    result = _shortage(levels, mine, wanted)
    _take(c, order_id, mine, wanted if result.reserved else {})
    return result


def _lock_mine(c: Connection, order_id: str) -> dict[Place, int]:
    c.execute(_LOCK_ORDER, {"order_id": order_id})
    rows = c.execute(_MINE, {"order_id": order_id})
    return {(row.warehouse, row.sku): row.quantity for row in rows}


def _lock_levels(c: Connection, places: "set[Place]") -> dict[Place, Row[Any]]:
    given = [{"warehouse": warehouse, "sku": sku} for warehouse, sku in sorted(places)]
    rows = c.execute(_LOCK_STOCK, {"places": json_text(given)})
    return {(row.warehouse, row.sku): row for row in rows}


def _shortage(
    levels: Mapping[Place, Row[Any]], mine: Mapping[Place, int], wanted: Mapping[Place, int]
) -> ReserveResult:
    missing, unknown = [], []
    for place, quantity in sorted(wanted.items()):
        level = levels.get(place)
        if level is None:
            unknown.append(place[1])
        elif level.on_hand - level.reserved + mine.get(place, 0) < quantity:
            missing.append(place[1])
    return ReserveResult(tuple(missing), tuple(unknown))


def _take(
    c: Connection, order_id: str, mine: Mapping[Place, int], wanted: Mapping[Place, int]
) -> None:
    changes = [
        {
            "warehouse": place[0],
            "sku": place[1],
            "quantity": wanted.get(place, 0),
            "delta": wanted.get(place, 0) - mine.get(place, 0),
        }
        for place in sorted(mine.keys() | wanted.keys())
    ]
    if changes:
        values = {"order_id": order_id, "changes": json_text(changes)}
        updated = c.execute(_TAKE, values).rowcount
        if updated != len(changes):
            raise RuntimeError(f"stock of {order_id} changed under its lock: {changes}")


def ship(
    c: Connection, order_id: str, key: str, warehouse: str, quantities: Mapping[str, int]
) -> tuple[str, ...]:
    """Book pieces out of a warehouse once per `key`, out of the order's reservation first.

    Returns the SKUs of which the books knew fewer pieces than left; the difference is kept as the
    shortfall of the move.
    """
    sent = {sku: quantity for sku, quantity in sorted(quantities.items()) if quantity}
    _lock_mine(c, order_id)
    _lock_levels(c, {(warehouse, sku) for sku in sent})
    values = {
        "order_id": order_id,
        "key": key,
        "warehouse": warehouse,
        "lines": json_text([{"sku": sku, "quantity": number} for sku, number in sent.items()]),
    }
    return tuple(c.execute(_SHIP, values).scalars())


def release(c: Connection, order_id: str) -> None:
    """Give back every piece that is still reserved for an order."""
    mine = _lock_mine(c, order_id)
    if mine:
        _lock_levels(c, set(mine))
        c.execute(_RELEASE, {"order_id": order_id})


def set_on_hand(c: Connection, warehouse: str, sku: str, quantity: int) -> None:
    """Correct how many pieces lie in a warehouse, after a count or a delivery.

    Raises sqlalchemy.exc.IntegrityError for fewer than are reserved.
    """
    values = {"warehouse": warehouse, "sku": sku, "on_hand": quantity}
    statement = insert(stock).values(values)
    c.execute(
        statement.on_conflict_do_update(
            index_elements=["warehouse", "sku"], set_={"on_hand": quantity}
        )
    )


def levels(c: Connection) -> list[Level]:
    """Return what lies everywhere, sorted by warehouse and SKU."""
    query = select(stock).order_by(stock.c.warehouse, stock.c.sku)
    return [Level(**row._asdict()) for row in c.execute(query)]
