"""The whole of orderflow against the played world: a WMS and a shop that keep count."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from simulator.app import create_app
from simulator.config import PlayedShop, SimulatorConfig
from tests.integration.simulator_world import served
from tests.running import SECRET, Running


class World:
    """Orderflow under attack, and the record of what it did to others."""

    def __init__(self, running: Running, simulator: httpx.Client) -> None:
        self.running = running
        self.simulator = simulator

    def place(self, count: int) -> list[str]:
        """Have the played shop place orders that nothing stops; returns their external ids."""
        wish = {
            "channel": "storefront",
            "shop": "test-shop",
            "count": count,
            "tier": "auto",
            "country": "US",
            "currency": "CNY",
            "new_dealer": False,
        }
        answer = self.simulator.post("/control/orders", json=wish)
        answer.raise_for_status()
        return [order["external_id"] for order in answer.json()["orders"]]

    def on_record(self) -> dict[str, dict[str, dict[str, object]]]:
        """Return what the played systems have on record."""
        found: dict[str, dict[str, dict[str, object]]] = self.simulator.get("/state").json()
        return found


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Servers of their own, since these tests kill them."""
    port = free_port()
    shop = PlayedShop(
        channel="storefront",
        shop="test-shop",
        secret=SECRET,
        access_token=SECRET,
        currencies=("CNY",),
        countries=("US",),
    )
    app = create_app(SimulatorConfig(shops=(shop,)), f"http://127.0.0.1:{port}")
    with served(app) as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as simulator:
        running = Running(
            {"ORDERFLOW_WMS_URL": f"{url}/wms"},
            port,
            f"{url}/storefront/test-shop/events",
        )
        yield World(running, simulator)
        running.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
