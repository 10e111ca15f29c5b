"""Shops that lose, repeat and shuffle what they tell us, and forget what they were told to send."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from database import shops
from orderflow.doctor import examine
from simulator.app import create_app
from tests.faults.attack import PATIENCE, Staff, kill, settings_of, stages
from tests.faults.conftest import free_port
from tests.integration.simulator_world import AURORA, CONFIG, PLANTS, SELLER, served
from tests.running import Running, wait_for

LOST = 0.2
PATHS = {"shopify": "shopify/aurora", "woocommerce": "woo/plants", "amazon": "amazon"}


class Shops:
    """Three played shops and the orderflow that serves them."""

    def __init__(self, running: Running, simulator: httpx.Client, base_url: str) -> None:
        self.running = running
        self.simulator = simulator
        self._urls = {channel: f"{base_url}/{path}" for channel, path in PATHS.items()}
        for played in (AURORA, PLANTS, SELLER):
            self._save(played.channel, played.shop, played.secret, self._token(played))

    def _token(self, played: Any) -> str:
        if played.channel != "amazon":
            return str(played.access_token)
        token_url = f"{self._urls['amazon']}/auth/o2/token"
        return json.dumps({**json.loads(played.access_token), "token_url": token_url})

    def _save(self, channel: str, shop: str, secret: str, token: str) -> None:
        # Nothing is polled before a test says so.
        with self.running.engine.begin() as c:
            shops.save(c, shops.Shop(channel, shop, (secret,), "", token))

    def connect(self, channel: str) -> None:
        """Let a shop be read and written to from now on."""
        with self.running.engine.begin() as c:
            shop = next(each for each in shops.all_shops(c) if each.channel == channel)
            known = shops.find(c, channel, self.shop(channel))
            assert known is not None, shop
            shops.save(c, replace(known, base_url=self._urls[channel]))

    def shop(self, channel: str) -> str:
        """Return the name of a channel's shop."""
        return next(each.shop for each in CONFIG.shops if each.channel == channel)

    def control(self, what: str, **body: Any) -> Any:
        """Tell the played world what to do."""
        answer = self.simulator.post(f"/control/{what}", json=body)
        return answer.raise_for_status().json()

    def place(self, channel: str, count: int) -> list[str]:
        """Have customers buy; returns the external ids."""
        wish = {"channel": channel, "shop": self.shop(channel), "count": count, "country": "US"}
        usual = {"tier": "auto", "currency": "USD", "is_paid": True, "new_dealer": False}
        return [o["external_id"] for o in self.control("orders", **wish, **usual)["orders"]]

    def state(self) -> dict[str, Any]:
        """Return what the played world has on record."""
        found: dict[str, Any] = self.simulator.get("/state").json()
        return found

    def sync(self, channel: str) -> None:
        """Poll a shop now and check its webhooks, as a person would ask for."""
        with self.running.api("service") as client:
            path = f"/channels/{channel}/{self.shop(channel)}/sync"
            client.post(path).raise_for_status()

    def health(self, channel: str) -> dict[str, Any]:
        """Return how a shop is kept in step."""
        with self.running.api("service") as client:
            listed = client.get("/channels").raise_for_status().json()
        rows = listed if isinstance(listed, list) else next(iter(listed.values()))
        name = self.shop(channel)
        return next(r for r in rows if (r["channel"], r["shop"]) == (channel, name))

    def times(self, channel: str, names: list[str]) -> Counter[str]:
        """Count the orders we have under these external ids."""
        query = text(
            "SELECT external_id FROM orders WHERE channel = :channel AND external_id = ANY(:names)"
        )
        with self.running.engine.connect() as c:
            rows = c.execute(query, {"channel": channel, "names": names})
            return Counter(row.external_id for row in rows)


