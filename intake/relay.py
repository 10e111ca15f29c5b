"""The relay: takes inbox rows, keeps their orders, and makes the workflows hear of them.

Any number of relays may run; each row is one relay's at a time. A row is given back when Temporal
or Postgres is away and taken again for ever, so what was acknowledged always arrives.
"""

import asyncio
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from temporalio.client import Client
from temporalio.service import RPCError

from database import inbox, progress
from database.engine import Listener
from database.inbox import TakenRow
from domain.actions import ChannelFact
from domain.findings import FindingCode, finding
from domain.stages import Stage
from intake.asides import put_aside
from intake.delivery import NotRunning, deliver
from intake.reception import Fate
from intake.signals import loaded
from intake.sync_starts import signal_sync
from intake.taking import BULK_LANE, EVERY_LANE, LIVE_LANE, Lane, Taken, Taking, delay

BATCH = 64
# Bulk work comes in small portions and leaves Temporal and the workers room for live orders.
BULK_BATCH = 32
BULK_AT_ONCE = 8
# While live messages come, bulk work waits for a gap, but not for ever.
BULK_YIELDS_SECONDS = 0.5
LEASE_SECONDS = 60.0
IDLE_SECONDS = 2.0
AT_ONCE = 24

log = structlog.get_logger(__name__)


class Relay:
    """Moves messages from the inbox to workflows until it is cancelled."""

    def __init__(self, engine: Engine, database_url: str, client: Client) -> None:
        self._engine = engine
        self._database_url = database_url
        self._client = client
        # One for each lane, since they work in threads side by side.
        self._takings = {lane: Taking(engine) for lane in (LIVE_LANE, BULK_LANE, EVERY_LANE)}
        self._slots = {
            lane: asyncio.Semaphore(BULK_AT_ONCE if lane == BULK_LANE else AT_ONCE)
            for lane in self._takings
        }
        self._is_quiet = asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled; woken by NOTIFY, and every two seconds for what is due again."""
        async with asyncio.TaskGroup() as lanes:
            for lane in (LIVE_LANE, BULK_LANE):
                lanes.create_task(self._run(lane))

    async def _run(self, lane: Lane) -> None:
        while True:
            try:
                with Listener(self._database_url, "orderflow_inbox") as listener:
                    await self._work(listener, lane)
            except OperationalError as error:
                log.warning("relay waits for Postgres", error=type(error).__name__)
                await asyncio.sleep(1)

    async def _work(self, listener: Listener, lane: Lane) -> None:
        while True:
            if lane == BULK_LANE:
                await self._yield_to_live()
            count = await self.relay_once(lane)
            if lane == LIVE_LANE:
                (self._is_quiet.clear if count else self._is_quiet.set)()
            if not count:
                await asyncio.to_thread(listener.wait, IDLE_SECONDS)

    async def _yield_to_live(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_quiet.wait(), BULK_YIELDS_SECONDS)

    async def relay_once(self, lane: Lane = EVERY_LANE) -> int:
        """Take what is due once; returns how many rows were taken."""
        count, taken = await asyncio.to_thread(self._take, lane)
        by_order: dict[str, list[TakenRow]] = defaultdict(list)
        for row in taken.told:
            by_order[row.workflow_id].append(row)
        told = await asyncio.gather(*(self._tell(each, lane) for each in by_order.values()))
        await asyncio.to_thread(self._finish, [row_id for ids in told for row_id in ids])
        for channel, shop in sorted(taken.look_ups):
            await signal_sync(self._client, channel, shop)
        return count

    def _take(self, lane: Lane) -> tuple[int, Taken]:
        now = datetime.now(UTC)
        taking = self._takings[lane]
        limit = BULK_BATCH if lane == BULK_LANE else BATCH
        rows = taking.claim(limit, now, LEASE_SECONDS, lane)
        return len(rows), taking.take_in(rows, now)

    async def _tell(self, rows: list[TakenRow], lane: Lane) -> list[int]:
        """Deliver the rows of one order in the order they came; returns those that arrived."""
        arrived = []
        async with self._slots[lane]:
            for row in rows:
                try:
                    await deliver(self._client, row.workflow_id, loaded(row.signals))
                except NotRunning:
                    if not await asyncio.to_thread(self._too_late, row):
                        break
                except RPCError as error:
                    await asyncio.to_thread(self._give_back, row, f"Temporal: {error.status.name}")
                    break
                else:
                    arrived.append(row.id)
        return arrived

    def _finish(self, inbox_ids: list[int]) -> None:
        if inbox_ids:
            with self._engine.begin() as c:
                inbox.finish_all(c, inbox_ids, datetime.now(UTC))

    def _give_back(self, row: TakenRow, error: str) -> None:
        until = datetime.now(UTC) + delay(row.attempts)
        with self._engine.begin() as c:
            inbox.postpone(c, row.id, Fate.STORED, until, error)

    def _too_late(self, row: TakenRow) -> bool:
        """An ended order heard it too late: harmless, unless goods are paid back that we sent."""
        now = datetime.now(UTC)
        with self._engine.begin() as c:
            found = progress.get_progress(c, row.order_id)
            if found is None or not found.closed:
                until = now + timedelta(seconds=1)
                inbox.postpone(c, row.id, Fate.STORED, until, "not started yet")
                return False
            is_cancelled = any(
                signal["payload"].get("fact") == ChannelFact.CANCELLED for signal in row.signals
            )
            if found.stage == Stage.COMPLETED and is_cancelled:
                _put_late_cancellation_aside(c, row, now)
            else:
                inbox.finish(c, row.id, Fate.MERGED, now, detail="the order had ended")
        return True


def _put_late_cancellation_aside(c: Connection, row: TakenRow, now: datetime) -> None:
    hint = ("; the order is completed, decide on a return", "；订单已完成，请决定是否退货")
    late = finding(FindingCode.BAD_VALUE, "stage", "cancelled", hint)
    put_aside(c, row, [late], now)
