"""A clerk who gets orders by mail and telephone, and uploads them as spreadsheets."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from http import HTTPStatus
from random import Random

import structlog

from simulator.config import PlayedShop, SimulatorConfig
from simulator.documents import Documents
from simulator.orderflow_api import OrderflowApi, is_done, is_unknown
from simulator.purchases import Wish, purchase
from simulator.sheets import as_csv, as_xlsx, rows
from simulator.shoppers import next_ordinal

FILES = "uploads"
_RETRY_SECONDS = 3.0
_PAID = Wish(is_paid=True)

_log = structlog.get_logger(__name__)


class Uploads:
    """Writes a file every so often and uploads it until it was taken or refused."""

    def __init__(self, config: SimulatorConfig, api: OrderflowApi, documents: Documents) -> None:
        self._person = next((p for p in config.people if p.has_role("customer_service")), None)
        self._shops = [shop for shop in config.shops if shop.channel == "spreadsheet"]
        self._table = config.behaviour.uploads
        self._mix = config.behaviour.shoppers
        self._seed = config.seed
        self._api = api
        self._documents = documents
        self.counts: Counter[str] = Counter()

    async def run(self) -> None:
        """Upload files until cancelled."""
        while self._person is not None and self._shops:
            number = len(self._documents.all(FILES)) + 1
            rng = Random(f"{self._seed}:upload:{number}")
            await asyncio.sleep(rng.uniform(*self._table.every))
            shop = rng.choice(self._shops)
            name, content, orders = self._file(shop, number, rng)
            self._documents.put(FILES, str(number), {"name": name, "orders": orders})
            await self._upload(shop, name, content)

    def _file(self, shop: PlayedShop, number: int, rng: Random) -> tuple[str, bytes, int]:
        """Write a file, csv and xlsx by turns; returns its name, content and number of orders."""
        now = datetime.now(UTC)
        orders = []
        for _ in range(rng.randint(*self._table.orders)):
            ordinal = next_ordinal(self._documents, shop)
            own = Random(f"{self._seed}:{shop.owner}:{ordinal}")
            orders.append(purchase(shop, ordinal, own, self._mix, now, _PAID))
        content = rows(orders, self._table.broken, rng)
        if number % 2:
            return f"orders-{number}.csv", as_csv(content), len(orders)
        return f"orders-{number}.xlsx", as_xlsx(content), len(orders)

    async def _upload(self, shop: PlayedShop, name: str, content: bytes) -> None:
        while self._person is not None:
            status = await self._api.upload(self._person, shop.shop, name, content)
            if not is_unknown(status):
                break
            await asyncio.sleep(_RETRY_SECONDS)
        self.counts["taken" if is_done(status) else f"refused:{status}"] += 1
        if status == HTTPStatus.NOT_FOUND and self.counts[f"refused:{status}"] == 1:
            _log.warning("orderflow takes no spreadsheets at /api/v1/imports")
