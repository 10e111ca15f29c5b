"""Reading Shopify's orders: page by page, with every line, and never beyond the bucket."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from channels.errors import ChannelRefused, ChannelThrottled, ChannelUnavailable
from channels.port import ChannelAccess
from channels.registry import CHANNELS
from channels.shopify.client import ShopifyClient
from channels.shopify.graphql import GraphqlEndpoint
from tests.unit.shopify_bodies import Body, node_messages, order_node

ACCESS = ChannelAccess("https://acme.example.com", "shpat_token_of_the_test")
SINCE = datetime(2026, 10, 5, 15, 30, tzinfo=timezone(timedelta(hours=2)))
Answer = Callable[[httpx.Request], httpx.Response]


class Shop:
    """Plays the reading half of Shopify: five orders to a look, three lines to a page."""

    def __init__(self, orders: list[Body] | None = None, fits: int = 50) -> None:
        self.orders = orders if orders is not None else [order(n) for n in range(1, 6)]
        self.fits = fits
        self.asked: list[tuple[str, Body]] = []
        self.broke_after: int | None = None
        self.fulfilment_orders = {"31": "gid://shopify/Order/2"}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        payload = json.loads(request.content)
        operation = payload["query"].split("(")[0].split()[-1]
        self.asked.append((operation, payload["variables"]))
        if self.broke_after is not None and len(self.asked) > self.broke_after:
            error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
            return httpx.Response(200, json={"errors": [error]})
        answer: Body = getattr(self, f"_{operation}")(payload["variables"])
        return httpx.Response(200, json=answer if "errors" in answer else {"data": answer})

    def times(self, operation: str) -> int:
        return sum(name == operation for name, _ in self.asked)

    def _OrdersPage(self, variables: Body) -> Body:
        if variables["first"] > self.fits:
            code = {"code": "MAX_COST_EXCEEDED", "cost": 2003, "maxCost": 1000}
            return {"errors": [{"message": "Query cost is 2003", "extensions": code}]}
        start = int(variables["after"] or 0)
        end = start + variables["first"]
        edges = [
            {"cursor": str(at + 1), "node": first_page(node)}
            for at, node in enumerate(self.orders)
            if start <= at < end
        ]
        page = {"hasNextPage": end < len(self.orders), "endCursor": str(end)}
        return {"orders": {"edges": edges, "pageInfo": page}}

    def _OneOrder(self, variables: Body) -> Body:
        node = self._find(variables["id"])
        return {"order": first_page(node) if node else None}

    def _OrderOfFulfilmentOrder(self, variables: Body) -> Body:
        found = self.fulfilment_orders.get(variables["id"].rpartition("/")[2])
        return {"fulfillmentOrder": {"orderId": found} if found else None}

    def _OrderLines(self, variables: Body) -> Body:
        node = self._find(variables["id"])
        nodes = node["lineItems"]["nodes"] if node else []
        return {"order": {"lineItems": page_of(nodes, int(variables["after"]))}}

    def _Fulfilments(self, variables: Body) -> Body:
        node = self._find(variables["id"])
        return {"order": {"fulfillments": [cut(each) for each in node["fulfillments"][:25]]}}  # type: ignore[index]

    def _AllFulfilments(self, variables: Body) -> Body:
        node = self._find(variables["id"]) or {}
        bare = [each | {"fulfillmentLineItems": None} for each in node["fulfillments"]]
        return {"order": {"fulfillments": bare}}

    def _FulfilmentLines(self, variables: Body) -> Body:
        told = (each for node in self.orders for each in node["fulfillments"])
        found = next(each for each in told if each["id"] == variables["id"])
        nodes = found["fulfillmentLineItems"]["nodes"]
        return {
            "fulfillment": {"fulfillmentLineItems": page_of(nodes, int(variables["after"] or 0))}
        }

    def _find(self, gid: str) -> Body | None:
        return next((node for node in self.orders if node["id"] == gid), None)


def order(number: int, **changes: Any) -> Body:
    return order_node(
        id=f"gid://shopify/Order/{number}", updatedAt=f"2026-10-05T14:0{number}:00Z", **changes
    )


def page_of(nodes: list[Body], start: int) -> Body:
    page = {"hasNextPage": start + 3 < len(nodes), "endCursor": str(start + 3)}
    return {"nodes": nodes[start : start + 3], "pageInfo": page}


def cut(fulfilment: Body) -> Body:
    nodes = fulfilment["fulfillmentLineItems"]["nodes"]
    return fulfilment | {"fulfillmentLineItems": page_of(nodes, 0)}


def first_page(node: Body) -> Body:
    told = [{"id": each["id"]} for each in node["fulfillments"][:1]]
    lines = page_of(node["lineItems"]["nodes"], 0)
    return node | {"lineItems": lines, "fulfillments": told}


def with_lines(number: int, count: int) -> Body:
    line = order_node()["lineItems"]["nodes"][0]
    lines = [line | {"id": f"gid://shopify/LineItem/{70 + n}"} for n in range(count)]
    return order(number, lineItems={"nodes": lines})


def fulfilment(number: int, pieces: int) -> Body:
    lines = [
        {"quantity": 1, "lineItem": {"id": f"gid://shopify/LineItem/{70 + n}"}}
        for n in range(pieces)
    ]
    return {
        "id": f"gid://shopify/Fulfillment/{number}",
        "status": "SUCCESS",
        "trackingInfo": [{"number": f"T{number}", "company": "UPS"}],
        "fulfillmentLineItems": {"nodes": lines},
    }


def client_of(answer: Answer) -> ShopifyClient:
    return ShopifyClient(ACCESS, httpx.MockTransport(answer))


def test_first_page_asks_for_changes_oldest_first_in_utc() -> None:
    shop = Shop()
    with client_of(shop) as client:
        page = client.changed_orders(SINCE)
    ((operation, variables),) = shop.asked
    assert operation == "OrdersPage"
    assert variables["query"] == "updated_at:>='2026-10-05T13:30:00Z'"
    assert [found.external_id for found in page.orders] == ["1", "2", "3", "4", "5"]
    assert page.next_page is None
    assert page.seen_until == page.orders[-1].updated_at
    assert page.seen_until == datetime(2026, 10, 5, 14, 5, tzinfo=UTC)


def test_found_order_is_read_under_its_topic() -> None:
    with client_of(Shop([order(1)])) as client:
        (found,) = client.changed_orders(SINCE).orders
    (message,) = CHANNELS["shopify"].read(found.topic, found.raw_body, "acme")
    assert message.order == node_messages(order(1))[0].order


def test_page_that_shopify_finds_too_costly_is_halved_and_stays_so() -> None:
    shop = Shop(fits=3)
    with client_of(shop) as client:
        page = client.changed_orders(SINCE)
        assert [variables["first"] for _, variables in shop.asked] == [50, 25, 12, 6, 3]
        assert len(page.orders) == 3
        rest = client.changed_orders(SINCE, page.next_page)
    assert shop.asked[-1][1] | {"query": ""} == {"first": 3, "after": "3", "query": ""}
    assert [found.external_id for found in rest.orders] == ["4", "5"]
    assert rest.next_page is None


def test_single_order_too_costly_is_refused() -> None:
    with client_of(Shop(fits=0)) as client, pytest.raises(ChannelRefused, match="MAX_COST"):
        client.changed_orders(SINCE)


def test_nothing_changed_is_an_empty_last_page() -> None:
    with client_of(Shop([])) as client:
        page = client.changed_orders(SINCE)
    assert (page.orders, page.next_page, page.seen_until) == ((), None, None)


@pytest.mark.parametrize("count", [3, 4, 8, 9])
def test_no_line_beyond_the_first_page_is_lost(count: int) -> None:
    with client_of(Shop([with_lines(1, count)])) as client:
        (found,) = client.changed_orders(SINCE).orders
    lines = json.loads(found.raw_body)["lineItems"]["nodes"]
    assert [line["id"].rpartition("/")[2] for line in lines] == [str(70 + n) for n in range(count)]


def test_parcels_come_with_all_their_pieces() -> None:
    node = with_lines(1, 5) | {"fulfillments": [fulfilment(900, 5), fulfilment(901, 1)]}
    with client_of(Shop([node])) as client:
        (found,) = client.changed_orders(SINCE).orders
    told = json.loads(found.raw_body)["fulfillments"]
    assert [len(each["fulfillmentLineItems"]["nodes"]) for each in told] == [5, 1]


def test_more_fulfilments_than_one_query_may_bring_are_all_read() -> None:
    told = [fulfilment(900 + n, 4) for n in range(30)]
    with client_of(Shop([with_lines(1, 1) | {"fulfillments": told}])) as client:
        (found,) = client.changed_orders(SINCE).orders
    read = json.loads(found.raw_body)["fulfillments"]
    assert [each["id"] for each in read] == [each["id"] for each in told]
    assert {len(each["fulfillmentLineItems"]["nodes"]) for each in read} == {4}


def test_lines_that_break_off_are_asked_again_not_lost() -> None:
    shop = Shop([with_lines(1, 5)])
    shop._OrderLines = lambda variables: {"order": None}  # type: ignore[method-assign]
    with client_of(shop) as client, pytest.raises(ChannelUnavailable, match="break off"):
        client.changed_orders(SINCE)


def test_throttled_in_the_middle_keeps_what_is_read() -> None:
    shop = Shop([order(1), with_lines(2, 1), with_lines(3, 5)])
    shop.broke_after = 1
    with client_of(shop) as client:
        page = client.changed_orders(SINCE)
        assert [found.external_id for found in page.orders] == ["1", "2"]
        shop.broke_after = None
        rest = client.changed_orders(SINCE, page.next_page)
    assert [found.external_id for found in rest.orders] == ["3"]


def test_throttled_before_the_first_order_waits() -> None:
    shop = Shop([with_lines(1, 5)])
    shop.broke_after = 1
    with client_of(shop) as client, pytest.raises(ChannelThrottled):
        client.changed_orders(SINCE)


@pytest.mark.parametrize(
    "reference", ["2", " 2 ", "gid://shopify/Order/2", "gid://shopify/FulfillmentOrder/31"]
)
def test_order_is_found_by_any_reference_of_a_look_up(reference: str) -> None:
    with client_of(Shop()) as client:
        found = client.order(reference)
    assert found is not None
    assert (found.external_id, found.topic) == ("2", "graphql/order")


@pytest.mark.parametrize(
    "reference",
    ["99", "gid://shopify/FulfillmentOrder/99", "gid://shopify/Refund/2", "#1001", ""],
)
def test_unknown_reference_finds_nothing(reference: str) -> None:
    with client_of(Shop()) as client:
        assert client.order(reference) is None


def refusing(code: str) -> Answer:
    error = {"message": "no", "extensions": {"code": code}}
    return lambda request: httpx.Response(200, json={"data": None, "errors": [error]})


def test_order_the_shop_denies_to_have_finds_nothing() -> None:
    with client_of(refusing("RESOURCE_NOT_FOUND")) as client:
        assert client.order("7") is None


def test_missing_scope_is_told() -> None:
    with client_of(refusing("ACCESS_DENIED")) as client:
        with pytest.raises(ChannelRefused, match="ACCESS_DENIED"):
            client.order("7")
        with pytest.raises(ChannelRefused, match="ACCESS_DENIED"):
            client.changed_orders(SINCE)


@pytest.mark.parametrize("data", [{}, {"orders": None}, {"orders": {"edges": [{"node": 7}]}}])
def test_answer_of_no_use_is_asked_again(data: Body) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"data": data})

    with client_of(answer) as client, pytest.raises(ChannelUnavailable):
        client.changed_orders(SINCE)


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Priced:
    """Answers everything at one price out of a bucket of 2000 that gains 100 a second."""

    def __init__(self, available: float) -> None:
        self.available = available
        self.calls = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        status = {"maximumAvailable": 2000, "restoreRate": 100}
        status["currentlyAvailable"] = int(self.available)
        cost = {"requestedQueryCost": 800, "actualQueryCost": 12, "throttleStatus": status}
        return httpx.Response(200, json={"data": {}, "extensions": {"cost": cost}})


def test_query_that_would_not_fit_is_not_sent() -> None:
    clock, priced = Clock(), Priced(available=300)
    endpoint = GraphqlEndpoint(ACCESS, httpx.MockTransport(priced), clock)
    endpoint.run("query A", {})
    with pytest.raises(ChannelThrottled) as caught:
        endpoint.run("query A", {})
    assert (caught.value.retry_after_seconds, priced.calls) == (5.0, 1)
    endpoint.run("query B", {})
    assert priced.calls == 2
    clock.now += 5.0
    endpoint.run("query A", {})
    assert priced.calls == 3


def test_query_that_fits_does_not_wait() -> None:
    priced = Priced(available=800)
    endpoint = GraphqlEndpoint(ACCESS, httpx.MockTransport(priced), Clock())
    endpoint.run("query A", {})
    endpoint.run("query A", {})
    assert priced.calls == 2


def test_channel_is_polled_within_its_limits() -> None:
    polling = CHANNELS["shopify"].polling
    assert polling is not None
    assert (polling.every_seconds, polling.overlap_seconds) == (120, 300)
    assert polling.pages_per_second == 1.0
    with polling.open(ACCESS, httpx.MockTransport(Shop())) as client:
        assert len(client.changed_orders(SINCE).orders) == 5
