"""Errands: calls to orderflow that somebody will make at a certain time, kept until made.

A carrier's delivery report is one, a customer's objection after it another. An errand that was
taken over may have others follow it.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from random import Random

from simulator.config import PlayedPerson
from simulator.documents import Document, Documents
from simulator.orderflow_api import OrderflowApi, is_done, is_unknown

ERRANDS = "errands"
_TICK_SECONDS = 0.2
_AT_ONCE = 8
_RETRY_SECONDS = 3.0
# A report may be ahead of what it reports on; after this many refusals it was simply wrong.
_MOST_REFUSALS = 4


def errand(
    role: str, order_id: str, action: str, body: Document, after: float, then: list[Document]
) -> Document:
    """Return an errand that somebody of a role runs `after` seconds after it was added."""
    return {
        "role": role,
        "order_id": order_id,
        "action": action,
        "body": body,
        "after": after,
        "then": then,
        "refusals": 0,
    }


class Errands:
    """Runs errands when they are due; without an answer it is the same errand again."""

    def __init__(
        self,
        people: tuple[PlayedPerson, ...],
        api: OrderflowApi,
        documents: Documents,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._people = people
        self._api = api
        self._documents = documents
        self._clock = clock
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._on_the_way: set[str] = set()
        self.outcomes: Counter[str] = Counter()

    def add(self, written: Document) -> None:
        """Take an errand over; the same action on the same order with the same body is one."""
        key = f"{written['order_id']}:{written['action']}:{written['body'].get('tracking_number')}"
        due_at = self._clock() + written["after"]
        self._documents.put(ERRANDS, key, written | {"due_at": due_at})

    async def run(self) -> None:
        """Run what is due until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                now = self._clock()
                for key, written in list(self._documents.all(ERRANDS).items()):
                    if written["due_at"] <= now and key not in self._on_the_way:
                        self._on_the_way.add(key)
                        group.create_task(self._run_one(key, written))
                await asyncio.sleep(_TICK_SECONDS)

    async def _run_one(self, key: str, written: Document) -> None:
        try:
            async with self._slots:
                person = self._somebody(written["role"], written["order_id"])
                status = await self._api.act(
                    person, written["order_id"], written["action"], written["body"], key
                )
        finally:
            self._on_the_way.discard(key)
        self._settle(key, written, status)

    def _settle(self, key: str, written: Document, status: int) -> None:
        refusals = written["refusals"] + (not is_unknown(status))
        if is_done(status):
            self.outcomes[f"{written['action']}:done"] += 1
            self._documents.remove(ERRANDS, key)
            for following in written["then"]:
                self.add(following)
        elif refusals >= _MOST_REFUSALS:
            self.outcomes[f"{written['action']}:refused:{status}"] += 1
            self._documents.remove(ERRANDS, key)
        else:
            due_at = self._clock() + _RETRY_SECONDS
            self._documents.put(ERRANDS, key, written | {"due_at": due_at, "refusals": refusals})

    def _somebody(self, role: str, order_id: str) -> PlayedPerson:
        fitting = [person for person in self._people if person.has_role(role)]
        return Random(f"{order_id}:{role}").choice(fitting)