@pytest.fixture(scope="module")
def world() -> Iterator[Shops]:
    port = free_port()
    api = f"http://127.0.0.1:{port}"
    with (
        served(create_app(CONFIG, api)) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=60) as simulator,
    ):
        running = Running({"ORDERFLOW_WMS_URL": f"{url}/wms", "ORDERFLOW_PUBLIC_URL": api}, port)
        yield Shops(running, simulator, url)
        running.close()


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    # Amazon gives out one order in two seconds.
    ("channel", "count"),
    [("shopify", 60), ("woocommerce", 60), ("amazon", 20)],
)
def test_what_webhooks_lose_the_next_poll_finds_and_nothing_comes_twice(
    world: Shops, channel: str, count: int
) -> None:
    world.control("webhooks", channel=channel, drop=LOST, duplicate=LOST, shuffle=True)
    names = world.place(channel, count)
    told = world.state()["channels"][channel]
    dropped = set(told["dropped_orders"]) & set(names)
    assert 0 < len(dropped) < len(names) / 2
    # Amazon's notifications only name an order; it is read once the shop may be read at all.
    if channel != "amazon":
        arrived = len(names) - len(dropped)
        wait_for(
            lambda: len(world.times(channel, names)) == arrived,
            lambda: f"{arrived} pushed orders, now {len(world.times(channel, names))}",
            PATIENCE,
        )
        assert set(world.times(channel, names)) == set(names) - dropped
    world.connect(channel)
    if channel == "shopify":
        fault = {"system": channel, "kind": "throttled", "operation": "orders", "times": 2}
        world.control("faults", faults=[{**fault, "seconds": 1}])
    world.sync(channel)
    wait_for(
        lambda: world.times(channel, names) == Counter(names),
        lambda: f"all of {len(names)}, now {len(world.times(channel, names))}",
        PATIENCE,
    )
    world.control("webhooks", channel=channel)
    if channel != "amazon":
        assert world.health(channel)["found_by_poll"] == len(dropped)


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("channel", "topic", "status"),
    [("shopify", "orders/create", "removed"), ("woocommerce", "order.created", "disabled")],
)
def test_a_subscription_that_is_gone_is_noticed_and_mended(
    world: Shops, channel: str, topic: str, status: str
) -> None:
    world.connect(channel)
    shop = world.shop(channel)
    world.control("subscriptions", channel=channel, shop=shop, topic=topic, status=status)
    (silent,) = world.place(channel, 1)
    world.sync(channel)
    wait_for(lambda: topic in world.health(channel)["subscriptions"]["mended"], "the repair")
    assert world.health(channel)["subscriptions"]["state"] == "healthy"
    wait_for(lambda: world.times(channel, [silent]), "the order nobody told of")
    before = world.state()["channels"][channel]["delivered"]
    (told,) = world.place(channel, 1)
    wait_for(lambda: world.times(channel, [told]), "an order that is told of again")
    assert world.state()["channels"][channel]["delivered"] > before


def _have_left(world: Shops, names: list[str], wanted: int) -> bool:
    found = stages(world.running, names)
    return found["shipped"] + found["completed"] >= wanted


@pytest.mark.timeout(400)
def test_parcels_reach_every_shop_once_through_kills_and_denied_answers(world: Shops) -> None:
    names: dict[str, list[str]] = {}
    for channel in PATHS:
        world.connect(channel)
        names[channel] = world.place(channel, 5)
    wanted = [name for listed in names.values() for name in listed]
    wait_for(lambda: stages(world.running, wanted).total() == len(wanted), "orders", PATIENCE)
    denied = {"kind": "done_but_error", "times": 3}
    pushes = {
        "shopify": "fulfillmentCreate",
        "amazon": "confirmShipment",
        "woocommerce": "updateOrder",
    }
    world.control(
        "faults", faults=[{"system": s, "operation": o, **denied} for s, o in pushes.items()]
    )
    staff = Staff(world.running)
    try:
        wait_for(partial(_have_left, world, wanted, 3), "three to have left", PATIENCE)
        kill(world.running, "worker")
        wait_for(
            lambda: stages(world.running, wanted) == {"completed": len(wanted)},
            lambda: f"all completed: {stages(world.running, wanted)}",
            PATIENCE,
        )
    finally:
        staff.stop()
        world.control("faults", faults=[])
    record = world.state()
    for name in names["shopify"]:
        assert len(record["shopify"]["aurora"][name]["fulfilments"]) == 1
    for name in names["amazon"]:
        assert len(record["amazon"]["seller"][name]["shipments"]) == 1
    for name in names["woocommerce"]:
        order = record["woocommerce"]["plants"][name]
        assert (order["status"], len(order["notes"])) == ("completed", 1)
    assert world.running.run(examine(settings_of(world.running))) == []
