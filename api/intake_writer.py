"""Writes messages into the inbox: what has gathered goes into one transaction.

A commit per request costs several times as much as one for all that came in meanwhile, and an
answer is given only after the commit that holds its message.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DataError, SQLAlchemyError

from database import inbox
from database.inbox import Delivery, Receipt

MOST_PER_COMMIT = 200
MOST_BYTES_PER_COMMIT = 8 * 1024 * 1024
MOST_WAITING = 2_000
MOST_BYTES_WAITING = 64 * 1024 * 1024
# Channels give up waiting after 5 s (Shopify) to 30 s; an answer they no longer read is worthless.
SECONDS_TO_COMMIT = 4.5

log = structlog.get_logger(__name__)


class IntakeUnavailable(Exception):
    """The message was perhaps not kept: the sender has to send it again."""


@dataclass(frozen=True)
class _Waiting:
    delivery: Delivery
    receipt: asyncio.Future[Receipt]


class IntakeWriter:
    """One writer per process; `put` from any number of requests, `start` and `stop` around."""

    def __init__(self, engine: Engine, seconds_to_commit: float = SECONDS_TO_COMMIT) -> None:
        self._engine = engine
        self._seconds_to_commit = seconds_to_commit
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(MOST_WAITING)
        self._bytes = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="intake")
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write what is waiting, then end."""
        await self._queue.join()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._thread.shutdown(wait=False)

    async def put(self, delivery: Delivery) -> Receipt:
        """Keep a message and return its receipt after the commit.

        Raises IntakeUnavailable when too many wait, when Postgres refuses or fails, and when the
        commit takes too long; in the last case the message may have been kept nevertheless.
        """
        waiting = _Waiting(delivery, asyncio.get_running_loop().create_future())
        if self._bytes + len(delivery.body) > MOST_BYTES_WAITING:
            raise IntakeUnavailable("too many bytes wait to be written")
        try:
            self._queue.put_nowait(waiting)
        except asyncio.QueueFull as error:
            raise IntakeUnavailable("too many messages wait to be written") from error
        self._bytes += len(delivery.body)
        try:
            async with asyncio.timeout(self._seconds_to_commit):
                return await waiting.receipt
        except TimeoutError as error:
            raise IntakeUnavailable("the commit takes too long") from error

    async def _run(self) -> None:
        while True:
            batch = await self._gathered()
            try:
                await self._write(batch)
            finally:
                for waiting in batch:
                    self._bytes -= len(waiting.delivery.body)
                    self._queue.task_done()

    async def _gathered(self) -> list[_Waiting]:
        batch = [await self._queue.get()]
        size = len(batch[0].delivery.body)
        while len(batch) < MOST_PER_COMMIT and size < MOST_BYTES_PER_COMMIT:
            if self._queue.empty():
                break
            batch.append(self._queue.get_nowait())
            size += len(batch[-1].delivery.body)
        return batch

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        # A sender that has given up sends again; writing for it would only delay the others.
        wanted = [waiting for waiting in batch if not waiting.receipt.done()]
        if not wanted:
            return
        try:
            receipts = await self._commit([waiting.delivery for waiting in wanted])
        except Exception as error:
            log.warning("messages could not be written", error=type(error).__name__)
            await self._recover(wanted, error)
            return
        for waiting, receipt in zip(wanted, receipts, strict=True):
            _answer(waiting, receipt)

    async def _recover(self, batch: Sequence[_Waiting], error: Exception) -> None:
        """A message that can't be kept must not take the others of its batch with it."""
        is_outage = isinstance(error, SQLAlchemyError) and not isinstance(error, DataError)
        if is_outage or len(batch) == 1:
            for waiting in batch:
                _answer(waiting, IntakeUnavailable(type(error).__name__))
            return
        for waiting in batch:
            await self._write([waiting])

    async def _commit(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._put, deliveries)

    def _put(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        with self._engine.begin() as c:
            return inbox.put(c, deliveries)


def _answer(waiting: _Waiting, answer: Receipt | IntakeUnavailable) -> None:
    if waiting.receipt.done():
        return
    if isinstance(answer, Receipt):
        waiting.receipt.set_result(answer)
    else:
        waiting.receipt.set_exception(answer)
