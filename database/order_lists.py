"""Lists of orders: which there are, where they stand, page by page."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    tuple_,
)

from database.customers import customers
from database.order_search import FLAGS, OrderQuery, Sort, conditions
from database.order_tables import orders
from database.people import people
from database.progress_tables import holds, order_progress
from database.refusals import Refused


@dataclass(frozen=True)
class OrderListRow:
    """An order as lists show it: whose it is, what it is worth and where it stands.

    `total` is in `currency`, instants are UTC; an order whose workflow has not begun has no stage.
    `customer_name` is personal data.
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
    stalls_at: datetime | None
    flags: tuple[str, ...]
    owner_person: str
    owner_label: str
    closed_reason: str
    priority: int
    owner_name: str
    customer_name: str
    held_reasons: tuple[str, ...]


@dataclass(frozen=True)
class OrderPage:
    """Some orders in the order that was asked for, and the cursor to go on from (None: the end)."""

    orders: tuple[OrderListRow, ...]
    next_cursor: str | None


class Comparable(Protocol):
    """What has a place in an order."""

    def __lt__(self, other: Any, /) -> bool: ...


def search(c: Connection, query: OrderQuery) -> OrderPage:
    """Return a page of the orders that match.

    Raises Refused for a cursor that is none of this list.
    """
    found = _listed().where(*conditions(query))
    if query.cursor is not None:
        found = found.where(_beyond(query.sort, query.cursor))
    rows = c.execute(found.order_by(*_sorted(query.sort)).limit(query.limit + 1)).all()
    page = tuple(_row(row) for row in rows[: query.limit])
    return OrderPage(page, cursor_of(page[-1], query.sort) if len(rows) > query.limit else None)


def place_of(row: OrderListRow, sort: Sort) -> Comparable:
    """Return what a list is sorted by (for the newest: in reverse)."""
    if sort is not Sort.URGENT:
        return row.order_id
    due_at = row.due_at or datetime.max.replace(tzinfo=UTC)
    return _is_calm(row), row.priority, due_at, row.order_id


def _is_calm(row: OrderListRow) -> bool:
    return not {"red", "escalated"} & set(row.flags)


def cursor_of(row: OrderListRow, sort: Sort) -> str:
    """Return the cursor of what follows this row."""
    due_at = row.due_at.isoformat() if row.due_at else "infinity"
    key: list[object] = [sort, row.order_id]
    key += [_is_calm(row), row.priority, due_at] if sort is Sort.URGENT else []
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _sorted(sort: Sort) -> tuple[ColumnElement[Any], ...]:
    match sort:
        case Sort.NEWEST:
            return (orders.c.order_id.desc(),)
        case Sort.OLDEST:
            return (orders.c.order_id,)
        case Sort.URGENT:
            return _URGENT


# As `ix_order_progress_urgent` has it, so that a page is a walk along that index.
_URGENT: tuple[ColumnElement[Any], ...] = (
    not_(or_(order_progress.c.red, order_progress.c.escalated)),
    order_progress.c.priority,
    func.coalesce(order_progress.c.due_at, literal_column("'infinity'")),
    order_progress.c.order_id,
)


def _beyond(sort: Sort, cursor: str) -> ColumnElement[bool]:
    order_id, *rest = _read_cursor(sort, cursor)
    last = literal(order_id)
    match sort:
        case Sort.NEWEST:
            return orders.c.order_id < last
        case Sort.OLDEST:
            return orders.c.order_id > last
        case Sort.URGENT:
            return tuple_(*_URGENT) > tuple_(*rest, last)


def _read_cursor(sort: Sort, cursor: str) -> tuple[Any, ...]:
    try:
        said, order_id, *rest = json.loads(base64.urlsafe_b64decode(cursor))
        if said != sort or not isinstance(order_id, str) or "\0" in order_id:
            raise ValueError(said)
        if sort is not Sort.URGENT:
            return (order_id,)
        is_calm, priority, due_at = rest
        if due_at != "infinity":
            datetime.fromisoformat(due_at)
        return order_id, bool(is_calm), int(priority), due_at
    except (ValueError, TypeError, binascii.Error) as error:
        raise Refused(
            "bad_cursor",
            f"{cursor[:80]!r} is no cursor of this list; start without one",
            f"{cursor[:80]!r} 不是此列表的游标,请从头开始",
        ) from error


def _listed() -> Select[Any]:
    progress = order_progress.c
    named = ("stage", "owner_person", "owner_label", "closed_reason")
    open_reasons = select(holds.c.reason).where(
        holds.c.order_id == orders.c.order_id, holds.c.released_at.is_(None)
    )
    in_order = open_reasons.order_by(holds.c.raised_at, holds.c.hold_id)
    return (
        select(
            *(orders.c[name] for name in _OF_THE_ORDER),
            *(func.coalesce(progress[name], "").label(name) for name in named),
            progress.entered_at,
            progress.due_at,
            progress.stalls_at,
            func.coalesce(progress.group_code, "").label("group"),
            func.coalesce(progress.waits_for, "start").label("waits_for"),
            func.coalesce(progress.priority, orders.c.priority).label("priority"),
            *(progress[flag] for flag in FLAGS),
            func.coalesce(people.c.name, "").label("owner_name"),
            customers.c.name.label("customer_name"),
            func.array(in_order.scalar_subquery()).label("held_reasons"),
        )
        .outerjoin_from(orders, order_progress)
        .join(customers, customers.c.customer_id == orders.c.customer_id)
        .outerjoin(people, people.c.person_id == progress.owner_person)
    )


_OF_THE_ORDER = (
    "order_id",
    "channel",
    "shop",
    "external_id",
    "number",
    "currency",
    "total",
    "country",
    "placed_at",
    "received_at",
)


def _row(row: Row[Any]) -> OrderListRow:
    values = row._asdict()
    values["flags"] = tuple(flag for flag in FLAGS if values.pop(flag))
    values["held_reasons"] = tuple(values["held_reasons"])
    return OrderListRow(**values)
