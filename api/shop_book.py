"""The shops' secrets at hand, so that a webhook costs no question to the database."""

import asyncio
import time
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from database import shops
from database.shops import Shop

# How long a new shop or a rotated secret may take to count. A shop nobody knows is looked up
# sooner, but not at every request that names one.
SECONDS_KEPT = 5.0
SECONDS_BEFORE_ANOTHER_LOOK = 0.5


class ShopBook:
    """All shops, read again every few seconds; an outage leaves the last ones in use."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._shops: dict[tuple[str, str], Shop] | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    async def find(self, channel: str, shop: str) -> Shop | None:
        """Return a shop, None when nobody registered it.

        Raises the database's error when the shops could never be read.
        """
        found = (self._shops or {}).get((channel, shop))
        if self._is_older_than(SECONDS_KEPT if found else SECONDS_BEFORE_ANOTHER_LOOK):
            await self._read(SECONDS_KEPT if found else SECONDS_BEFORE_ANOTHER_LOOK)
        return (self._shops or {}).get((channel, shop))

    def _is_older_than(self, seconds: float) -> bool:
        return self._shops is None or self._clock() - self._read_at > seconds

    async def _read(self, seconds: float) -> None:
        async with self._reading:
            if not self._is_older_than(seconds):
                return
            try:
                self._shops = await asyncio.to_thread(self._all)
            except SQLAlchemyError:
                if self._shops is None:
                    raise
            self._read_at = self._clock()

    def _all(self) -> dict[tuple[str, str], Shop]:
        with self._engine.connect() as c:
            return {(shop.channel, shop.shop): shop for shop in shops.all_shops(c)}
