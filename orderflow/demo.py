"""`orderflow demo`: everything of `orderflow up`, and a world around it that keeps it busy."""

import asyncio
import contextlib
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Engine

from domain.hosts import is_loopback
from orderflow.children import Child
from orderflow.console import out
from orderflow.demo_seed import CONFIG_FILE, demo_config, seed
from orderflow.demo_table import DemoTable
from orderflow.embedded.ports import LOOPBACK
from orderflow.readiness import http_ok
from orderflow.settings import Settings
from orderflow.supervisor import Supervisor
from orderflow.up import house

SIMULATOR = "simulator"
PREFERRED_PORT = 8090
EXPLANATION = (
    "A month-end rush: Shopify, Amazon, WooCommerce, a storefront, spreadsheets, a warehouse"
    " system, a carrier and staff are played over real HTTP; limits count in seconds instead of"
    " hours.\n"
    "月底高峰演示:Shopify、亚马逊、WooCommerce、自建商城、表格导入、仓库系统、承运商和员工"
    "通过真实 HTTP 模拟,时限按秒而非小时计算。"
)


async def run_demo(settings: Settings, orders: int | None = None) -> None:
    """Bring everything up, seed it, let the simulator loose and show the table until Ctrl-C.

    `orders` is how many orders shoppers place at most, over all runs on this home folder.
    """
    out.print(EXPLANATION)
    async with AsyncExitStack() as stack:
        with out.status("starting 正在启动 …"):
            world = PlayedWorld(settings.home, orders)
            running = await stack.enter_async_context(house(settings, world.start))
        links = [
            ("Board 作战地图         ", running.api_url),
            ("API and docs 接口文档 ", f"{running.api_url}/docs"),
            ("Temporal Web UI       ", running.temporal_ui_url or running.temporal_address),
            ("played world 模拟世界 ", f"{world.url}/state/summary"),
            ("keys of the staff 密钥", str(settings.home / CONFIG_FILE)),
        ]
        table = asyncio.create_task(DemoTable(running.engine, links, out).run())
        stopped = asyncio.create_task(running.supervisor.wait())
        await asyncio.wait([table, stopped], return_when=asyncio.FIRST_COMPLETED)
        await _ended(table)
        stopped.cancel()
        out.print("stopping 正在停止 …")


async def _ended(table: "asyncio.Task[None]") -> None:
    """End the table; a defect in it ends the demo instead of going unseen."""
    table.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await table


class PlayedWorld:
    """The simulator beside orderflow: shops, warehouse system, carrier, shoppers and staff."""

    def __init__(self, home: Path, orders: int | None) -> None:
        self._home = home
        self._orders = orders
        self.url = ""

    async def start(
        self, supervisor: Supervisor, engine: Engine, api_url: str
    ) -> Mapping[str, str]:
        """Seed the database and start the simulator; returns where its warehouse system is, where
        shops reach our API, so that their webhooks are mended, and that one may pick a role."""
        config = await asyncio.to_thread(demo_config, self._home)
        port = supervisor.ports.claim(SIMULATOR, PREFERRED_PORT)
        self.url = f"http://{LOOPBACK}:{port}"
        await asyncio.to_thread(seed, engine, config, self.url)
        await supervisor.start(simulator_child(self._home, port, api_url, self._orders))
        found = {"ORDERFLOW_WMS_URL": f"{self.url}/wms", "ORDERFLOW_PUBLIC_URL": api_url}
        # One may enter as anybody; where others reach the API, by password only.
        is_here = is_loopback(urlsplit(api_url).hostname or "")
        return found | ({"ORDERFLOW_DEMO_LOGIN": "true"} if is_here else {})


def simulator_child(home: Path, port: int, api_url: str, orders: int | None) -> Child:
    """Return the simulator as a supervised child; it reads `demo.json` in the home folder."""

    async def serves() -> bool:
        return await http_ok(f"http://{LOOPBACK}:{port}/healthz")

    argv = [sys.executable, "-m", "simulator", "--port", str(port), "--api", api_url]
    argv += ["--config", str(home / CONFIG_FILE)]
    argv += [] if orders is None else ["--orders", str(orders)]
    return Child(SIMULATOR, argv, ready=serves)
