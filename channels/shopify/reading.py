"""Reading orders through the Admin API: what changed, and one by its reference.

Scopes: read_orders (read_all_orders for more than 60 days back), read_merchant_managed_, read_
assigned_ and read_third_party_fulfillment_orders for holds, and protected customer data (level 2)
approved for the app. Without them Shopify refuses with ACCESS_DENIED rather than leave fields out.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from channels.body import gid_kind, gid_number
from channels.errors import ChannelRefused, ChannelThrottled, ChannelUnavailable
from channels.port import FoundOrder, FoundPage
from channels.shopify.answers import (
    OrderIdAnswer,
    OrderNodeAnswer,
    OrdersAnswer,
    read_answer,
)
from channels.shopify.graphql import GraphqlEndpoint
from channels.shopify.nodes import Node, is_cut, items
from channels.shopify.queries import (
    ALL_FULFILMENTS,
    FULFILMENT_LINES,
    FULFILMENTS,
    FULFILMENTS_AT_ONCE,
    ONE_ORDER,
    ORDER_LINES,
    ORDER_OF_FULFILMENT_ORDER,
    ORDERS_PAGE,
)
from channels.shopify.topics import READ_ORDER
from domain.order import instant

ORDERS_PER_PAGE = 50
_TOO_COSTLY = "MAX_COST_EXCEEDED"
_UNKNOWN = frozenset({"RESOURCE_NOT_FOUND", "NOT_FOUND"})

OrderNode = dict[str, Any]


class OrderReader:
    """Reads the orders of one shop, each with all of its lines and fulfilments."""

    def __init__(self, graphql: GraphqlEndpoint) -> None:
        self._graphql = graphql

    def changed_orders(self, since: datetime, page: str | None = None) -> FoundPage:
        """Return up to 50 orders that changed at or after `since`, the oldest change first.

        Where Shopify prices the page above its limit, it is asked again for half as many. Where
        the cost of an order's remainder can't be paid now, the page ends before that order.
        """
        size, after = _position(page)
        while True:
            try:
                return self._page(search_since(since), size, after)
            except ChannelRefused as refused:
                if refused.code != _TOO_COSTLY or size == 1:
                    raise
                size //= 2

    def order(self, reference: str) -> FoundOrder | None:
        """Return one order by its number, its gid or the gid of one of its fulfilment orders."""
        try:
            gid = self._order_gid(reference.strip())
            data = self._graphql.run(ONE_ORDER, {"id": gid}) if gid else {"order": None}
        except ChannelRefused as refused:
            if refused.code in _UNKNOWN:
                return None
            raise
        node = read_answer(OrderNodeAnswer, data).order
        return found_order(self._completed(node)) if node else None

    def _page(self, search: str, size: int, after: str | None) -> FoundPage:
        variables = {"first": size, "after": after, "query": search}
        answer = read_answer(OrdersAnswer, self._graphql.run(ORDERS_PAGE, variables)).orders
        found: list[FoundOrder] = []
        passed = after
        for edge in answer.edges:
            try:
                found.append(found_order(self._completed(edge.node)))
            except ChannelThrottled:
                # Without a single order, or a place to go on from, nothing would be won.
                if not found or not passed or passed == after:
                    raise
                return FoundPage(tuple(found), f"{size}:{passed}", found[-1].updated_at)
            passed = edge.cursor
        info = answer.pageInfo
        goes_on = info.hasNextPage and info.endCursor and info.endCursor != after
        seen_until = found[-1].updated_at if found else None
        return FoundPage(tuple(found), f"{size}:{info.endCursor}" if goes_on else None, seen_until)

    def _order_gid(self, reference: str) -> str:
        if reference.isdecimal():
            return f"gid://shopify/Order/{reference}"
        if gid_kind(reference) == "Order":
            return reference
        if gid_kind(reference) != "FulfillmentOrder":
            return ""
        data = self._graphql.run(ORDER_OF_FULFILMENT_ORDER, {"id": reference})
        answer = read_answer(OrderIdAnswer, data).fulfillmentOrder
        return answer.orderId if answer else ""

    def _completed(self, node: OrderNode) -> OrderNode:
        """Fetch what did not fit on the page: further lines, and fulfilments with their pieces."""
        gid = node.get("id")
        if is_cut(node.get("lineItems")):
            lines = items(node["lineItems"])
            lines += self._rest(ORDER_LINES, gid, "order", "lineItems", node["lineItems"])
            node = node | {"lineItems": {"nodes": lines}}
        if items(node.get("fulfillments")):
            node = node | {"fulfillments": list(self._fulfilments(gid))}
        return node

    def _fulfilments(self, order_gid: object) -> Iterator[OrderNode]:
        told = self._listed(FULFILMENTS, order_gid)
        if len(told) >= FULFILMENTS_AT_ONCE:
            told = self._listed(ALL_FULFILMENTS, order_gid)
        for each in told:
            lines = each.get("fulfillmentLineItems")
            if lines is not None and not is_cut(lines):
                yield dict(each)
                continue
            known, gid = items(lines), each.get("id")
            name = "fulfillmentLineItems"
            known += self._rest(FULFILMENT_LINES, gid, "fulfillment", name, lines)
            yield dict(each) | {name: {"nodes": known}}

    def _listed(self, document: str, order_gid: object) -> list[Node]:
        data = self._graphql.run(document, {"id": order_gid})
        order = read_answer(OrderNodeAnswer, data).order
        if order is None:
            raise ChannelUnavailable("an order vanished while it was read")
        return items(order.get("fulfillments"))

    def _rest(
        self, document: str, gid: object, parent: str, name: str, first: object
    ) -> Iterator[Node]:
        """Yield the nodes of a connection that follow after its `first` page."""
        cursor = _end_cursor(first)
        while True:
            data = self._graphql.run(document, {"id": gid, "after": cursor})
            whole = data.get(parent)
            connection = whole.get(name) if isinstance(whole, dict) else None
            following = _end_cursor(connection)
            if connection is None or (is_cut(connection) and following in (None, cursor)):
                raise ChannelUnavailable(f"the pages of {name} break off")
            yield from items(connection)
            if not is_cut(connection):
                return
            cursor = following


def found_order(node: Node) -> FoundOrder:
    """Wrap a GraphQL order as bytes that `read` understands under the topic graphql/order."""
    updated_at = None
    with suppress(ValueError):
        updated_at = instant(node.get("updatedAt"))
    body = json.dumps(node, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return FoundOrder(gid_number(node.get("id")), READ_ORDER, body, updated_at)


def search_since(since: datetime) -> str:
    """Return Shopify's search for orders that changed at or after an instant, in whole seconds."""
    return f"updated_at:>='{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'"


def _position(page: str | None) -> tuple[int, str | None]:
    """Return page size and cursor; the size stays what Shopify accepted once."""
    size, _, cursor = (page or "").partition(":")
    known = int(size) if size.isdecimal() else ORDERS_PER_PAGE
    return max(1, min(known, ORDERS_PER_PAGE)), cursor or None


def _end_cursor(connection: object) -> str | None:
    info = connection.get("pageInfo") if isinstance(connection, dict) else None
    cursor = info.get("endCursor") if isinstance(info, dict) else None
    return cursor if isinstance(cursor, str) else None
