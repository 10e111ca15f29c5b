"""Staff changes reach the open orders: somebody leaves, goes on leave, comes back, changes roles.

Any number of watches may run; each change is one watch's at a time. A change is taken again until
every order it concerns has followed, and following twice changes nothing more.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from temporalio.client import Client
from temporalio.service import RPCError

from database import staff_changes
from database.engine import Listener
from database.staff_changes import Moved, StaffChange
from domain.actions import StaffChanged
from domain.state import SYSTEM
from intake.delivery import NotRunning, deliver
from intake.signals import Signal

# People's changes come one by one or as a file; together they cost each order one signal.
BATCH = 500
LEASE_SECONDS = 60.0
IDLE_SECONDS = 10.0
# As bulk work: live orders keep room at Temporal.
AT_ONCE = 8

log = structlog.get_logger(__name__)


class StaffWatch:
    """Has open tasks follow the changes of staff until it is cancelled."""

    def __init__(self, engine: Engine, database_url: str, client: Client) -> None:
        self._engine = engine
        self._database_url = database_url
        self._client = client
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Work until cancelled; woken by NOTIFY, when an absence begins, and every ten seconds."""
        while True:
            try:
                with Listener(self._database_url, staff_changes.CHANNEL) as listener:
                    while True:
                        await self._work(listener)
            except OperationalError as error:
                log.warning("staff changes wait for Postgres", error=type(error).__name__)
                await asyncio.sleep(1)

    async def _work(self, listener: Listener) -> None:
        try:
            if await self.watch_once():
                return
        except RPCError as error:
            log.warning("staff changes wait for Temporal", error=error.status.name)
            await asyncio.sleep(1)
            return
        await asyncio.to_thread(listener.wait, await asyncio.to_thread(self._idle_seconds))

    async def watch_once(self) -> int:
        """Work off what is due; returns how many changes that was.

        Raises RPCError when Temporal is away: the changes are then taken again.
        """
        changes = await asyncio.to_thread(self._claim)
        if not changes:
            return 0
        action = StaffChanged(f"staff:{changes[-1].change_id}", SYSTEM)
        try:
            await self._follow(changes, Signal.act("staff_changed", action))
        except RPCError:
            await asyncio.to_thread(self._give_back, changes)
            raise
        await asyncio.to_thread(self._finish, changes)
        return len(changes)

    async def _follow(self, changes: Sequence[StaffChange], signal: Signal) -> None:
        moved = await asyncio.to_thread(self._move, changes, "")
        while moved.last_order_id:
            told = (self._tell(workflow_id, signal) for workflow_id in moved.to_ask)
            for failed in await asyncio.gather(*told, return_exceptions=True):
                if failed is not None:
                    raise failed
            moved = await asyncio.to_thread(self._move, changes, moved.last_order_id)

    async def _tell(self, workflow_id: str, signal: Signal) -> None:
        # An order that has ended meanwhile asks nobody any more.
        async with self._slots:
            with suppress(NotRunning):
                await deliver(self._client, workflow_id, [signal])

    def _claim(self) -> list[StaffChange]:
        with self._engine.begin() as c:
            return staff_changes.claim(c, BATCH, LEASE_SECONDS)

    def _move(self, changes: Sequence[StaffChange], after: str) -> Moved:
        with self._engine.begin() as c:
            return staff_changes.move(c, changes, after)

    def _finish(self, changes: Sequence[StaffChange]) -> None:
        with self._engine.begin() as c:
            staff_changes.move_desks(c, changes)
            staff_changes.finish(c, changes, datetime.now(UTC))

    def _give_back(self, changes: Sequence[StaffChange]) -> None:
        with self._engine.begin() as c:
            staff_changes.give_back(c, changes)

    def _idle_seconds(self) -> float:
        with self._engine.connect() as c:
            due = staff_changes.seconds_to_next(c)
        return IDLE_SECONDS if due is None else min(max(due, 0.05), IDLE_SECONDS)
