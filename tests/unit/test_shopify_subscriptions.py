"""Shopify's webhook subscriptions are checked, and mended where they can be."""

import json
from typing import Any

import httpx
import pytest

from channels.errors import ChannelThrottled
from channels.port import ChannelAccess, Subscriptions
from channels.shopify.client import ShopifyClient
from channels.shopify.topics import WANTED
from tests.unit.shopify_bodies import Body

ADDRESS = "https://orders.example.com/webhooks/shopify/acme"
SECRET = "secret_of_the_app"


class Shop:
    """Plays the subscriptions of an app in one shop, two to a page."""

    def __init__(self) -> None:
        self.kept = [subscription(n, topic) for n, topic in enumerate(WANTED)]
        self.refused: str = ""
        self.asked: list[tuple[str, Body]] = []
        self.sent = b""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent += request.content
        payload = json.loads(request.content)
        operation = payload["query"].split("(")[0].split()[-1]
        self.asked.append((operation, payload["variables"]))
        data = getattr(self, f"_{operation}")(payload["variables"])
        return httpx.Response(200, json={"data": data})

    def changes(self) -> list[Body]:
        return [variables for name, variables in self.asked if name != "WebhookSubscriptions"]

    def _WebhookSubscriptions(self, variables: Body) -> Body:
        start = int(variables["after"] or 0)
        page = {"hasNextPage": start + 2 < len(self.kept), "endCursor": str(start + 2)}
        return {"webhookSubscriptions": {"nodes": self.kept[start : start + 2], "pageInfo": page}}

    def _CreateSubscription(self, variables: Body) -> Body:
        errors = [{"field": None, "message": self.refused}] if self.refused else []
        if not errors:
            new = {"id": "new", "topic": variables["topic"]} | variables["given"]
            self.kept.append(new)
        return {"webhookSubscriptionCreate": {"userErrors": errors}}

    def _UpdateSubscription(self, variables: Body) -> Body:
        errors = [{"field": None, "message": self.refused}] if self.refused else []
        (known,) = [each for each in self.kept if each["id"] == variables["id"]]
        if not errors:
            known |= variables["given"]
        return {"webhookSubscriptionUpdate": {"userErrors": errors}}


def subscription(number: int, topic: str, **changes: Any) -> Body:
    return {
        "id": f"gid://shopify/WebhookSubscription/{number}",
        "topic": topic.upper().replace("/", "_"),
        "uri": ADDRESS,
        "format": "JSON",
        "includeFields": [],
        "filter": None,
    } | changes


def mend(shop: Shop, address: str = ADDRESS) -> Subscriptions:
    access = ChannelAccess("https://acme.example.com", "token")
    with ShopifyClient(access, httpx.MockTransport(shop)) as client:
        return client.mend_subscriptions(address, SECRET)


def test_subscriptions_in_order_are_left_alone() -> None:
    shop = Shop()
    assert mend(shop) == Subscriptions()
    assert shop.changes() == []


def test_removed_subscription_is_made_anew() -> None:
    shop = Shop()
    shop.kept = shop.kept[1:]
    assert mend(shop) == Subscriptions((WANTED[0],), (WANTED[0],))
    assert shop.changes() == [
        {"topic": "ORDERS_CREATE", "given": {"uri": ADDRESS, "format": "JSON"}}
    ]
    assert mend(shop) == Subscriptions()


@pytest.mark.parametrize(
    "flaw",
    [
        {"uri": "https://elsewhere.example.com"},
        {"format": "XML"},
        {"includeFields": ["id"]},
        {"filter": "total_price:>=100"},
    ],
)
def test_subscription_that_misleads_is_corrected(flaw: Body) -> None:
    shop = Shop()
    shop.kept[-1] |= flaw
    assert mend(shop) == Subscriptions((WANTED[-1],), (WANTED[-1],))
    assert mend(shop) == Subscriptions()
    assert len(shop.kept) == len(WANTED)


def test_without_an_address_nothing_is_changed() -> None:
    shop = Shop()
    shop.kept = [subscription(1, WANTED[0], uri="https://elsewhere.example.com")]
    assert mend(shop, "") == Subscriptions(WANTED[1:])
    assert shop.changes() == []


def test_topic_the_shop_refuses_stops_no_other() -> None:
    shop = Shop()
    shop.kept = []
    shop.refused = "You do not have permission to create or update webhooks"
    assert mend(shop) == Subscriptions(WANTED, ())
    assert len(shop.changes()) == len(WANTED)


def test_subscription_whose_answer_was_lost_counts_as_mended() -> None:
    shop = Shop()
    shop.kept = shop.kept[1:]
    shop.refused = "Address for this topic has already been taken"
    assert mend(shop).mended == (WANTED[0],)


def test_secret_never_leaves() -> None:
    shop = Shop()
    shop.kept = []
    mend(shop)
    assert SECRET.encode() not in shop.sent


def test_throttling_is_passed_on() -> None:
    access = ChannelAccess("https://acme.example.com", "token")
    limited = httpx.MockTransport(lambda request: httpx.Response(429))
    with ShopifyClient(access, limited) as client, pytest.raises(ChannelThrottled):
        client.mend_subscriptions(ADDRESS, SECRET)
