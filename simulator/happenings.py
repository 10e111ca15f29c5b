"""What will happen to an order at its shop, and when: paid later, cancelled, shipped by others.

It is kept until it has happened, so that a restart of the simulator loses none.
"""

import asyncio
import time
from collections.abc import Callable

from simulator.documents import Documents

HAPPENINGS = "happenings"
_TICK_SECONDS = 0.1

Happen = Callable[[str, str, str, str], None]
"""Told the channel, the shop, the order's id there and what happens to it."""


class Happenings:
    """Remembers what is to come and lets it happen when it is due."""

    def __init__(self, documents: Documents, clock: Callable[[], float] = time.time) -> None:
        self._documents = documents
        self._clock = clock
        self._number = max((int(key) for key in documents.all(HAPPENINGS)), default=0)

    def add(self, channel: str, shop: str, order_id: str, what: str, after: float) -> None:
        """Have something happen `after` seconds from now."""
        self._number += 1
        happening = {
            "channel": channel,
            "shop": shop,
            "order_id": order_id,
            "what": what,
            "due_at": self._clock() + after,
        }
        self._documents.put(HAPPENINGS, str(self._number), happening)

    def pass_time(self, happen: Happen) -> None:
        """Let everything happen that is due by now, the earliest first."""
        now = self._clock()
        known = self._documents.all(HAPPENINGS)
        due = sorted((each["due_at"], int(key)) for key, each in known.items())
        for due_at, number in due:
            if due_at > now:
                return
            each = known[str(number)]
            self._documents.remove(HAPPENINGS, str(number))
            happen(each["channel"], each["shop"], each["order_id"], each["what"])

    async def run(self, happen: Happen) -> None:
        """Let time pass until cancelled."""
        while True:
            self.pass_time(happen)
            await asyncio.sleep(_TICK_SECONDS)
