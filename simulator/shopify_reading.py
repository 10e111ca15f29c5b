"""Reading a played Shopify shop: pages of orders, single nodes, and the bulk operation."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from domain.order import instant, rfc3339
from simulator.documents import Document
from simulator.graphql_calls import root_call
from simulator.shopify_admin import fulfilment_order, number_of
from simulator.shopify_nodes import fulfilment_node, gid, order_node, page_of
from simulator.shopify_shop import ShopifyShop

BULKS = "shopify.bulks"
MOST_ON_A_PAGE = 250

Arguments = Mapping[str, Any]
_TERM = re.compile(r"(updated_at|created_at):\s*(>=|<=|>|<)\s*['\"]?([^'\"\s)]+)")
_SORTED_BY = {"UPDATED_AT": "updated_at", "CREATED_AT": "created_at"}
# Connections of an order; a bulk operation writes their nodes on lines of their own.
_CONNECTIONS = ("lineItems", "shippingLines", "fulfillmentOrders", "discountApplications")


class InvalidPage(Exception):
    """The arguments of a connection are not allowed."""


def orders(shop: ShopifyShop, given: Arguments) -> Document:
    """Answer `orders(first:, after:, query:, sortKey:, reverse:)`."""
    first = given.get("first")
    if not isinstance(first, int) or not 1 <= first <= MOST_ON_A_PAGE:
        raise InvalidPage("you must provide one of first or last, from 1 to 250")
    found = _sorted(shop, given)
    after = _position(given.get("after"))
    if after is not None:
        found = [each for each in found if _is_past(each, after, given)]
    page, rest = found[:first], found[first:]
    nodes, cursors = [whole(order) for _, order in page], [_cursor(*key) for key, _ in page]
    return page_of(nodes, cursors, is_last=not rest)


def whole(order: Document) -> Document:
    """Return an order with everything."""
    return order_node(order, fulfilment_order(order))


Keyed = tuple[tuple[str, int], Document]


def _sorted(shop: ShopifyShop, given: Arguments) -> list[Keyed]:
    terms = _TERM.findall(str(given.get("query") or ""))
    name = _SORTED_BY.get(str(given.get("sortKey")), "created_at")
    found = [
        ((_text(instant(order["body"][name])), int(order["id"])), order)
        for order in shop.records().values()
        if all(_fits(order["body"], *term) for term in terms)
    ]
    return sorted(found, key=lambda each: each[0], reverse=bool(given.get("reverse")))


def _text(at: datetime) -> str:
    """Return an instant in a form whose order is that of time."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"


def _fits(body: Document, name: str, relation: str, wanted: str) -> bool:
    at, limit = instant(body[name]), instant(wanted)
    match relation:
        case ">=":
            return at >= limit
        case ">":
            return at > limit
        case "<=":
            return at <= limit
        case _:
            return at < limit


def _is_past(each: Keyed, after: tuple[str, int], given: Arguments) -> bool:
    return each[0] < after if given.get("reverse") else each[0] > after


def _cursor(at: str, number: int) -> str:
    return base64.b64encode(json.dumps([at, number]).encode()).decode()


def _position(cursor: object) -> tuple[str, int] | None:
    if not cursor:
        return None
    try:
        at, number = json.loads(base64.b64decode(str(cursor)))
    except ValueError:
        raise InvalidPage("`after` is no cursor of this connection") from None
    return at, number


def one_order(shop: ShopifyShop, given: Arguments) -> Document | None:
    """Answer `order(id:)`."""
    order = shop.record(number_of(given.get("id")))
    return whole(order) if order else None


def one_fulfilment_order(shop: ShopifyShop, given: Arguments) -> Document | None:
    """Answer `fulfillmentOrder(id:)`, with the order it belongs to."""
    order = shop.record(number_of(given.get("id")))
    return fulfilment_order(order) | {"order": whole(order)} if order else None


def one_fulfilment(shop: ShopifyShop, given: Arguments) -> Document | None:
    """Answer `fulfillment(id:)`."""
    number = number_of(given.get("id"))
    known = (each for order in shop.records().values() for each in order["fulfilments"])
    found = next((each for each in known if each["id"] == number), None)
    return fulfilment_node(found) if found else None


