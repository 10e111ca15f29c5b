"""The notifier: empties the outbox, at least once per message and medium, with patience."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from database import outbox
from database.engine import Listener
from database.outbox import NotificationRow
from notifications.composing import Composer
from notifications.delivery import Delivering
from notifications.links import LinkMaker
from notifications.senders import Media, Sender, only

BATCH = 50
# As many as one digest holds; what is left over makes the next one.
DIGEST = 200
LEASE_SECONDS = 120.0
# Others take over what is leased no longer, so nothing is begun when the lease is about to end.
WORK_SECONDS = 80.0
IDLE_SECONDS = 5.0
RETRY = timedelta(minutes=1)
MAX_ATTEMPTS = 50
NO_LINKS = Composer(LinkMaker("", b""))

log = structlog.get_logger(__name__)


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


class Notifier:
    """Sends what lies in the outbox until it is cancelled; any number may run."""

    def __init__(
        self,
        engine: Engine,
        database_url: str,
        media: Media | Sender,
        composer: Composer = NO_LINKS,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._engine = engine
        self._database_url = database_url
        self._clock = clock
        self._delivering = Delivering(
            engine, media if isinstance(media, Media) else only(media), composer
        )

    async def run(self) -> None:
        """Work until cancelled; woken by NOTIFY, and now and then for what is due again."""
        while True:
            try:
                with Listener(self._database_url, "orderflow_outbox") as listener:
                    await self._work(listener)
            except OperationalError as error:
                log.warning("notifier waits for Postgres", error=type(error).__name__)
                await asyncio.sleep(1)

    async def _work(self, listener: Listener) -> None:
        while True:
            if not await asyncio.to_thread(self.send_due):
                await asyncio.to_thread(listener.wait, IDLE_SECONDS)

    def send_due(self) -> int:
        """Send what is due once; returns how many messages were taken."""
        until = time.monotonic() + WORK_SECONDS

        def in_time() -> bool:
            return time.monotonic() < until

        rows = self._claim(BATCH)
        waiting = sorted(
            (row for row in rows if row.state == "waiting"), key=lambda row: (row.person_id, row.id)
        )
        for row in rows:
            if row.state != "waiting" and in_time():
                self._guarded(self._one, [row])
        for person, held in groupby(waiting, key=lambda row: row.person_id):
            if in_time():
                more = self._claim(DIGEST, person)
                self._guarded(partial(self._held, in_time=in_time), [*held, *more])
        return len(rows)

    def _claim(self, limit: int, waiting_for: str | None = None) -> list[NotificationRow]:
        with self._engine.begin() as c:
            return outbox.claim(c, limit, self._clock(), LEASE_SECONDS, waiting_for)

    def _one(self, rows: list[NotificationRow]) -> None:
        (row,) = rows
        if not self._delivering.held_back(row, self._clock()):
            self._delivering.deliver(row, self._clock())

    def _held(self, rows: list[NotificationRow], in_time: Callable[[], bool]) -> None:
        now = self._clock()
        due = [row for row in rows if not self._delivering.held_back(row, now)]
        if due:
            self._delivering.deliver_waiting(due, now, in_time)

    def _guarded(
        self, work: Callable[[list[NotificationRow]], None], rows: list[NotificationRow]
    ) -> None:
        """Do it; whatever goes wrong on our side leaves the messages for another try."""
        try:
            work(rows)
        except OperationalError:
            raise
        except Exception as error:
            log.error("messages not delivered", count=len(rows), error=type(error).__name__)
            with self._engine.begin() as c:
                for row in rows:
                    due = self._clock() + RETRY if row.attempts < MAX_ATTEMPTS else None
                    outbox.mark_failed(c, row.id, type(error).__name__, due)
