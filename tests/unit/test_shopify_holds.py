"""Holding an order's fulfilment at Shopify happens once, and releases only what it placed."""

import json
from typing import Any

import httpx
import pytest

from channels.errors import ChannelRefused, ChannelUnavailable
from channels.port import ChannelAccess
from channels.shopify.client import ShopifyClient
from channels.shopify.fulfilment_holds import handle_of
from domain.holds import ReasonCode
from tests.unit.shopify_bodies import Body

KEY = "order:shopify:acme:77:hold:1"
OTHER_APPS = {"id": "gid://shopify/FulfillmentHold/1", "handle": "x", "heldByRequestingApp": False}


class Shop:
    """Plays fulfilment orders and the holds on them."""

    def __init__(self) -> None:
        self.orders = [fulfilment_order("31"), fulfilment_order("32", status="CLOSED")]
        self.errors: list[Body] = []
        self.forgets = False
        self.asked: list[tuple[str, Body]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        payload = json.loads(request.content)
        operation = payload["query"].split("(")[0].split()[-1]
        self.asked.append((operation, payload["variables"]))
        data = getattr(self, f"_{operation}")(payload["variables"])
        if self.forgets and operation != "HoldsOfOrder":
            raise httpx.ReadTimeout("lost")
        return httpx.Response(200, json={"data": data})

    def sent(self, operation: str) -> list[Body]:
        return [variables for name, variables in self.asked if name == operation]

    def holds(self) -> list[str]:
        return [hold["handle"] for order in self.orders for hold in order["fulfillmentHolds"]]

    def _HoldsOfOrder(self, variables: Body) -> Body:
        known = variables["id"] == "gid://shopify/Order/77"
        return {"order": {"fulfillmentOrders": {"nodes": self.orders}} if known else None}

    def _HoldFulfilment(self, variables: Body) -> Body:
        order = self._find(variables["id"])
        if not self.errors:
            number = f"gid://shopify/FulfillmentHold/9{len(order['fulfillmentHolds'])}"
            handle = variables["hold"]["handle"]
            hold = {"id": number, "handle": handle, "heldByRequestingApp": True}
            order["fulfillmentHolds"].append(hold)
            order["status"] = "ON_HOLD"
        return {"fulfillmentOrderHold": {"fulfillmentHold": None, "userErrors": self.errors}}

    def _ReleaseFulfilment(self, variables: Body) -> Body:
        order = self._find(variables["id"])
        kept = [h for h in order["fulfillmentHolds"] if h["id"] not in variables["holdIds"]]
        order["fulfillmentHolds"] = kept
        return {"fulfillmentOrderReleaseHold": {"userErrors": self.errors}}

    def _find(self, gid: str) -> Body:
        return next(order for order in self.orders if order["id"] == gid)


def fulfilment_order(number: str, status: str = "OPEN", *holds: Body) -> Body:
    return {
        "id": f"gid://shopify/FulfillmentOrder/{number}",
        "status": status,
        "fulfillmentHolds": list(holds),
    }


def client_of(shop: Shop) -> ShopifyClient:
    access = ChannelAccess("https://acme.example.com", "token")
    return ShopifyClient(access, httpx.MockTransport(shop))


def hold(shop: Shop, reason: ReasonCode = ReasonCode.FRAUD_RISK, **changes: Any) -> None:
    given: Body = {"order_external_id": "77", "reason": reason, "note": "n" * 300} | changes
    with client_of(shop) as client:
        client.fulfilment_hold(**given, idempotency_key=KEY)


def release(shop: Shop, key: str = KEY) -> None:
    with client_of(shop) as client:
        client.fulfilment_release("77", idempotency_key=key)


def test_hold_carries_reason_note_and_handle_to_what_is_left() -> None:
    shop = Shop()
    hold(shop)
    (sent,) = shop.sent("HoldFulfilment")
    assert sent["id"] == "gid://shopify/FulfillmentOrder/31"
    assert sent["hold"] == {
        "reason": "HIGH_RISK_OF_FRAUD",
        "reasonNotes": "n" * 255,
        "notifyMerchant": False,
        "handle": handle_of(KEY),
    }


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (ReasonCode.PAYMENT_PENDING, "AWAITING_PAYMENT"),
        (ReasonCode.CREDIT_LIMIT, "AWAITING_PAYMENT"),
        (ReasonCode.ADDR_INVALID, "INCORRECT_ADDRESS"),
        (ReasonCode.STOCK_OUT, "INVENTORY_OUT_OF_STOCK"),
        (ReasonCode.CUSTOMS_DOC, "OTHER"),
    ],
)
def test_reason_is_said_in_shopifys_words(reason: ReasonCode, said: str) -> None:
    shop = Shop()
    hold(shop, reason)
    assert shop.sent("HoldFulfilment")[0]["hold"]["reason"] == said


def test_handle_fits_and_differs_by_key() -> None:
    assert len(handle_of("k" * 500)) <= 64
    assert handle_of("a") != handle_of("b")


def test_repeated_hold_has_no_second_effect() -> None:
    shop = Shop()
    hold(shop)
    hold(shop)
    assert len(shop.sent("HoldFulfilment")) == 1


def test_hold_whose_answer_was_lost_is_found_again() -> None:
    shop = Shop()
    shop.forgets = True
    with pytest.raises(ChannelUnavailable):
        hold(shop)
    shop.forgets = False
    hold(shop)
    assert shop.holds() == [handle_of(KEY)]


def test_duplicate_handle_is_a_success() -> None:
    shop = Shop()
    shop.errors = [{"message": "taken", "code": "DUPLICATE_FULFILLMENT_HOLD_HANDLE"}]
    hold(shop)


def test_refused_hold_is_told() -> None:
    shop = Shop()
    shop.errors = [{"message": "ten", "code": "FULFILLMENT_ORDER_HOLD_LIMIT_REACHED"}]
    with pytest.raises(ChannelRefused, match="HOLD_LIMIT"):
        hold(shop)


def test_order_held_by_somebody_else_is_held_by_us_too() -> None:
    shop = Shop()
    shop.orders = [fulfilment_order("31", "ON_HOLD", OTHER_APPS)]
    hold(shop)
    assert shop.holds() == ["x", handle_of(KEY)]


def test_order_with_nothing_left_cannot_be_held() -> None:
    shop = Shop()
    shop.orders = [fulfilment_order("31", "CLOSED")]
    with pytest.raises(ChannelRefused, match="NOT_HOLDABLE"):
        hold(shop)


def test_unknown_order_is_refused() -> None:
    with pytest.raises(ChannelRefused, match="ORDER_NOT_FOUND"):
        hold(Shop(), order_external_id="78")


def test_release_takes_away_our_hold_and_no_other() -> None:
    shop = Shop()
    shop.orders = [fulfilment_order("31", "ON_HOLD", dict(OTHER_APPS))]
    hold(shop)
    release(shop, "another key")
    assert shop.sent("ReleaseFulfilment") == []
    release(shop)
    assert shop.holds() == ["x"]
    release(shop)
    assert len(shop.sent("ReleaseFulfilment")) == 1


def test_refused_release_is_told() -> None:
    shop = Shop()
    hold(shop)
    shop.errors = [{"message": "no", "code": "INVALID_ACCESS"}]
    with pytest.raises(ChannelRefused, match="INVALID_ACCESS"):
        release(shop)
