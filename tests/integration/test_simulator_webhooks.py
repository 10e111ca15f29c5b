"""Webhooks of every played channel, as an orderflow in front of them sees them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from channels.amazon.channel import CHANNEL as AMAZON
from channels.port import Channel, ChannelAccess
from channels.shopify.channel import CHANNEL as SHOPIFY
from channels.shopify.client import ShopifyClient
from channels.storefront.channel import CHANNEL as STOREFRONT
from channels.woocommerce.channel import CHANNEL as WOOCOMMERCE
from tests.integration.simulator_world import (
    CONFIG,
    SECRET,
    TOKEN,
    WOO_KEYS,
    happens,
    placed,
    served,
    simulator,
    until,
)

CHANNELS = {each.name: each for each in (SHOPIFY, WOOCOMMERCE, AMAZON, STOREFRONT)}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Door:
    """Stands in for orderflow: keeps what comes in, answers as told."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200
        self.app = FastAPI()
        self.app.post("/webhooks/{channel}/{shop}")(self._take)

    async def _take(self, channel: str, shop: str, request: Request) -> Response:
        self.letters.append((channel, dict(request.headers), await request.body()))
        return Response(status_code=self.status)

    def bodies(self, channel: str) -> list[dict[str, Any]]:
        return [json.loads(body) for name, _, body in self.letters if name == channel]


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def world(door: Door) -> Iterator[httpx.Client]:
    with served(door.app) as url, simulator(CONFIG, url) as client:
        yield client


def channel_numbers(world: httpx.Client, channel: str) -> dict[str, Any]:
    found: dict[str, Any] = world.get("/state").json()["channels"][channel]
    return found


def settled(world: httpx.Client) -> None:
    until(lambda: world.get("/state/summary").json()["webhooks"]["waiting"] == 0, 30)


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=lambda each: each.name)
def test_every_channel_proves_itself_and_is_understood(
    door: Door, world: httpx.Client, channel: Channel
) -> None:
    order_id = placed(world, channel.name)
    until(lambda: door.letters)
    [(_, headers, body)] = door.letters
    now = datetime.now(UTC)
    assert channel.verify(headers, body, [SECRET], now)
    assert not channel.verify(headers, body, ["guess"], now)
    [message] = channel.read(channel.delivery(headers, body).topic, body, "shop")
    assert message.findings == ()
    assert order_id in (message.external_id, message.reference)


@pytest.mark.parametrize("channel", ["shopify", "woocommerce", "storefront"])
def test_what_is_dropped_is_on_record_and_nothing_else_is_missing(
    door: Door, world: httpx.Client, channel: str
) -> None:
    rule = {"channel": channel, "drop": 0.3, "duplicate": 0.3, "shuffle": True}
    world.post("/control/webhooks", json=rule).raise_for_status()
    orders = {placed(world, channel) for _ in range(40)}
    settled(world)
    numbers = channel_numbers(world, channel)
    told = [_id(channel, body) for body in door.bodies(channel)]
    assert set(told) == orders - set(numbers["dropped_orders"])
    assert 0 < numbers["dropped"] == len(numbers["dropped_orders"])
    assert len(told) == 40 - numbers["dropped"] + numbers["duplicated"]
    assert numbers["delivered"] == len(told)
    assert numbers["duplicated"] > 0
    assert told != sorted(told)


def _id(channel: str, body: dict[str, Any]) -> str:
    return str(body["order"]["external_id"] if channel == "storefront" else body["id"])


def test_a_poll_finds_exactly_what_the_post_dropped(door: Door, world: httpx.Client) -> None:
    rule = {"channel": "shopify", "drop": 0.4}
    world.post("/control/webhooks", json=rule).raise_for_status()
    for _ in range(30):
        placed(world)
    settled(world)
    told = {str(body["id"]) for body in door.bodies("shopify")}
    with ShopifyClient(ChannelAccess(f"{world.base_url}/shopify/aurora", TOKEN)) as client:
        found = {each.external_id for each in client.changed_orders(LONG_AGO).orders}
    assert sorted(found - told) == sorted(channel_numbers(world, "shopify")["dropped_orders"])


