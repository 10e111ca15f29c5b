"""Shoppers: they place orders at the pace of the day, and some of them make trouble."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random

from simulator.behaviour import Behaviour, Mix
from simulator.config import PlayedShop
from simulator.documents import Documents
from simulator.purchases import Purchase, Wish, drawn, purchase
from simulator.stores import PlayedStore

COUNTERS = "shoppers"
_TICK_SECONDS = 0.1
_OVERTAKEN_SECONDS = 2.0


class Shoppers:
    """Places orders with the played shops and has the shops tell of them."""

    def __init__(
        self,
        stores: Mapping[tuple[str, str], PlayedStore],
        documents: Documents,
        behaviour: Behaviour,
        seed: int,
        most_orders: int | None = None,
    ) -> None:
        self._stores = stores
        self._documents = documents
        self._behaviour = behaviour
        self._seed = seed
        self._most_orders = most_orders

    async def run(self) -> None:
        """Keep the pace of the phases until cancelled; a phase without length lasts."""
        for phase in self._behaviour.phases:
            started, placed = time.monotonic(), 0
            while phase.seconds is None or time.monotonic() - started < phase.seconds:
                while placed < (time.monotonic() - started) * phase.orders_per_second:
                    if self._placed() == self._most_orders:
                        return
                    self.place(self._somewhere())
                    placed += 1
                await asyncio.sleep(_TICK_SECONDS)

    def _somewhere(self) -> PlayedShop:
        """Draw the next order's shop: its channel by the mix, the shop by where buyers live."""
        rng = Random(f"{self._seed}:shop:{self._placed()}")
        mix = self._behaviour.shoppers
        shops = [store.played for store in self._stores.values()]
        channels: dict[str, float] = {
            shop.channel: mix.channels.get(shop.channel, 0.01) for shop in shops
        }
        channel = drawn(channels, rng)
        fitting = [shop for shop in shops if shop.channel == channel]
        weights = [sum(mix.countries.get(c, 0.01) for c in shop.countries) for shop in fitting]
        return rng.choices(fitting, weights)[0]

    def place(self, shop: PlayedShop, wish: Wish | None = None) -> Purchase:
        """Place one order; with a wish it is sent once and as it should be."""
        ordinal = next_ordinal(self._documents, shop)
        rng = Random(f"{self._seed}:{shop.channel}:{shop.shop}:{ordinal}")
        mix = self._behaviour.shoppers
        bought = purchase(shop, ordinal, rng, mix, datetime.now(UTC), wish or Wish())
        store = self._stores[shop.channel, shop.shop]
        if wish is not None:
            store.take(bought, kind=wish.kind or "whole")
            store.announce(bought.external_id)
            return bought
        flaw = _flaw(rng, mix)
        store.take(bought, flaw)
        if rng.random() < mix.updated_first:
            # The later news arrives first.
            store.announce(bought.external_id, _OVERTAKEN_SECONDS)
            store.happen(bought.external_id, "settled")
        else:
            store.announce(bought.external_id)
        self._make_trouble(store, bought, rng, is_flawed=flaw != "none")
        return bought

    def _placed(self) -> int:
        """Count the orders of all runs on this state file."""
        counted = self._documents.all(COUNTERS).items()
        return sum(each["placed"] for key, each in counted if "spreadsheet/" not in key)

    def _make_trouble(
        self, store: PlayedStore, bought: Purchase, rng: Random, *, is_flawed: bool
    ) -> None:
        mix, order_id = self._behaviour.shoppers, bought.external_id
        if rng.random() < mix.sent_twice:
            store.announce(order_id, rng.uniform(0, 4))
        unpaid = not bought.is_paid and not bought.terms
        if (unpaid or is_flawed) and rng.random() < mix.pays_later:
            store.later(order_id, "settled", rng.uniform(6, 18))
        if rng.random() < mix.cancelled:
            store.later(order_id, "cancelled", rng.uniform(2, 22))
        if rng.random() < mix.refunded:
            store.later(order_id, "refunded", rng.uniform(10, 40))


def next_ordinal(documents: Documents, shop: PlayedShop) -> int:
    """Count one more order of a shop, over all runs on this state file."""
    key = shop.owner
    ordinal: int = (documents.get(COUNTERS, key) or {"placed": 0})["placed"] + 1
    documents.put(COUNTERS, key, {"placed": ordinal})
    return ordinal


def _flaw(rng: Random, mix: Mix) -> str:
    """Draw whether the buyer types a phone number wrong, or forgets the postal code."""
    flaws = {"phone": mix.bad_phone, "postal": mix.no_postal_code}
    return drawn(flaws | {"none": max(0.0, 1 - sum(flaws.values()))}, rng)
