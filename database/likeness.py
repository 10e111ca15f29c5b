"""Orders that may be one purchase: alike by domain/likeness.py, placed close to each other."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select, text

from database.order_tables import orders
from database.orders import OrderRow
from database.progress_tables import order_progress
from domain.likeness import WINDOW


@dataclass(frozen=True)
class SimilarOrder:
    """An order that may be the same purchase; `stage` is empty before its workflow has begun."""

    order_id: str
    channel: str
    shop: str
    number: str
    placed_at: datetime
    stage: str


def similar(c: Connection, order: OrderRow) -> list[SimilarOrder]:
    """Return the orders of other shops that look like this one, the oldest first."""
    if not order.likeness:
        return []
    elsewhere = or_(orders.c.channel != order.channel, orders.c.shop != order.shop)
    around = orders.c.placed_at.between(order.placed_at - WINDOW, order.placed_at + WINDOW)
    query = (
        select(
            orders.c.order_id,
            orders.c.channel,
            orders.c.shop,
            orders.c.number,
            orders.c.placed_at,
            func.coalesce(order_progress.c.stage, "").label("stage"),
        )
        .outerjoin_from(orders, order_progress)
        .where(orders.c.likeness == order.likeness, elsewhere, around)
        .order_by(orders.c.placed_at, orders.c.order_id)
    )
    return [SimilarOrder(**row._asdict()) for row in c.execute(query)]


def lock(c: Connection, likeness: str) -> None:
    """Let one of several alike orders that come in at once see the other; held until commit."""
    statement = "SELECT pg_advisory_xact_lock(hashtextextended('orderflow.likeness:' || :value, 0))"
    c.execute(text(statement), {"value": likeness})
