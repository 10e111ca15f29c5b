"""Calling a storefront back: signed, with a key, and every failure told apart."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from channels.errors import ChannelRefused, ChannelThrottled, ChannelUnavailable
from channels.port import ChannelAccess, FulfilmentReceipt
from channels.registry import CHANNELS
from channels.storefront.client import StorefrontClient
from channels.storefront.signature import verify
from domain.holds import ReasonCode

SECRET = "callback-secret"
ACCESS = ChannelAccess("https://shop.example.com/hooks/orderflow", SECRET)


class Shop:
    """Plays the shop's callback URL."""

    def __init__(self, response: httpx.Response | None = None) -> None:
        self.response = response or httpx.Response(200, json={"id": 31})
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.response

    def body(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.requests[-1].content)
        return told


def ship(shop: Shop) -> FulfilmentReceipt:
    with StorefrontClient(ACCESS, httpx.MockTransport(shop)) as client:
        return client.fulfillment_create(
            "SF-1001", "JD-1", "DHL", url=None, lines=[("1", 2)], idempotency_key="k-1"
        )


def test_parcel_is_told_signed_and_with_its_key() -> None:
    shop = Shop()
    assert ship(shop) == FulfilmentReceipt("31")
    request = shop.requests[0]
    assert str(request.url) == ACCESS.base_url
    assert request.headers["Idempotency-Key"] == "k-1"
    assert verify(request.headers, request.content, [SECRET], datetime.now(UTC))
    assert shop.body() == {
        "event": "fulfilment.created",
        "order_id": "SF-1001",
        "parcel": {
            "tracking_number": "JD-1",
            "carrier": "DHL",
            "url": None,
            "lines": [{"line_id": "1", "quantity": 2}],
        },
    }


@pytest.mark.parametrize(
    "response", [httpx.Response(204), httpx.Response(200, text="ok"), httpx.Response(200, json=[])]
)
def test_tracking_number_is_the_id_of_a_shop_without_ids(response: httpx.Response) -> None:
    assert ship(Shop(response)) == FulfilmentReceipt("JD-1")


def test_cancellation_is_told_with_its_reason() -> None:
    shop = Shop()
    client = CHANNELS["storefront"].connect(ACCESS, httpx.MockTransport(shop))
    with client:
        client.order_cancel("SF-1001", ReasonCode.STOCK_OUT, "缺货", idempotency_key="k-2")
    assert shop.body() == {
        "event": "order.cancelled",
        "order_id": "SF-1001",
        "reason": "STOCK_OUT",
        "note": "缺货",
    }


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, ChannelThrottled),
        (500, ChannelUnavailable),
        (408, ChannelUnavailable),
        (409, ChannelRefused),
        (301, ChannelRefused),
        (404, ChannelRefused),
    ],
)
def test_failures_are_told_apart(status: int, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        ship(Shop(httpx.Response(status)))
