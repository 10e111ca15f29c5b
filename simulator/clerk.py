"""The clerk of customer service who looks through the quarantine."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random

from domain.order import instant
from simulator.config import PlayedPerson
from simulator.orderflow_api import OrderflowApi, is_done

_LOOK_SECONDS = 5.0


class Clerk:
    """Puts away what has lain there for a while; the shop has sent it anew, or never will."""

    def __init__(
        self,
        people: tuple[PlayedPerson, ...],
        api: OrderflowApi,
        patience: timedelta,
        share: float,
        seed: int,
    ) -> None:
        self._person = next((p for p in people if p.has_role("customer_service")), None)
        self._api = api
        self._patience = patience
        self._share = share
        self._seed = seed
        self.discarded = 0

    async def run(self) -> None:
        """Look now and then until cancelled."""
        while self._person is not None:
            for entry in await self._api.quarantine(self._person):
                is_old = datetime.now(UTC) - instant(entry["created_at"]) > self._patience
                if is_old and self._wants_to(entry["id"]):
                    status = await self._api.discard(self._person, entry["id"])
                    self.discarded += is_done(status)
            await asyncio.sleep(_LOOK_SECONDS)

    def _wants_to(self, entry_id: int) -> bool:
        return Random(f"{self._seed}:clerk:{entry_id}").random() < self._share
