"""Lists of orders: searched, sorted, page by page, or all of them as a workbook."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import FileResponse, Response
from sqlalchemy.exc import DataError
from starlette.background import BackgroundTask

from api.auth import ActorDep, ScopeDep
from api.connections import ConnectionDep
from api.credit_veil import scope_asking, veiled_row
from api.description import problems
from api.order_workbook import MOST_ROWS, write_orders
from api.permissions import V1, Permission, Scope, scope_of
from api.problem_kinds import BAD_CURSOR
from api.records import page_of_orders
from api.routes.import_workbooks import WORKBOOK, XLSX
from api.schemas.orders import OrderList, OrderSummary
from database.order_search import OrderQuery, Sort
from database.people import Actor
from database.refusals import Refused
from domain.holds import ReasonCode
from domain.order import Identifier, Instant, Short, Text
from domain.stages import Stage

# Registered before the routes of one order, which would take `export.xlsx` for an id.
router = APIRouter(prefix=f"{V1}/orders", tags=["orders"])


def asked_for(
    actor: ActorDep,
    stage: Stage | None = None,
    group: Annotated[Short | None, Query(description="its code; empty: none yet")] = None,
    channel: Short | None = None,
    shop: Short | None = None,
    country: Annotated[Short | None, Query(description="ISO 3166-1 alpha-2")] = None,
    flag: Literal["red", "escalated", "late", "held"] | None = None,
    reason: Annotated[ReasonCode | None, Query(description="of an open hold")] = None,
    assignee: Annotated[
        Identifier | None, Query(description="of an open hold: a person or a role")
    ] = None,
    owner: Annotated[
        Identifier | None, Query(description="who answers for it now: a person or a role")
    ] = None,
    open: Annotated[bool | None, Query(description="has not ended")] = None,
    placed_from: Annotated[Instant | None, Query(description="placed then or later")] = None,
    placed_to: Annotated[Instant | None, Query(description="placed before")] = None,
    q: Annotated[
        Identifier | None,
        Query(
            description="the beginning of a number, an external id or a tracking number; for those "
            "who may read content also of the customer's name or e-mail address"
        ),
    ] = None,
    sort: Annotated[Sort, Query(description="`urgent` lists open orders only")] = Sort.NEWEST,
) -> OrderQuery:
    """Return which orders a request asks for."""
    return OrderQuery(
        stage=stage,
        group=group,
        channel=channel,
        flag=flag,
        reason=reason,
        text=q,
        owner=owner,
        assignee=assignee,
        country=country,
        shop=shop,
        placed_from=placed_from,
        placed_to=placed_to,
        is_open=open,
        sort=sort,
        names_in=_groups_of(readable(actor)),
    )


QueryDep = Annotated[OrderQuery, Depends(asked_for)]


def readable(actor: Actor) -> Scope:
    """Return for which groups the caller may read personal data."""
    return scope_of(actor, Permission.CONTENT_READ)


def _groups_of(scope: Scope) -> frozenset[str] | None:
    return None if scope.everywhere else scope.groups


@router.get("", summary="List orders", responses=problems(BAD_CURSOR))
def list_orders(
    c: ConnectionDep,
    actor: ActorDep,
    scope: ScopeDep,
    query: QueryDep,
    cursor: Annotated[Text | None, Query(description="`next_cursor` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> OrderList:
    """Return the orders within the caller's reach that match every given condition.

    "Seven German orders wait on customs papers" is `reason=CUSTOMS_DOC`. A cursor belongs to its
    `sort`; of a list by urgency an order that changes its place between two pages may come twice
    or not at all.
    """
    try:
        reach = scope_asking(query.reason, actor, scope)
        page = page_of_orders(c, query.page(cursor, limit), reach)
    except (Refused, DataError) as error:
        if cursor is None:
            raise
        raise BAD_CURSOR(value=repr(cursor[:80])) from error
    names = readable(actor)
    return OrderList(
        orders=[
            OrderSummary.of(veiled_row(row, actor), names.covers(row.group)) for row in page.orders
        ],
        next_cursor=page.next_cursor,
    )


@router.get(
    "/export.xlsx",
    summary="Download a list of orders",
    response_class=Response,
    responses=WORKBOOK | problems(),
)
def export_orders(
    c: ConnectionDep,
    actor: ActorDep,
    scope: ScopeDep,
    query: QueryDep,
    lang: Annotated[Literal["en", "zh"], Query(description="of headings and words")] = "en",
) -> Response:
    """Return the same list as a workbook, in the same order, at most 10,000 orders.

    Instants are in UTC. Every text is text, whatever it begins with; a last row says when there
    are more. Who may not read content gets no column of customers.
    """
    reach = scope_asking(query.reason, actor, scope)
    found = page_of_orders(c, query.page(None, MOST_ROWS), reach)
    page = replace(found, orders=tuple(veiled_row(row, actor) for row in found.orders))
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as file:
        path = FilePath(file.name)
    write_orders(path, page, lang, readable(actor))
    name = f"orders-{datetime.now(UTC):%Y-%m-%d}.xlsx"
    return FileResponse(
        path,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
        media_type=XLSX,
        background=BackgroundTask(path.unlink, missing_ok=True),
    )
