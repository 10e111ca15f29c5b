"""Writing back to Shopify happens once, and every way it can fail is told apart."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from channels.errors import ChannelError, ChannelRefused, ChannelThrottled, ChannelUnavailable
from channels.port import ChannelAccess, FulfilmentReceipt
from channels.shopify.client import ShopifyClient
from domain.holds import ReasonCode

TOKEN = "shpat_token_of_the_test"
Reply = dict[str, Any]


class Shop:
    """Plays Shopify's GraphQL endpoint and remembers what was asked."""

    def __init__(self) -> None:
        self.cancelled_at: str | None = None
        self.fulfillments: list[Reply] = []
        self.orders = [fulfilment_order("1", "L1")]
        self.lines = {"1": [("11", "501", 2), ("12", "502", 1)]}
        self.user_errors: list[Reply] = []
        self.asked: list[tuple[str, Reply]] = []
        self.headers: list[httpx.Headers] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/admin/api/2026-04/graphql.json"
        self.headers.append(request.headers)
        payload = json.loads(request.content)
        operation = payload["query"].split("(")[0].split()[-1]
        self.asked.append((operation, payload["variables"]))
        data = getattr(self, f"_{operation}")(payload["variables"])
        return httpx.Response(200, json={"data": data})

    def asked_for(self, operation: str) -> list[Reply]:
        return [variables for name, variables in self.asked if name == operation]

    def _OrderFulfilments(self, variables: Reply) -> Reply:
        return {
            "order": {
                "id": variables["id"],
                "cancelledAt": self.cancelled_at,
                "fulfillments": self.fulfillments,
                "fulfillmentOrders": {"nodes": self.orders},
            }
        }

    def _OrderState(self, variables: Reply) -> Reply:
        return {"order": {"id": variables["id"], "cancelledAt": self.cancelled_at}}

    def _FulfilmentOrderLines(self, variables: Reply) -> Reply:
        lines = self.lines[variables["id"].rpartition("/")[2]]
        at = int(variables["after"] or 0)
        item, line, left = lines[at]
        node = {
            "id": f"gid://shopify/FulfillmentOrderLineItem/{item}",
            "remainingQuantity": left,
            "lineItem": {"id": f"gid://shopify/LineItem/{line}"},
        }
        page = {"hasNextPage": at + 1 < len(lines), "endCursor": str(at + 1)}
        return {"fulfillmentOrder": {"lineItems": {"nodes": [node], "pageInfo": page}}}

    def _CreateFulfilment(self, variables: Reply) -> Reply:
        if self.user_errors:
            return {"fulfillmentCreate": {"fulfillment": None, "userErrors": self.user_errors}}
        number = variables["fulfillment"]["trackingInfo"]["number"]
        self.fulfillments.append(fulfilment("900", number))
        return {"fulfillmentCreate": {"fulfillment": self.fulfillments[-1], "userErrors": []}}

    def _CancelOrder(self, variables: Reply) -> Reply:
        if not self.user_errors:
            self.cancelled_at = "2026-11-03T08:15:00Z"
        return {"orderCancel": {"job": None, "orderCancelUserErrors": self.user_errors}}


def fulfilment(number: str, tracking: str, status: str = "SUCCESS") -> Reply:
    return {
        "id": f"gid://shopify/Fulfillment/{number}",
        "status": status,
        "trackingInfo": [{"number": tracking}],
    }


def fulfilment_order(number: str, location: str, status: str = "OPEN") -> Reply:
    return {
        "id": f"gid://shopify/FulfillmentOrder/{number}",
        "status": status,
        "assignedLocation": {"location": {"id": location}},
    }


def client_of(answer: Callable[[httpx.Request], httpx.Response]) -> ShopifyClient:
    access = ChannelAccess("https://acme.example.com", TOKEN)
    return ShopifyClient(access, httpx.MockTransport(answer))


def ship(
    answer: Callable[[httpx.Request], httpx.Response],
    lines: list[tuple[str, int]] | None = None,
    tracking: str = "1ZX",
) -> FulfilmentReceipt:
    with client_of(answer) as client:
        return client.fulfillment_create(
            "77",
            tracking,
            "UPS",
            url="https://ups.example.com/1ZX",
            lines=[("501", 2), ("502", 1)] if lines is None else lines,
            idempotency_key="order:shopify:acme:77:ship:1",
        )


def cancel(answer: Callable[[httpx.Request], httpx.Response]) -> None:
    with client_of(answer) as client:
        client.order_cancel("77", ReasonCode.STOCK_OUT, "n" * 300, idempotency_key="k")


