"""Lists of orders: which there are, where they stand, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, false, func, or_, select

from database.order_tables import orders
from database.progress_tables import holds, order_progress


@dataclass(frozen=True)
class OrderQuery:
    """Which orders to list; what is None does not matter, conditions add up.

    `flag` is red, escalated, late or held; `reason` that of an open hold; `text` the beginning of
    a number or external id; `cursor` the `next_cursor` of the page before.
    """

    stage: str | None = None
    group: str | None = None
    channel: str | None = None
    flag: str | None = None
    reason: str | None = None
    text: str | None = None
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True)
class OrderListRow:
    """An order as lists show it: whose it is, what it is worth and where it stands.

    `total` is in `currency`, instants are UTC; an order whose workflow has not begun has no stage.
    """

    order_id: str
    channel: str
    shop: str
    external_id: str
    number: str
    currency: str
    total: Decimal
    country: str
    placed_at: datetime
    received_at: datetime
    stage: str
    entered_at: datetime | None
    group: str
    waits_for: str
    due_at: datetime | None
    flags: tuple[str, ...]
    owner_person: str
    owner_label: str
    closed_reason: str
    priority: int


@dataclass(frozen=True)
class OrderPage:
    """Some orders, the newest first, and the cursor to go on from (None: the end)."""

    orders: tuple[OrderListRow, ...]
    next_cursor: str | None


_FLAGS = ("escalated", "held", "late", "red")


def search(c: Connection, query: OrderQuery) -> OrderPage:
    """Return a page of the orders that match, the newest first."""
    found = select(*_LISTED).outerjoin_from(orders, order_progress).where(*_conditions(query))
    rows = c.execute(found.order_by(orders.c.order_id.desc()).limit(query.limit + 1)).all()
    page = tuple(_listed(row) for row in rows[: query.limit])
    return OrderPage(page, page[-1].order_id if len(rows) > query.limit else None)


_LISTED = (
    *(
        orders.c[name]
        for name in OrderListRow.__dataclass_fields__
        if name in orders.c and name != "priority"
    ),
    func.coalesce(order_progress.c.stage, "").label("stage"),
    order_progress.c.entered_at,
    func.coalesce(order_progress.c.group_code, "").label("group"),
    func.coalesce(order_progress.c.waits_for, "start").label("waits_for"),
    order_progress.c.due_at,
    func.coalesce(order_progress.c.owner_person, "").label("owner_person"),
    func.coalesce(order_progress.c.owner_label, "").label("owner_label"),
    func.coalesce(order_progress.c.closed_reason, "").label("closed_reason"),
    func.coalesce(order_progress.c.priority, orders.c.priority).label("priority"),
    *(order_progress.c[flag] for flag in _FLAGS),
)


def _conditions(query: OrderQuery) -> Iterator[ColumnElement[bool]]:
    progress = order_progress.c
    for column, wanted in (
        (progress.stage, query.stage),
        (progress.group_code, query.group),
        (orders.c.channel, query.channel),
    ):
        if wanted is not None:
            yield column == wanted
    if query.flag is not None:
        yield progress[query.flag] if query.flag in _FLAGS else false()
    if query.reason is not None:
        open_hold = (holds.c.reason == query.reason) & holds.c.released_at.is_(None)
        yield orders.c.order_id.in_(select(holds.c.order_id).where(open_hold))
    if query.text is not None:
        yield _begins_with(orders.c.number, query.text, f"#{query.text}") | _begins_with(
            orders.c.external_id, query.text
        )
    if query.cursor is not None:
        yield orders.c.order_id < query.cursor


def _begins_with(column: Column[str], *beginnings: str) -> ColumnElement[bool]:
    return or_(*(column.startswith(beginning, autoescape=True) for beginning in beginnings))


def _listed(row: Row[Any]) -> OrderListRow:
    values = row._asdict()
    flags = tuple(flag for flag in _FLAGS if values.pop(flag))
    return OrderListRow(**values, flags=flags)
