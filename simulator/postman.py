"""Posts the shops' letters and repeats what was not acknowledged with 2xx.

Shopify repeats 8 times in 4 hours, whatever it was answered, WooCommerce never; here the waits are
seconds. A letter is kept until it was acknowledged or given up, so that a restart of the simulator
loses none.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Protocol

import httpx
import structlog

from simulator.documents import Document, Documents
from simulator.faults import FaultBoard
from simulator.post_rules import PostBook, PostRule

LETTERS = "letters"
_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
_TICK_SECONDS = 0.1
_AT_ONCE = 16

_log = structlog.get_logger(__name__)


class Sender(Protocol):
    """A shop as the post sees it."""

    attempts: int
    """How often a letter is posted at most."""

    def headers(self, written: Document) -> dict[str, str]:
        """Return a letter's headers, signed now."""

    def heard(self, written: Document, *, accepted: bool, is_last: bool) -> None:
        """Learn how posting a letter went."""


class Postman:
    """Delivers letters when they are due, several at once, each shop's in no fixed order."""

    def __init__(
        self,
        senders: Mapping[tuple[str, str], Sender],
        client: httpx.AsyncClient,
        documents: Documents,
        faults: FaultBoard,
        seed: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._senders = senders
        self._client = client
        self._documents = documents
        self._faults = faults
        self._seed = seed
        self._clock = clock
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._on_the_way: set[str] = set()
        self._number = max((int(key) for key in documents.all(LETTERS)), default=0)
        self.rules: dict[str, PostRule] = {}
        self.books: dict[str, PostBook] = {}

    def send(self, written: Document) -> None:
        """Take a letter over; faults of the post happen here."""
        book = self._book(written)
        delays = self._delays(written)
        book.counts["sent"] += 1
        book.counts["duplicated"] += len(delays) > 1
        if not delays:
            book.dropped(written)
        for delay in delays:
            self._keep(written | {"due_at": written["due_at"] + delay})

    def _delays(self, written: Document) -> tuple[float, ...]:
        """Return the delay of each copy: by a fault if there is one, else by the channel's rule."""
        fault = self._faults.draw("webhooks", written["topic"])
        match fault.kind if fault is not None else "":
            case "lost":
                return ()
            case "twice":
                return (0.0, 0.0)
            case "late" if fault is not None:
                return (fault.seconds,)
            case "shuffled":
                # Some overtake others within a few seconds.
                return ((self._number * 7 % 5) * 0.6,)
        rule = self.rules.get(written["channel"])
        return rule.fate(written, self._seed) if rule else (0.0,)

    def _keep(self, written: Document) -> None:
        self._number += 1
        self._documents.put(LETTERS, str(self._number), written)

    def _book(self, written: Document) -> PostBook:
        return self.books.setdefault(written["channel"], PostBook())

    @property
    def counts(self) -> dict[str, int]:
        """How letters of all channels fared, under the names of the summary."""
        names = {"acknowledged": "delivered", "lost": "dropped"}
        shown = ("acknowledged", "repeated", "given_up", "lost")
        books = self.books.values()
        return {each: sum(b.counts[names.get(each, each)] for b in books) for each in shown}

    @property
    def waiting(self) -> int:
        """How many letters are not acknowledged yet."""
        return len(self._documents.all(LETTERS))

    async def run(self) -> None:
        """Post what is due until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                for key, written in self._due():
                    self._on_the_way.add(key)
                    group.create_task(self._post(key, written))
                await asyncio.sleep(_TICK_SECONDS)

    def _due(self) -> list[tuple[str, Document]]:
        now = self._clock()
        letters = self._documents.all(LETTERS)
        return [
            (key, written)
            for key, written in letters.items()
            if written["due_at"] <= now and key not in self._on_the_way
        ]

    async def _post(self, key: str, written: Document) -> None:
        sender = self._senders[written["channel"], written["shop"]]
        try:
            async with self._slots:
                status = await self._status(sender, written)
        finally:
            self._on_the_way.discard(key)
        is_accepted = 200 <= status < 300
        is_last = written["attempts"] + 1 >= sender.attempts
        sender.heard(written, accepted=is_accepted, is_last=is_last)
        if is_accepted:
            self._book(written).counts["delivered"] += 1
            self._documents.remove(LETTERS, key)
        elif is_last:
            self._book(written).counts["given_up"] += 1
            _log.warning("webhook never accepted", topic=written["topic"], status=status)
            self._documents.remove(LETTERS, key)
        else:
            self._try_later(key, written)

    def _try_later(self, key: str, written: Document) -> None:
        self._book(written).counts["repeated"] += 1
        wait = _WAITS[min(written["attempts"], len(_WAITS) - 1)]
        later = {"attempts": written["attempts"] + 1, "due_at": self._clock() + wait}
        self._documents.put(LETTERS, key, written | later)

    async def _status(self, sender: Sender, written: Document) -> int:
        """Post once; 0 stands for no answer at all."""
        try:
            response = await self._client.post(
                written["url"],
                content=written["body"].encode(),
                headers=sender.headers(written),
            )
        except httpx.HTTPError:
            return 0
        return response.status_code
