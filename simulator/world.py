"""Puts the played systems and people together."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx

from simulator.amazon_access import AmazonAccess
from simulator.amazon_store import AmazonStore
from simulator.carrier import Carrier
from simulator.clerk import Clerk
from simulator.config import PlayedShop, SimulatorConfig
from simulator.documents import Documents
from simulator.erp import Erp
from simulator.errands import Errands
from simulator.faults import FaultBoard
from simulator.happenings import Happenings
from simulator.orderflow_api import OrderflowApi
from simulator.postman import Postman
from simulator.shopify_shop import ShopifyShop
from simulator.shoppers import Shoppers
from simulator.staff import Staff
from simulator.staff_work import StaffWork
from simulator.storefront_store import StorefrontStore
from simulator.stores import PlayedStore, Surroundings
from simulator.uploads import Uploads
from simulator.woo_store import WooStore

_TIMEOUT_SECONDS = 15.0


class World:
    """Everything one simulator plays; `api_url` is the base URL of the orderflow API."""

    def __init__(self, config: SimulatorConfig, api_url: str) -> None:
        behaviour, seed = config.behaviour, config.seed
        self.config = config
        self.documents = Documents(config.state_file)
        self.faults = FaultBoard(seed)
        # Its own proxies are not for a server on this machine.
        self.client = httpx.AsyncClient(base_url=api_url, timeout=_TIMEOUT_SECONDS, trust_env=False)
        self.stores: dict[tuple[str, str], PlayedStore] = {}
        self.postman = Postman(self.stores, self.client, self.documents, self.faults, seed)
        self.postman.rules.update(behaviour.post)
        self.happenings = Happenings(self.documents)
        around = Surroundings(
            self.documents, self.postman, self.happenings, behaviour.shoppers, api_url
        )
        self._open_stores(around)
        self.amazon_access = AmazonAccess(self.amazon, config.amazon)
        self.erp = Erp(self.documents, config.stock, config.credit_limits)
        self.shoppers = Shoppers(self.stores, self.documents, behaviour, seed, config.most_orders)
        api = self._api = OrderflowApi(self.client)
        self.errands = Errands(config.people, api, self.documents)
        self.carrier = Carrier(self.errands, self.documents, behaviour.carrier, seed)
        work = StaffWork(api, self.carrier, behaviour.staff, config.people, self._call_off)
        self.staff = Staff(config.people, api, work, behaviour.staff, seed)
        self.clerk = Clerk(
            config.people,
            api,
            timedelta(seconds=behaviour.staff.discards_after_seconds),
            behaviour.staff.discards,
            seed,
        )
        self.uploads = Uploads(config, api, self.documents)

    def _open_stores(self, around: Surroundings) -> None:
        """Open every shop there is; those of spreadsheets have nothing to be called by."""
        play = self.config.shopify
        self.shopify = {n: ShopifyShop(s, around, play) for n, s in self._named("shopify")}
        self.woocommerce = {n: WooStore(s, around) for n, s in self._named("woocommerce")}
        self.amazon = {n: AmazonStore(s, around) for n, s in self._named("amazon")}
        self.storefront = {n: StorefrontStore(s, around) for n, s in self._named("storefront")}
        by_channel: list[Mapping[str, PlayedStore]] = [
            self.shopify,
            self.woocommerce,
            self.amazon,
            self.storefront,
        ]
        for stores in by_channel:
            for name, store in stores.items():
                self.stores[store.played.channel, name] = store

    def _named(self, channel: str) -> list[tuple[str, PlayedShop]]:
        return [(shop.shop, shop) for shop in self.config.shops if shop.channel == channel]

    async def _shopping(self) -> None:
        """Shops open when orderflow does: what they sell before would be lost on those that try
        to tell of it only once."""
        await self._api.awaited()
        await self.shoppers.run()

    def happen(self, channel: str, shop: str, order_id: str, what: str) -> None:
        """Have something happen to an order at its shop; a shop that is gone knows of none."""
        store = self.stores.get((channel, shop))
        if store is not None:
            store.happen(order_id, what)

    def _call_off(self, order_id: str) -> None:
        for seller in self.amazon.values():
            seller.happen(order_id, "called_off")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let the post go out and the configured actors act until the block is left."""
        runs = [self.postman.run(), self.happenings.run(self.happen)]
        if "shoppers" in self.config.actors:
            runs.append(self._shopping())
        if "staff" in self.config.actors:
            runs += [self.staff.run(), self.clerk.run()]
        if "carrier" in self.config.actors:
            runs.append(self.errands.run())
        if "clerks" in self.config.actors:
            runs.append(self.uploads.run())
        tasks = [asyncio.create_task(run) for run in runs]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.client.aclose()
            self.documents.close()
