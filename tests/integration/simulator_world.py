"""A simulator behind a real port, in a thread of its own."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from simulator.app import create_app
from simulator.config import AmazonPlay, PlayedPerson, PlayedRole, PlayedShop, SimulatorConfig
from tests.patience import PATIENCE_SECONDS

SECRET, TOKEN = "s" * 32, "t" * 32
WOO_KEYS = "ck_" + "a" * 40 + ":cs_" + "b" * 40
SELLER_KEYS = {
    "client_id": "amzn1.application-oa2-client.example",
    "client_secret": "amzn1.oa2-cs.v1.example",
    "refresh_token": "Atzr|example",
    "marketplace_ids": ["ATVPDKIKX0DER", "A1PA6795UKMFR9", "A1VC38T7YXB528"],
}
AURORA = PlayedShop(
    channel="shopify",
    shop="aurora",
    secret=SECRET,
    access_token=TOKEN,
    currencies=("USD", "EUR"),
    countries=("US", "CA"),
)
TRADE = PlayedShop(
    channel="storefront",
    shop="trade",
    secret=SECRET,
    access_token=SECRET,
    currencies=("EUR",),
    countries=("DE", "FR"),
)
PLANTS = PlayedShop(
    channel="woocommerce",
    shop="plants",
    secret=SECRET,
    access_token=WOO_KEYS,
    currencies=("EUR", "USD"),
    countries=("DE", "US"),
)
SELLER = PlayedShop(
    channel="amazon",
    shop="seller",
    secret=SECRET,
    access_token=json.dumps(SELLER_KEYS),
    currencies=("USD", "EUR", "JPY"),
    countries=("US", "DE", "JP"),
)
PEOPLE = (
    PlayedPerson(person_id="mei", api_key="key-mei", roles=(PlayedRole(role="customer_service"),)),
    PlayedPerson(
        person_id="jonas",
        api_key="key-jonas",
        roles=(PlayedRole(role="warehouse_keeper", group="eu"),),
    ),
    PlayedPerson(person_id="priya", api_key="key-priya", roles=(PlayedRole(role="logistics"),)),
)
AT_ONCE = AmazonPlay(settling_seconds=0)
"""Amazon shows a change as soon as it happened."""
CONFIG = SimulatorConfig(shops=(AURORA, TRADE, PLANTS, SELLER), people=PEOPLE, amazon=AT_ONCE)
NOBODY = "http://127.0.0.1:9"
"""A base URL at which nothing listens."""


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve an application until the block is left; gives its base URL."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@contextmanager
def simulator(config: SimulatorConfig = CONFIG, api_url: str = NOBODY) -> Iterator[httpx.Client]:
    """Run a simulator; gives a client of its controls."""
    with (
        served(create_app(config, api_url)) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=60) as client,
    ):
        yield client


def until(happened: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until a predicate holds."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def placed(client: httpx.Client, channel: str = "shopify", **wish: object) -> str:
    """Place an order and return its external id."""
    shop = next(each.shop for each in CONFIG.shops if each.channel == channel)
    answer = client.post("/control/orders", json={"channel": channel, "shop": shop, **wish})
    external_id: str = answer.raise_for_status().json()["orders"][0]["external_id"]
    return external_id


def happens(client: httpx.Client, channel: str, order_id: str, what: str) -> None:
    """Have something happen to an order at its shop."""
    shop = next(each.shop for each in CONFIG.shops if each.channel == channel)
    body = {"channel": channel, "shop": shop, "order_id": order_id, "what": what}
    client.post("/control/happen", json=body).raise_for_status()


def recorded(client: httpx.Client, channel: str, order_id: str) -> dict[str, Any]:
    """Return what a shop has on record of an order."""
    shop = next(each.shop for each in CONFIG.shops if each.channel == channel)
    found: dict[str, Any] = client.get("/state").json()[channel][shop][order_id]
    return found


def break_it(client: httpx.Client, **fault: object) -> None:
    """Switch one fault on in place of all others."""
    client.post("/control/faults", json={"faults": [fault]}).raise_for_status()
