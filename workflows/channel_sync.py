"""ChannelSync: one shop, read for as long as it is there, so that no lost webhook loses an order.

Where to read on lies in Postgres beside the orders that were found, and moves with them in one
transaction. The workflow only keeps time: what it forgets costs a page that is read twice.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities import signatures as calls

CHECK_EVERY = timedelta(minutes=15)
# A shop that refuses our credential is asked again by the hour, or when somebody says so.
REFUSED_WAIT = timedelta(hours=1)
MOST_ROUNDS = 200
CALL_TIMEOUT = timedelta(minutes=2)
# Throttling and outages say themselves when to try again.
PATIENT = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=5))
# A shop may answer for its orders and not for its webhooks; polling goes on meanwhile.
FEW_TIMES = replace(PATIENT, maximum_attempts=3)
# Shorter pauses are kept by the queue.
SHORTEST_GAP = timedelta(seconds=1)

Answer = TypeVar("Answer")

POLL_NOW = "poll_now"
LOOK_UP = "look_up"


@dataclass(frozen=True)
class SyncInput:
    """Which shop, and when to go on; None is at once."""

    channel: str
    shop: str
    poll_at: datetime | None = None
    page_at: datetime | None = None
    check_at: datetime | None = None


def sync_workflow_id(channel: str, shop: str) -> str:
    """Return the id of the one workflow that reads a shop."""
    return f"sync:{channel}:{shop}"


@workflow.defn(name="ChannelSync")
class ChannelSync:
    """Polls, looks up what notifications named, and mends subscriptions."""

    @workflow.init
    def __init__(self, given: SyncInput) -> None:
        self._given = given
        self._request = calls.ShopRequest(given.channel, given.shop)
        self._poll_at = given.poll_at
        self._page_at = given.page_at
        self._check_at = given.check_at
        self._poll_wanted = False
        self._look_up_wanted = True
        self._is_gone = False
        self._calls = 0
        self._rounds = 0
        self._told = ""

    @workflow.signal(name=POLL_NOW, description="poll the shop now / 立即同步")
    def poll_now(self) -> None:
        """Poll and check the webhooks without waiting; the channel's pace is kept all the same."""
        self._poll_wanted = True

    @workflow.signal(name=LOOK_UP, description="an order waits to be read / 有订单待查询")
    def look_up(self) -> None:
        """Read the orders that notifications named."""
        self._look_up_wanted = True

    @workflow.run
    async def run(self, given: SyncInput) -> None:
        """Go on until the shop is gone; a call that is under way then is let finish."""
        parts = [asyncio.create_task(part()) for part in (self._polls, self._look_ups)]
        await workflow.wait_condition(
            lambda: self._is_gone or self._is_worn() or any(part.done() for part in parts)
        )
        if self._is_gone:
            await workflow.wait_condition(lambda: not self._calls)
            return
        for part in parts:
            if part.done():
                part.result()
        workflow.continue_as_new(
            replace(
                given,
                poll_at=None if self._poll_wanted else self._poll_at,
                page_at=self._page_at,
                check_at=self._check_at,
            )
        )

    def _is_worn(self) -> bool:
        """A call that is under way is let finish, unless it keeps us until the history is full."""
        if workflow.info().is_continue_as_new_suggested():
            return True
        return self._rounds >= MOST_ROUNDS and not self._calls

    # --- polls -----------------------------------------------------------------------------

    async def _polls(self) -> None:
        while not self._is_gone:
            await self._until(self._poll_at, lambda: self._poll_wanted, "next poll")
            somebody_asked, self._poll_wanted = self._poll_wanted, False
            await self._poll()
            if not self._is_gone and (somebody_asked or self._is_past(self._check_at)):
                await self._check()

    async def _poll(self) -> None:
        """Read page after page, then set the time of the next poll."""
        found = 0
        while True:
            await self._until(self._page_at, lambda: False, "pace of the channel")
            answer = await self._page()
            found += answer.found
            if not answer.more:
                break
        if answer.refused:
            self._poll_at = workflow.now() + REFUSED_WAIT
            self._tell(f"refused / 被拒绝: `{answer.refused}`")
            return
        self._poll_at = workflow.now() + timedelta(seconds=answer.every_seconds)
        self._look_up_wanted = self._look_up_wanted or answer.look_ups_due
        self._tell(f"found / 找到: {found}")

    async def _page(self) -> calls.PageAnswer:
        answer = await self._call(
            calls.POLL_PAGE, calls.poll_queue(self._given.channel), calls.PageAnswer, PATIENT
        )
        self._is_gone = self._is_gone or answer.gone
        gap = timedelta(seconds=answer.gap_seconds)
        self._page_at = workflow.now() + gap if gap > SHORTEST_GAP else None
        return answer

    async def _check(self) -> None:
        self._check_at = workflow.now() + CHECK_EVERY
        # What went wrong is noted where people see it, and the next check tries again.
        with suppress(ActivityError):
            await self._call(
                calls.MEND_SUBSCRIPTIONS,
                calls.read_queue(self._given.channel),
                calls.CheckAnswer,
                FEW_TIMES,
            )

    # --- look-ups --------------------------------------------------------------------------

    async def _look_ups(self) -> None:
        due_at: datetime | None = None
        while not self._is_gone:
            await self._look_up_due(due_at)
            self._look_up_wanted = False
            answer = await self._call(
                calls.LOOK_UP_ORDER,
                calls.read_queue(self._given.channel),
                calls.LookUpAnswer,
                PATIENT,
            )
            self._is_gone = self._is_gone or answer.gone
            seconds = answer.due_in_seconds
            due_at = None if seconds is None else workflow.now() + timedelta(seconds=seconds)

    async def _look_up_due(self, due_at: datetime | None) -> None:
        if due_at is None:
            await workflow.wait_condition(lambda: self._look_up_wanted)
        else:
            await self._until(due_at, lambda: self._look_up_wanted, "next look-up")

    # --- both ------------------------------------------------------------------------------

    async def _call(
        self, name: str, queue: str, answers: type[Answer], policy: RetryPolicy
    ) -> Answer:
        self._calls += 1
        try:
            answer: Answer = await workflow.execute_activity(
                name,
                self._request,
                task_queue=queue,
                result_type=answers,
                start_to_close_timeout=CALL_TIMEOUT,
                retry_policy=policy,
            )
            return answer
        finally:
            self._calls -= 1
            self._rounds += 1

    async def _until(self, at: datetime | None, is_woken: Callable[[], bool], summary: str) -> None:
        if at is None or self._is_past(at):
            return
        with suppress(TimeoutError):
            await workflow.wait_condition(
                is_woken, timeout=at - workflow.now(), timeout_summary=summary
            )

    def _is_past(self, at: datetime | None) -> bool:
        return at is None or at <= workflow.now()

    def _tell(self, what: str) -> None:
        """Show the last poll in the Web UI."""
        self._told = f"{workflow.now():%Y-%m-%d %H:%M:%S} UTC · {what}"
        workflow.set_current_details(f"- last poll / 上次同步: {self._told}")


async def start_sync(client: Client, channel: str, shop: str, signal: str = "") -> None:
    """Start to read a shop unless that is going on, and send it the signal, if one is given.

    Raises RPCError when Temporal is away.
    """
    await client.start_workflow(
        ChannelSync.run,
        SyncInput(channel, shop),
        id=sync_workflow_id(channel, shop),
        task_queue=calls.ORDERS_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal=signal or None,
        static_summary=f"{channel} {shop} · reconciliation / 对账同步",
        static_details="Reads what webhooks may have lost. / 补取 webhook 可能遗漏的订单。",
    )