def node(shop: ShopifyShop, given: Arguments) -> Document | None:
    """Answer `node(id:)` for what has one."""
    kind = str(given.get("id")).removeprefix("gid://shopify/").partition("/")[0]
    match kind:
        case "Order":
            return one_order(shop, given)
        case "FulfillmentOrder":
            return one_fulfilment_order(shop, given)
        case "Fulfillment":
            return one_fulfilment(shop, given)
        case "BulkOperation":
            return bulk_operation(shop, number_of(given.get("id")))
        case _:
            return None


# --- bulk operations ------------------------------------------------------------------------------


def run_bulk(shop: ShopifyShop, given: Arguments, base_url: str) -> Document:
    """Do `bulkOperationRunQuery`; one at a time, and it has to ask for orders."""
    inner = root_call(str(given.get("query") or ""), {})
    if inner is None or inner.field != "orders":
        refusal = {"field": ["query"], "message": "Invalid bulk query", "code": "INVALID"}
        return {"bulkOperation": None, "userErrors": [refusal]}
    if any(each["status"] != "COMPLETED" for each in _bulks(shop)):
        text = "A bulk query operation for this app and shop is already in progress"
        refusal = {"field": ["query"], "message": text, "code": "OPERATION_IN_PROGRESS"}
        return {"bulkOperation": None, "userErrors": [refusal]}
    number = str(720_001 + len(_bulks(shop)))
    bulk = {
        "shop": shop.played.shop,
        "id": number,
        "query": inner.arguments.get("query") or "",
        "status": "CREATED",
        "created_at": rfc3339(datetime.now(UTC)),
        "url": f"{base_url}shopify/{shop.played.shop}/bulk/{number}.jsonl",
    }
    _keep(shop, bulk)
    return {"bulkOperation": _bulk_node(bulk, 0), "userErrors": []}


def bulk_operation(shop: ShopifyShop, number: str | None = None) -> Document | None:
    """Answer for one bulk operation, else for the latest; each look finds it a step further."""
    found = [each for each in _bulks(shop) if number in (None, each["id"])]
    if not found:
        return None
    bulk = found[-1]
    steps = {"CREATED": "RUNNING", "RUNNING": "COMPLETED"}
    bulk = bulk | {"status": steps.get(bulk["status"], bulk["status"])}
    _keep(shop, bulk)
    return _bulk_node(bulk, sum(1 for _ in bulk_lines(shop, bulk["id"])))


def bulk_lines(shop: ShopifyShop, number: str) -> Iterator[str]:
    """Yield the JSON lines of an operation: each order, then the nodes it is the parent of."""
    bulk = shop.around.documents.get(BULKS, f"{shop.played.shop}/{number}")
    if bulk is None:
        return
    for _, order in _sorted(shop, {"query": bulk["query"]}):
        parent = whole(order)
        nested = {name: parent.pop(name)["nodes"] for name in _CONNECTIONS}
        yield json.dumps(parent)
        for nodes in nested.values():
            yield from (json.dumps(each | {"__parentId": parent["id"]}) for each in nodes)


def _bulks(shop: ShopifyShop) -> list[Document]:
    found = shop.around.documents.all(BULKS).values()
    own = [each for each in found if each["shop"] == shop.played.shop]
    return sorted(own, key=lambda each: int(each["id"]))


def _keep(shop: ShopifyShop, bulk: Document) -> None:
    shop.around.documents.put(BULKS, f"{bulk['shop']}/{bulk['id']}", bulk)


def _bulk_node(bulk: Document, objects: int) -> Document:
    is_done = bulk["status"] == "COMPLETED"
    return {
        "__typename": "BulkOperation",
        "id": gid("BulkOperation", bulk["id"]),
        "status": bulk["status"],
        "errorCode": None,
        "type": "QUERY",
        "createdAt": bulk["created_at"],
        "completedAt": bulk["created_at"] if is_done else None,
        "objectCount": str(objects if is_done else 0),
        "rootObjectCount": str(objects if is_done else 0),
        "fileSize": None,
        "partialDataUrl": None,
        # Without a single order there is no file.
        "url": bulk["url"] if is_done and objects else None,
    }
