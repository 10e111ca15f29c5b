"""Reading orders for a caller: what there is, and whether it is within their reach."""

from dataclasses import replace

from sqlalchemy import Connection, select

from api.permissions import UNROUTED, Scope
from api.problem_kinds import OTHER_GROUP, UNKNOWN_ORDER
from api.schemas.tasks import TaskView
from database import order_lists, orders, progress
from database.order_lists import OrderPage, cursor_of, place_of
from database.order_search import OrderQuery, Sort
from database.orders import Content, OrderRow
from database.progress import Progress
from database.progress_tables import tasks
from database.tasks import is_asked


def order_and_progress(
    c: Connection, order_id: str, scope: Scope
) -> tuple[OrderRow, Progress | None]:
    """Return an order and where it stands (None before its workflow has recorded anything).

    Raises ApiProblem: 404 when there is none, 403 when it is another group's.
    """
    order = orders.get(c, order_id)
    if order is None:
        raise UNKNOWN_ORDER(value=order_id)
    at = progress.get_progress(c, order_id)
    group = at.group if at else UNROUTED
    if not reaches(c, scope, order_id, group):
        raise OTHER_GROUP(group=group or "-")
    return order, at


def reaches(c: Connection, scope: Scope, order_id: str, group: str) -> bool:
    """Tell whether an order is within reach: by its group, or because it waits for them."""
    return scope.covers(group) or bool(scope.asked and is_asked(c, scope.asked, order_id))


def page_of_orders(c: Connection, query: OrderQuery, scope: Scope) -> OrderPage:
    """Return a page of the orders that match and are within reach.

    Whoever works for some groups gets their lists merged: all of them run in one order.
    Raises Refused for a cursor that is none of this list.
    """
    if scope.everywhere:
        return order_lists.search(c, query)
    wanted = scope.groups if query.group is None else scope.groups & {query.group}
    pages = [order_lists.search(c, replace(query, group=group)) for group in sorted(wanted)]
    found = sorted(
        (row for page in pages for row in page.orders),
        key=lambda row: place_of(row, query.sort),
        reverse=query.sort is Sort.NEWEST,
    )
    is_more = len(found) > query.limit or any(page.next_cursor for page in pages)
    shown = tuple(found[: query.limit])
    return OrderPage(shown, cursor_of(shown[-1], query.sort) if is_more else None)


def groups_within(scope: Scope, group: str | None) -> list[str] | None:
    """Return the groups whose orders to count, narrowed to the one that was asked for.

    None means all of them; nothing is left when the group asked for is out of reach.
    """
    if scope.everywhere:
        return None if group is None else [group]
    return sorted(scope.groups if group is None else scope.groups & {group})


def content_in_force(c: Connection, order_id: str, at: Progress | None) -> Content:
    """Return the content the workflow works on: a newer one may wait for it or was refused."""
    content = orders.content(c, order_id, at.content_version if at else None)
    if content is None:
        raise LookupError(f"order {order_id} has no content")
    return content


def open_tasks(c: Connection, order_id: str) -> list[TaskView]:
    """Return the open tasks of an order, the most pressing first."""
    query = (
        select(tasks, tasks.c.group_code.label("group"))
        .where(tasks.c.order_id == order_id, tasks.c.done_at.is_(None))
        .order_by(tasks.c.due_at.nulls_last(), tasks.c.key)
    )
    return [TaskView.model_validate(row) for row in c.execute(query)]
