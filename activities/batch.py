"""A batch at work: each order is asked the same way as by a single click, a few at a time.

An order is asked under an id that follows from batch and order, and remembers the ids it has seen.
So whatever is cut off is simply done again, and what is unknown is asked again.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from sqlalchemy import Connection, Engine
from temporalio import activity
from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities import signatures as calls
from activities.failures import DEFECT_TYPE, OUTAGE_TYPE, is_outage
from database import batch_work, progress
from domain.actions import Action, Decide, Outcome, Repin
from domain.batches import (
    CHUNK,
    MOST_TRIES,
    BatchOrder,
    Item,
    ItemCode,
    ItemState,
    Result,
    action_of,
    refused,
    result_of,
    without_answer,
)
from domain.events import EventKind
from domain.refusals import Refusal, RefusalCode

CHUNKS_PER_CALL = 5
AT_ONCE = 8
# A worker that died keeps the orders it had in its cache for up to 10 s.
SECONDS_TO_ANSWER = 15.0
HEARTBEAT_SECONDS = 2.0

# Updates and signals of OrderWorkflow have the same name.
_NAMES: Mapping[type[Action], str] = {Decide: "decide", Repin: "repin"}
_BUSY = frozenset({RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.RESOURCE_EXHAUSTED})
_ENDED = "AcceptedUpdateCompletedWorkflow"


class Batches:
    """Asks the orders of batches and keeps every answer as it comes."""

    def __init__(self, engine: Engine, client: Client) -> None:
        self._engine = engine
        self._client = client

    @activity.defn(name=calls.WORK_BATCH)
    async def work_batch(self, request: calls.BatchRequest) -> calls.BatchAnswer:
        """Ask the next orders, and end the batch when all have answered."""
        beating = asyncio.create_task(_beat())
        try:
            return await self._work(request.batch_id)
        except Exception as error:
            _report(error)
        finally:
            beating.cancel()

    async def _work(self, batch_id: str) -> calls.BatchAnswer:
        batch = await asyncio.to_thread(self._order, batch_id)
        if batch is None:
            return calls.BatchAnswer(left=0)
        slots = asyncio.Semaphore(AT_ONCE)
        for _ in range(CHUNKS_PER_CALL):
            taken = await asyncio.to_thread(self._take, batch_id)
            if not taken:
                break
            done = (self._do(batch, item, slots) for item in taken)
            for failed in await asyncio.gather(*done, return_exceptions=True):
                if failed is not None:
                    raise failed
        return await asyncio.to_thread(self._rest, batch_id)

    def _order(self, batch_id: str) -> BatchOrder | None:
        with self._engine.connect() as c:
            return batch_work.order_of(c, batch_id)

    def _take(self, batch_id: str) -> list[Item]:
        with self._engine.begin() as c:
            return batch_work.take(c, batch_id, CHUNK, datetime.now(UTC))

    def _rest(self, batch_id: str) -> calls.BatchAnswer:
        now = datetime.now(UTC)
        with self._engine.begin() as c:
            rest = batch_work.finish(c, batch_id, now)
        seconds = (rest.due_at - now).total_seconds() if rest.due_at else 0.0
        return calls.BatchAnswer(rest.items, max(0.0, seconds))

    async def _do(self, batch: BatchOrder, item: Item, slots: asyncio.Semaphore) -> None:
        async with slots:
            try:
                result = await self._asked(batch, item)
            except Exception as error:
                if _is_away(error):
                    raise
                # A defect met with one order is that order's, and the others go on.
                activity.logger.warning("batch item failed: %s", type(error).__name__)
                result = without_answer(ItemCode.NO_ANSWER, item.tries)
            await asyncio.to_thread(self._keep, batch.batch_id, item, result)

    def _keep(self, batch_id: str, item: Item, result: Result) -> None:
        now = datetime.now(UTC)
        is_open = result.state is ItemState.UNKNOWN and item.tries < MOST_TRIES
        keep = batch_work.ask_again if is_open else batch_work.settle
        with self._engine.begin() as c:
            keep(c, batch_id, item, result, now)

    # --- asking one order ------------------------------------------------------------------

    async def _asked(self, batch: BatchOrder, item: Item) -> Result:
        """Return what the order answered; raises RPCError when Temporal is away."""
        action = action_of(batch, item)
        handle = self._client.get_workflow_handle(item.workflow_id)
        try:
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                outcome = await handle.execute_update(
                    _NAMES[type(action)],
                    action,
                    id=action.id,
                    result_type=Outcome,
                    rpc_timeout=timedelta(seconds=SECONDS_TO_ANSWER),
                )
            return result_of(outcome)
        except WorkflowUpdateFailedError as error:
            if not _is_end(error):
                return _refusal(error)
            return await asyncio.to_thread(self._after_the_end, item)
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
            return await self._unanswered(item, action)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return await asyncio.to_thread(self._after_the_end, item)
            if error.status in _BUSY:
                return await self._unanswered(item, action)
            raise

    async def _unanswered(self, item: Item, action: Action) -> Result:
        """The order may have heard it or not; the last time it is told for good, by signal."""
        if item.tries >= MOST_TRIES:
            handle = self._client.get_workflow_handle(item.workflow_id)
            try:
                await handle.signal(_NAMES[type(action)], action)
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                return await asyncio.to_thread(self._after_the_end, item)
        return without_answer(ItemCode.NO_ANSWER, item.tries)

    def _after_the_end(self, item: Item) -> Result:
        """Answer for an order whose workflow does not run: an earlier try may have got through."""
        with self._engine.connect() as c:
            at = progress.get_progress(c, item.order_id)
            if at is None or not at.closed:
                return without_answer(ItemCode.NOT_STARTED, item.tries)
            trace = _trace(c, item)
        return trace or refused(Refusal(RefusalCode.CLOSED, at.stage))


def _trace(c: Connection, item: Item) -> Result | None:
    for event in progress.timeline(c, item.order_id):
        if item.action_id in event.data.values():
            if event.kind is EventKind.REFUSED:
                return refused(Refusal(RefusalCode(event.data["code"]), str(event.stage)))
            return Result(ItemState.ACCEPTED, str(event.kind))
    return None


def _is_end(error: WorkflowUpdateFailedError) -> bool:
    """Tell whether the order ended while the Update was waiting for its turn."""
    return isinstance(error.cause, ApplicationError) and error.cause.type == _ENDED


def _refusal(error: WorkflowUpdateFailedError) -> Result:
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type in set(RefusalCode):
        chinese = str(cause.details[0]) if cause.details else cause.message
        return Result(ItemState.REFUSED, str(cause.type), cause.message, chinese)
    return Result(ItemState.FAILED, str(ItemCode.NOT_TAKEN_OVER))


async def _beat() -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(HEARTBEAT_SECONDS)


def _report(error: Exception) -> NoReturn:
    """Fail, to be tried again, with no more than the name of an error: its text may quote rows."""
    name = type(error).__name__
    activity.logger.warning("batch is interrupted: %s", name)
    raise ApplicationError(name, type=OUTAGE_TYPE if _is_away(error) else DEFECT_TYPE) from None


def _is_away(error: Exception) -> bool:
    return isinstance(error, RPCError) or is_outage(error)
