"""A bulk operation brings every order whole, however its lines are shuffled."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from channels.errors import ChannelRefused, ChannelThrottled, ChannelUnavailable
from channels.port import ChannelAccess, FoundOrder
from channels.shopify.client import ShopifyClient
from tests.unit.shopify_bodies import Body, node_messages, order_node

TOKEN = "shpat_token_of_the_test"
OPERATION = "gid://shopify/BulkOperation/720"
FILE = "https://storage.example.com/bulk.jsonl?signature=s3cret"


class Shop:
    """Plays a bulk operation and the store its file lies in."""

    def __init__(self, *lines: Body) -> None:
        self.content = "\n".join(json.dumps(line) for line in lines)
        self.operation: Body | None = {"id": OPERATION, "status": "COMPLETED", "url": FILE}
        self.errors: list[Body] = []
        self.asked: list[Body] = []
        self.download: httpx.Request | None = None
        self.download_status = 200

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            self.download = request
            return httpx.Response(self.download_status, text=self.content)
        payload = json.loads(request.content)
        self.asked.append(payload)
        if "StartBulk" in payload["query"]:
            started = None if self.errors else {"id": OPERATION}
            answer: Body = {"bulkOperation": started, "userErrors": self.errors}
            return httpx.Response(200, json={"data": {"bulkOperationRunQuery": answer}})
        return httpx.Response(200, json={"data": {"node": self.operation}})


def client_of(shop: Shop) -> ShopifyClient:
    access = ChannelAccess("https://acme.example.com", TOKEN)
    return ShopifyClient(access, httpx.MockTransport(shop))


def start(shop: Shop, since: datetime | None = None) -> str:
    with client_of(shop) as client:
        return client.start_backfill(since)


def found(shop: Shop) -> list[FoundOrder]:
    with client_of(shop) as client:
        orders = client.backfill(OPERATION)
        assert orders is not None
        return list(orders)


def bulk_order(number: int, **changes: Any) -> Body:
    """An order's own line: without its lists."""
    node = order_node(id=f"gid://shopify/Order/{number}", **changes)
    return {
        name: value
        for name, value in node.items()
        if name not in ("lineItems", "shippingLines", "fulfillmentOrders")
    }


def children(number: int, **line: Any) -> Iterator[Body]:
    """The lines of an order's lists."""
    parent = {"__parentId": f"gid://shopify/Order/{number}"}
    node = order_node()
    for each in node["lineItems"]["nodes"]:
        yield each | line | parent
    yield (
        node["shippingLines"]["nodes"][0] | {"id": f"gid://shopify/ShippingLine/{number}"} | parent
    )
    held = {"status": "ON_HOLD", "fulfillmentHolds": [{"reason": "AWAITING_PAYMENT"}]}
    yield {"id": f"gid://shopify/FulfillmentOrder/{number}"} | held | parent


def test_backfill_asks_for_everything_since() -> None:
    shop = Shop()
    assert start(shop, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == OPERATION
    query = shop.asked[0]["variables"]["query"]
    assert "updated_at:>='2026-01-02T03:04:05Z'" in query
    assert "groupObjects: false" in shop.asked[0]["query"]


def test_backfill_of_all_times_has_no_filter() -> None:
    shop = Shop()
    start(shop)
    assert "updated_at" not in shop.asked[0]["variables"]["query"]


@pytest.mark.parametrize(
    "error",
    [
        {"message": "busy", "code": "OPERATION_IN_PROGRESS"},
        {"message": "busy", "code": "LIMIT_REACHED"},
        {"message": "A bulk query operation for this app and shop is already in progress"},
    ],
)
def test_running_operation_makes_another_wait(error: Body) -> None:
    shop = Shop()
    shop.errors = [error]
    with pytest.raises(ChannelThrottled):
        start(shop)


def test_query_shopify_does_not_accept_is_refused() -> None:
    shop = Shop()
    shop.errors = [{"message": "Invalid bulk query", "code": "INVALID"}]
    with pytest.raises(ChannelRefused, match="INVALID"):
        start(shop)


@pytest.mark.parametrize("status", ["CREATED", "RUNNING", "CANCELING"])
def test_operation_still_at_it_is_not_ready(status: str) -> None:
    shop = Shop()
    shop.operation = {"id": OPERATION, "status": status}
    with client_of(shop) as client:
        assert client.backfill(OPERATION) is None


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ({"id": OPERATION, "status": "FAILED", "errorCode": "ACCESS_DENIED"}, "BULK_ACCESS_DENIED"),
        ({"id": OPERATION, "status": "CANCELED", "errorCode": None}, "BULK_CANCELED"),
        ({"id": OPERATION, "status": "EXPIRED"}, "BULK_EXPIRED"),
        (None, "BULK_UNKNOWN"),
        ({}, "BULK_UNKNOWN"),
    ],
)
def test_operation_that_failed_is_refused_with_its_code(operation: Body | None, code: str) -> None:
    shop = Shop()
    shop.operation = operation
    with client_of(shop) as client, pytest.raises(ChannelRefused) as caught:
        client.backfill(OPERATION)
    assert caught.value.code == code


