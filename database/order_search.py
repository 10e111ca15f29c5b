"""Which orders somebody looks for: the conditions of a list, each of them indexed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    false,
    func,
    or_,
    select,
    union,
)

from database.customers import customers
from database.order_tables import orders
from database.progress_tables import holds, order_progress, parcels

FLAGS = ("escalated", "held", "late", "red")


class Sort(StrEnum):
    """The order of a list. `urgent` holds open orders only: what has ended presses nobody."""

    NEWEST = "newest"
    URGENT = "urgent"
    OLDEST = "oldest"


@dataclass(frozen=True)
class OrderQuery:
    """Which orders to list; what is None does not matter, conditions add up.

    `flag` is red, escalated, late or held; `reason` and `assignee` are those of an open hold;
    `text` is the beginning of a number, an external id or a tracking number; `cursor` the
    `next_cursor` of the page before. `owner` is a person or a role; `placed_from` is within,
    `placed_to` is not. Customers' names and e-mail addresses are searched in the groups
    `names_in`, everywhere when it is None.
    """

    stage: str | None = None
    group: str | None = None
    channel: str | None = None
    flag: str | None = None
    reason: str | None = None
    text: str | None = None
    cursor: str | None = None
    limit: int = 50
    owner: str | None = None
    assignee: str | None = None
    country: str | None = None
    shop: str | None = None
    placed_from: datetime | None = None
    placed_to: datetime | None = None
    is_open: bool | None = None
    sort: Sort = Sort.NEWEST
    names_in: frozenset[str] | None = frozenset()

    def page(self, cursor: str | None, limit: int) -> "OrderQuery":
        """Return the query for one page of the same list."""
        return replace(self, cursor=cursor, limit=limit)


def conditions(query: OrderQuery) -> Iterator[ColumnElement[bool]]:
    """Yield what an order and where it stands have to be."""
    progress = order_progress.c
    for column, wanted in (
        (progress.stage, query.stage),
        (progress.group_code, query.group),
        (orders.c.channel, query.channel),
        (orders.c.country, query.country),
        (orders.c.shop, query.shop),
    ):
        if wanted is not None:
            yield column == wanted
    if query.flag is not None:
        yield progress[query.flag] if query.flag in FLAGS else false()
    if query.placed_from is not None:
        yield orders.c.placed_at >= query.placed_from
    if query.placed_to is not None:
        yield orders.c.placed_at < query.placed_to
    yield from _whose(query)
    yield from _open_or_not(query)
    if query.text is not None:
        yield orders.c.order_id.in_(_named(query.text, query.names_in))


def _whose(query: OrderQuery) -> Iterator[ColumnElement[bool]]:
    progress = order_progress.c
    if query.owner is not None:
        # Nobody owns what has ended, and the index holds open orders only.
        yield ~progress.closed
        yield or_(progress.owner_person == query.owner, progress.owner_label == query.owner)
    if query.reason is not None or query.assignee is not None:
        held = select(holds.c.order_id).where(holds.c.released_at.is_(None))
        if query.reason is not None:
            held = held.where(holds.c.reason == query.reason)
        if query.assignee is not None:
            held = held.where(holds.c.assignee == query.assignee)
        yield orders.c.order_id.in_(held)


def _open_or_not(query: OrderQuery) -> Iterator[ColumnElement[bool]]:
    closed = order_progress.c.closed
    if query.sort is Sort.URGENT:
        yield ~closed
    if query.is_open is False:
        yield closed
    elif query.is_open:
        # One whose workflow has not begun is among the newest; elsewhere the index lacks it.
        yield closed.is_not(True) if query.sort is Sort.NEWEST else ~closed


def _named(beginning: str, names_in: frozenset[str] | None) -> CompoundSelect[tuple[str]]:
    """Return the ids of orders that are called so; each way of being called has its index."""
    begun = (
        orders.c.number.startswith(beginning, autoescape=True),
        orders.c.number.startswith(f"#{beginning}", autoescape=True),
        orders.c.external_id.startswith(beginning, autoescape=True),
    )
    found: list[Select[tuple[str]]] = [select(orders.c.order_id).where(each) for each in begun]
    tracked = parcels.c.tracking_number.startswith(beginning, autoescape=True)
    found.append(select(parcels.c.order_id).where(tracked))
    if names_in is None or names_in:
        found += _of_customers(beginning.lower(), names_in)
    return union(*found)


def _of_customers(beginning: str, names_in: frozenset[str] | None) -> Iterator[Select[tuple[str]]]:
    for column in (customers.c.name, customers.c.email):
        called = func.lower(column).startswith(beginning, autoescape=True)
        found = select(orders.c.order_id).join(customers).where(called)
        if names_in is not None:
            found = found.outerjoin(order_progress).where(
                func.coalesce(order_progress.c.group_code, "").in_(sorted(names_in))
            )
        yield found
