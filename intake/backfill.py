"""A shop's past, read from its own API into the inbox, where it is taken in as history."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import Engine

from channels.errors import ChannelThrottled, ChannelUnavailable
from channels.port import BackfillSource, ChannelAccess, FoundOrder, OrderSource, Polling
from database import inbox
from database.inbox import Delivery
from database.shops import Shop
from intake.history import MOVED_IN_PRIORITY

BATCH = 200
# The earliest any of the platforms can have an order of.
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
ASK_AGAIN_SECONDS = 5.0
# An outage longer than this is for the operator, who starts the command again.
OUTAGES = 8

Sleep = Callable[[float], None]
Answer = TypeVar("Answer")


class Backfill:
    """Reads everything a shop has sold; starting again puts nothing in twice."""

    def __init__(self, shop: Shop, polling: Polling, sleep: Sleep = time.sleep) -> None:
        self._shop = shop
        self._polling = polling
        self._sleep = sleep

    def run(self, engine: Engine, since: datetime | None) -> Iterator[tuple[int, int]]:
        """Yield after each batch how many orders it held and how many of them are new.

        `since` is aware; None means from the beginning. Raises ChannelRefused, and
        ChannelUnavailable after an outage that does not end.
        """
        access = ChannelAccess(self._shop.base_url, self._shop.access_token, timeout_seconds=60)
        with self._polling.open(access) as source:
            found = self._found(source, since)
            while batch := list(islice(found, BATCH)):
                yield len(batch), self._keep(engine, batch)

    def _found(self, source: OrderSource, since: datetime | None) -> Iterator[FoundOrder]:
        if isinstance(source, BackfillSource):
            yield from self._gathered(source, since)
        else:
            yield from self._paged(source, since or BEGINNING)

    def _gathered(self, source: BackfillSource, since: datetime | None) -> Iterator[FoundOrder]:
        job = self._patiently(lambda: source.start_backfill(since))
        while (found := self._patiently(lambda: source.backfill(job))) is None:
            self._sleep(ASK_AGAIN_SECONDS)
        yield from found

    def _paged(self, source: OrderSource, since: datetime) -> Iterator[FoundOrder]:
        page: str | None = None
        while True:
            token = page
            found = self._patiently(lambda: source.changed_orders(since, token))  # noqa: B023
            yield from found.orders
            page = found.next_page
            if page is None:
                return
            self._sleep(1 / self._polling.pages_per_second)

    def _patiently(self, call: Callable[[], Answer]) -> Answer:
        """Wait as long as the channel asks to, and through short outages."""
        outages = 0
        while True:
            try:
                return call()
            except ChannelThrottled as error:
                self._sleep(error.retry_after_seconds)
            except ChannelUnavailable:
                outages += 1
                if outages == OUTAGES:
                    raise
                self._sleep(min(60.0, 2.0**outages))

    def _keep(self, engine: Engine, batch: Sequence[FoundOrder]) -> int:
        now = datetime.now(UTC)
        deliveries = [self._delivery(found, now) for found in batch]
        with engine.begin() as c:
            return sum(receipt.created for receipt in inbox.put(c, deliveries))

    def _delivery(self, found: FoundOrder, now: datetime) -> Delivery:
        return inbox.found(
            self._shop.channel,
            self._shop.shop,
            topic=self._polling.history_topic or found.topic,
            body=found.raw_body,
            source_at=found.updated_at,
            found_by="history",
            now=now,
            priority=MOVED_IN_PRIORITY,
        )