def test_operation_without_a_single_order_is_empty() -> None:
    shop = Shop()
    shop.operation = {"id": OPERATION, "status": "COMPLETED", "url": None}
    assert found(shop) == []


def test_orders_are_whole_though_their_lines_are_interleaved() -> None:
    one, two = list(children(1)), list(children(2))
    shop = Shop(bulk_order(1), one[0], bulk_order(2), *two, *one[1:])
    orders = found(shop)
    assert [order.external_id for order in orders] == ["1", "2"]
    for order in orders:
        expected = node_messages(order_node(id=f"gid://shopify/Order/{order.external_id}"))[0].order
        (message,) = node_messages(json.loads(order.raw_body))
        assert message.order == expected


def test_lines_may_even_come_before_their_order() -> None:
    (order,) = found(Shop(*children(1), bulk_order(1)))
    assert len(json.loads(order.raw_body)["lineItems"]["nodes"]) == 2


def test_hold_is_read_from_the_lines_below() -> None:
    shop = Shop(bulk_order(1, displayFulfillmentStatus="ON_HOLD"), *children(1))
    (order,) = found(shop)
    (message,) = node_messages(json.loads(order.raw_body))
    assert message.hold is not None
    assert message.hold.reason == "PAYMENT_PENDING"


def parcel(number: int, tracking: str, **changes: Any) -> Body:
    return {
        "id": f"gid://shopify/Fulfillment/{number}",
        "status": "SUCCESS",
        "displayStatus": "DELIVERED",
        "trackingInfo": [{"number": tracking, "company": "UPS"}],
    } | changes


def test_what_is_out_of_a_partly_shipped_order_is_told_in_one_parcel() -> None:
    told = [parcel(1, "A"), parcel(2, "B", status="CANCELLED"), parcel(3, "C", displayStatus=None)]
    status = "PARTIALLY_FULFILLED"
    order = bulk_order(1, displayFulfillmentStatus=status, fulfillments=told)
    lines = list(children(1))
    lines[0] |= {"unfulfilledQuantity": 1}
    (read,) = found(Shop(order, *lines))
    _, message = node_messages(json.loads(read.raw_body))
    assert message.parcel is not None
    assert message.parcel.tracking_number == "A"
    assert message.parcel.lines == (("9007199254740994001", 1),)
    assert "C" in message.note
    assert "B" not in message.note


def test_wholly_shipped_order_ships_all_that_was_left() -> None:
    order = bulk_order(1, displayFulfillmentStatus="FULFILLED", fulfillments=[parcel(1, "A")])
    (read,) = found(Shop(order, *children(1, unfulfilledQuantity=0)))
    _, message, delivery = node_messages(json.loads(read.raw_body))
    assert message.parcel is not None
    assert message.parcel.lines == ()
    assert delivery.delivered_tracking == "A"


def test_file_is_fetched_without_the_shops_token() -> None:
    shop = Shop(bulk_order(1), *children(1))
    found(shop)
    assert shop.download is not None
    assert TOKEN not in str(shop.download.headers)


def test_blank_lines_are_skipped() -> None:
    shop = Shop(bulk_order(1), *children(1))
    shop.content = f"\n{shop.content}\n\n"
    assert len(found(shop)) == 1


@pytest.mark.parametrize("rest", ['{"id": "gid://shop', "[]", "null"])
def test_file_that_breaks_off_is_asked_again(rest: str) -> None:
    shop = Shop(bulk_order(1))
    shop.content += f"\n{rest}"
    with pytest.raises(ChannelUnavailable):
        found(shop)


def test_file_that_is_gone_is_told_without_its_signature() -> None:
    shop = Shop(bulk_order(1))
    shop.download_status = 403
    with pytest.raises(ChannelUnavailable) as caught:
        found(shop)
    assert "s3cret" not in str(caught.value)