def test_parcel_is_told_with_its_lines_and_key() -> None:
    shop = Shop()
    assert ship(shop) == FulfilmentReceipt("900")
    (sent,) = shop.asked_for("CreateFulfilment")
    assert sent["fulfillment"] == {
        "notifyCustomer": True,
        "trackingInfo": {
            "number": "1ZX",
            "company": "UPS",
            "url": "https://ups.example.com/1ZX",
        },
        "lineItemsByFulfillmentOrder": [
            {
                "fulfillmentOrderId": "gid://shopify/FulfillmentOrder/1",
                "fulfillmentOrderLineItems": [
                    {"id": "gid://shopify/FulfillmentOrderLineItem/11", "quantity": 2},
                    {"id": "gid://shopify/FulfillmentOrderLineItem/12", "quantity": 1},
                ],
            }
        ],
    }
    assert shop.headers[-1]["Idempotency-Key"] == "order:shopify:acme:77:ship:1"
    assert {h["X-Shopify-Access-Token"] for h in shop.headers} == {TOKEN}


def test_repeated_parcel_has_no_second_effect() -> None:
    shop = Shop()
    ship(shop)
    assert ship(shop) == FulfilmentReceipt("900", already_there=True)
    assert len(shop.asked_for("CreateFulfilment")) == 1


def test_parcel_whose_answer_was_lost_is_found_again() -> None:
    shop = Shop()

    def losing(request: httpx.Request) -> httpx.Response:
        response = shop(request)
        if shop.asked[-1][0] == "CreateFulfilment":
            raise httpx.ReadTimeout("lost")
        return response

    with pytest.raises(ChannelUnavailable):
        ship(losing)
    assert ship(shop).already_there
    assert len(shop.fulfillments) == 1


def test_voided_fulfilment_of_the_number_does_not_count() -> None:
    shop = Shop()
    shop.fulfillments = [fulfilment("5", "1ZX", "CANCELLED")]
    assert not ship(shop).already_there


def test_no_lines_means_all_that_is_left() -> None:
    shop = Shop()
    ship(shop, lines=[])
    (sent,) = shop.asked_for("CreateFulfilment")
    parts = sent["fulfillment"]["lineItemsByFulfillmentOrder"]
    assert parts == [{"fulfillmentOrderId": "gid://shopify/FulfillmentOrder/1"}]


def test_the_location_that_has_all_pieces_is_taken() -> None:
    shop = Shop()
    shop.orders = [fulfilment_order("1", "L1"), fulfilment_order("2", "L2")]
    shop.lines = {"1": [("11", "501", 1)], "2": [("21", "501", 2), ("22", "502", 1)]}
    ship(shop)
    (sent,) = shop.asked_for("CreateFulfilment")
    (part,) = sent["fulfillment"]["lineItemsByFulfillmentOrder"]
    assert part["fulfillmentOrderId"] == "gid://shopify/FulfillmentOrder/2"


@pytest.mark.parametrize("status", ["CLOSED", "ON_HOLD", "SCHEDULED", "CANCELLED"])
def test_order_that_is_not_open_refuses_the_parcel(status: str) -> None:
    shop = Shop()
    shop.orders = [fulfilment_order("1", "L1", status)]
    with pytest.raises(ChannelRefused, match="NOT_FULFILLABLE"):
        ship(shop)


@pytest.mark.parametrize("lines", [[("501", 3)], [("999", 1)], [("501", 2), ("501", 1)]])
def test_more_than_is_left_is_refused(lines: list[tuple[str, int]]) -> None:
    shop = Shop()
    with pytest.raises(ChannelRefused, match="NOT_FULFILLABLE"):
        ship(shop, lines)
    assert shop.asked_for("CreateFulfilment") == []


def test_all_that_is_left_must_be_at_one_location() -> None:
    shop = Shop()
    shop.orders = [fulfilment_order("1", "L1"), fulfilment_order("2", "L2")]
    shop.lines["2"] = [("21", "503", 1)]
    with pytest.raises(ChannelRefused, match="single location"):
        ship(shop, [])


def test_parcel_needs_a_tracking_number() -> None:
    with pytest.raises(ChannelRefused, match="NO_TRACKING_NUMBER"):
        ship(Shop(), tracking="")


def test_business_refusal_is_told_in_the_shops_words() -> None:
    shop = Shop()
    shop.user_errors = [{"field": ["fulfillment"], "message": "has an unfulfillable status"}]
    with pytest.raises(ChannelRefused, match="unfulfillable") as caught:
        ship(shop)
    assert caught.value.code == "USER_ERROR"


def test_unknown_order_is_refused() -> None:
    with pytest.raises(ChannelRefused, match="ORDER_NOT_FOUND"):
        cancel(lambda request: httpx.Response(200, json={"data": {"order": None}}))


