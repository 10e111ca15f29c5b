"""Live changes for browsers: one LISTEN connection per process, fanned out to its clients.

Nothing here is kept: a client that was away, or too slow for its queue, is told to look again.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import structlog
from sqlalchemy import Engine

from api.live_changes import RESYNC, Change
from api.permissions import Scope
from database import progress
from database.engine import Listener, Notice, listen

MOST_QUEUED = 256
MOST_CLIENTS = 1_000
SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_TO_RECONNECT = 1.0

log = structlog.get_logger(__name__)


class Subscription:
    """What one client has yet to be sent; more than it may hold gives way to one resync."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._queued: list[bytes] = []
        self._came = asyncio.Event()

    async def next(self, until: float) -> bytes:
        """Return the events that are queued, in their order, as soon as there are any.

        There are none when that takes until an instant on the clock of the event loop.
        """
        if not self._queued:
            self._came.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await self._came.wait()
        events = b"".join(self._queued)
        self._queued.clear()
        return events

    def offer(self, change: Change) -> None:
        """Queue a change without ever waiting."""
        if not change.resync and not self.scope.covers(change.group):
            return
        if len(self._queued) < MOST_QUEUED:
            self._queued.append(change.event)
        else:
            self._queued[:] = [RESYNC.event]
        self._came.set()


class EventFeed:
    """Hears what `record` announces and offers it to every subscription."""

    def __init__(
        self, engine: Engine, database_url: str, open_listener: Callable[..., Listener] = listen
    ) -> None:
        self._engine = engine
        self._database_url = database_url
        self._open = open_listener
        self._clients: set[Subscription] = set()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to listen, also while Postgres is still away."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End the connection."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @property
    def is_full(self) -> bool:
        """Whether this process serves as many clients as it can."""
        return len(self._clients) >= MOST_CLIENTS

    @asynccontextmanager
    async def subscribed(self, scope: Scope) -> AsyncIterator[Subscription]:
        """Hear changes of the orders within a scope for as long as the block lasts."""
        client = Subscription(scope)
        self._clients.add(client)
        try:
            yield client
        finally:
            self._clients.discard(client)

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except Exception as error:
                # Mostly Postgres being away; whatever it is, live changes come back by themselves.
                log.warning("live changes interrupted", error=type(error).__name__)
            await asyncio.sleep(SECONDS_TO_RECONNECT)

    async def _listen(self) -> None:
        listener = await asyncio.to_thread(self._open, self._database_url, progress.CHANNEL)
        with listener:
            # What happened before is known to nobody here.
            self._offer([RESYNC])
            while True:
                notices = await _readable(listener)
                self._offer(await self._changes(notices))

    async def _changes(self, notices: list[Notice]) -> list[Change]:
        changes = [_change(notice) for notice in notices]
        if all(client.scope.everywhere for client in self._clients):
            return changes
        return await asyncio.to_thread(self._with_groups, changes)

    def _with_groups(self, changes: list[Change]) -> list[Change]:
        with self._engine.connect() as c:
            groups = progress.groups_of(c, {change.order_id for change in changes})
        return [replace(change, group=groups.get(change.order_id, "")) for change in changes]

    def _offer(self, changes: list[Change]) -> None:
        for client in list(self._clients):
            for change in changes:
                client.offer(change)


async def _readable(listener: Listener) -> list[Notice]:
    """Wait on the socket in the event loop: a thread per listener would outlive its task."""
    loop = asyncio.get_running_loop()
    came = asyncio.Event()
    loop.add_reader(listener.fileno(), came.set)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(SECONDS_BETWEEN_LOOKS):
                await came.wait()
    finally:
        loop.remove_reader(listener.fileno())
    return listener.heard()


def _change(notice: Notice) -> Change:
    told = json.loads(notice.payload)
    return Change(told["order_id"], told["stage"], told["version"])