def test_woocommerce_tries_once_and_gives_up_for_good_after_seven(
    door: Door, world: httpx.Client
) -> None:
    door.status = 500
    for _ in range(7):
        placed(world, "woocommerce")
        settled(world)
    assert len(door.letters) == 7
    listed = world.get("/state/summary").json()["subscriptions"]["woocommerce/plants"]
    assert {each["topic"]: each["status"] for each in listed}["order.created"] == "disabled"
    door.status = 200
    placed(world, "woocommerce")
    settled(world)
    assert len(door.letters) == 7
    assert channel_numbers(world, "woocommerce")["given_up"] == 7


def test_one_success_forgives_the_failures_before_it(door: Door, world: httpx.Client) -> None:
    for status in (500, 500, 500, 200):
        door.status = status
        placed(world, "woocommerce")
        settled(world)
    listed = world.get("/state/summary").json()["subscriptions"]["woocommerce/plants"]
    assert {each["failures"] for each in listed} == {0}


def test_a_new_webhook_of_woocommerce_is_tried_unsigned(door: Door, world: httpx.Client) -> None:
    hook = {
        "topic": "order.created",
        "delivery_url": f"{_door_url(world)}/webhooks/woocommerce/plants",
        "secret": "another",
    }
    path = "/woo/plants/wp-json/wc/v3/webhooks"
    made = world.post(path, json=hook, auth=httpx.BasicAuth(*WOO_KEYS.split(":")))
    until(lambda: door.letters)
    [(_, headers, body)] = door.letters
    assert body == f"webhook_id={made.json()['id']}".encode()
    assert "x-wc-webhook-signature" not in headers
    assert WOOCOMMERCE.is_ping is not None
    assert WOOCOMMERCE.is_ping(headers, body)
    placed(world, "woocommerce")
    until(lambda: len(door.letters) == 3)
    proven = [
        secret
        for _, sent, raw in door.letters[1:]
        for secret in (SECRET, "another")
        if WOOCOMMERCE.verify(sent, raw, [secret], datetime.now(UTC))
    ]
    assert sorted(proven) == sorted([SECRET, "another"])


def _door_url(world: httpx.Client) -> str:
    listed = world.get("/state/summary").json()["subscriptions"]["woocommerce/plants"]
    return str(listed[0]["address"]).partition("/webhooks")[0]


def test_nothing_is_told_of_a_topic_nobody_subscribed_to(door: Door, world: httpx.Client) -> None:
    gone = {"channel": "shopify", "shop": "aurora", "topic": "orders/create", "status": "removed"}
    world.post("/control/subscriptions", json=gone).raise_for_status()
    order_id = placed(world)
    happens(world, "shopify", order_id, "touched")
    settled(world)
    assert [headers["x-shopify-topic"] for _, headers, _ in door.letters] == ["orders/updated"]


def test_amazon_tells_that_an_order_changed_and_nothing_about_it(
    door: Door, world: httpx.Client
) -> None:
    order_id = placed(world, "amazon", kind="pending")
    happens(world, "amazon", order_id, "settled")
    happens(world, "amazon", order_id, "cancelled")
    until(lambda: len(door.letters) == 3)
    changes = [
        body["detail"]["Payload"]["OrderChangeNotification"] for body in door.bodies("amazon")
    ]
    assert {each["AmazonOrderId"] for each in changes} == {order_id}
    by_status = sorted((c["Summary"]["OrderStatus"], c["OrderChangeType"]) for c in changes)
    assert by_status == [
        ("Pending", "OrderStatusChange"),
        ("Unshipped", "BuyerRequestedChange"),
        ("Unshipped", "OrderStatusChange"),
    ]
    ids = {
        body["detail"]["NotificationMetadata"]["NotificationId"] for body in door.bodies("amazon")
    }
    assert len(ids) == 3
    assert b"Price" not in b"".join(body for _, _, body in door.letters)


def test_a_channel_that_does_not_exist_is_named(world: httpx.Client) -> None:
    body = {"channel": "ebay", "shop": "x", "status": "removed"}
    assert world.post("/control/subscriptions", json=body).status_code == 404
    wrong = {"system": "ebay", "kind": "error"}
    assert world.post("/control/faults", json={"faults": [wrong]}).status_code == 422