def test_cancel_sends_reason_and_keeps_the_money_to_people() -> None:
    shop = Shop()
    cancel(shop)
    (sent,) = shop.asked_for("CancelOrder")
    assert sent["orderId"] == "gid://shopify/Order/77"
    assert (sent["reason"], sent["restock"]) == ("INVENTORY", True)
    assert sent["refundMethod"] == {"originalPaymentMethodsRefund": False}
    assert len(sent["staffNote"]) == 255


def test_cancelled_order_is_a_success() -> None:
    shop = Shop()
    cancel(shop)
    cancel(shop)
    assert len(shop.asked_for("CancelOrder")) == 1


def test_cancellation_that_somebody_else_won_is_a_success() -> None:
    shop = Shop()
    message = "Cannot cancel an order that has already been canceled"
    shop.user_errors = [{"field": None, "message": message, "code": "INVALID"}]
    cancel(shop)


def test_cancellation_that_is_refused_is_told() -> None:
    shop = Shop()
    message = "Cannot cancel an order that has outstanding fulfillments"
    shop.user_errors = [{"field": None, "message": message, "code": "INVALID"}]
    with pytest.raises(ChannelRefused) as caught:
        cancel(shop)
    assert (caught.value.code, caught.value.message) == ("INVALID", message)


def throttled(cost: object) -> Reply:
    error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
    return {"errors": [error], "extensions": cost}


COST = {
    "cost": {
        "requestedQueryCost": 250,
        "throttleStatus": {
            "maximumAvailable": 2000,
            "currentlyAvailable": 50,
            "restoreRate": 100,
        },
    }
}


@pytest.mark.parametrize(
    ("response", "seconds"),
    [
        (httpx.Response(429, headers={"Retry-After": "7.5"}), 7.5),
        (httpx.Response(429, headers={"Retry-After": "soon"}), 2.0),
        (httpx.Response(429), 2.0),
        (httpx.Response(200, json=throttled(COST)), 2.0),
        (httpx.Response(200, json=throttled({"cost": {"requestedQueryCost": "much"}})), 2.0),
        (httpx.Response(200, json=throttled(None)), 2.0),
    ],
)
def test_throttling_tells_how_long_to_wait(response: httpx.Response, seconds: float) -> None:
    with pytest.raises(ChannelThrottled) as caught:
        cancel(lambda request: response)
    assert caught.value.retry_after_seconds == seconds


def test_wait_follows_the_live_bucket() -> None:
    cost = json.loads(json.dumps(COST))
    cost["cost"]["throttleStatus"]["restoreRate"] = 25
    with pytest.raises(ChannelThrottled) as caught:
        cancel(lambda request: httpx.Response(200, json=throttled(cost)))
    assert caught.value.retry_after_seconds == 8.0


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (httpx.Response(401, json={"errors": "Invalid API key"}), "HTTP_401"),
        (httpx.Response(404), "HTTP_404"),
        (httpx.Response(302), "HTTP_302"),
        (
            httpx.Response(
                200,
                json={"errors": [{"message": "no", "extensions": {"code": "ACCESS_DENIED"}}]},
            ),
            "ACCESS_DENIED",
        ),
        (httpx.Response(200, json={"errors": "odd"}), "GRAPHQL_ERROR"),
    ],
)
def test_refusals_are_final(response: httpx.Response, code: str) -> None:
    with pytest.raises(ChannelRefused) as caught:
        cancel(lambda request: response)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(500),
        httpx.Response(503),
        httpx.Response(408),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={}),
        httpx.Response(200, json={"data": {"order": 7}}),
        httpx.Response(200, json={"data": {}}),
        httpx.Response(200, json={"errors": [{"extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}),
    ],
)
def test_answers_of_no_use_are_asked_again(response: httpx.Response) -> None:
    with pytest.raises(ChannelUnavailable):
        cancel(lambda request: response)


def test_errors_hold_no_secret() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"no route with {TOKEN}", request=request)

    with pytest.raises(ChannelError) as caught:
        cancel(broken)
    assert TOKEN not in str(caught.value)
    assert caught.value.__suppress_context__
    assert TOKEN not in repr(ChannelAccess("https://acme.example.com", TOKEN))


def test_another_api_version_is_logged_once() -> None:
    shop = Shop()

    def older(request: httpx.Request) -> httpx.Response:
        response = shop(request)
        response.headers["X-Shopify-API-Version"] = "2025-10"
        return response

    with capture_logs() as logs:
        ship(older)
    assert logs == [
        {
            "event": "shopify_api_version",
            "log_level": "warning",
            "asked": "2026-04",
            "served": "2025-10",
        }
    ]
