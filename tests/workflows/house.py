"""Drives orders in a test: opens them, acts as people and channels, looks at what was recorded."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHandle, WorkflowHistory
from temporalio.common import WorkflowIDReusePolicy
from temporalio.testing import WorkflowEnvironment

from activities.signatures import ORDERS_QUEUE
from domain.actions import (
    Action,
    AddSign,
    Amend,
    AssignGroup,
    Cancel,
    ChannelUpdate,
    Confirm,
    CopyTo,
    Decide,
    Deliver,
    Outcome,
    ParcelLine,
    RaiseHold,
    RaiseObjection,
    ReleaseHold,
    Repin,
    RequestReturn,
    Ship,
    StaffChanged,
    Transfer,
    Urge,
    Verdict,
    Withdraw,
)
from domain.facts import OrderFacts
from domain.holds import ReasonCode
from tests.patience import PATIENCE_SECONDS
from tests.workflows.servers import dev_server, time_skipping, workers
from tests.workflows.world import Script, Story, World, order_facts
from workflows.order import OrderInput, OrderWorkflow
from workflows.visibility import initial_attributes, static_summary

POLL_SECONDS = 0.02
SIGNALS: dict[type[Action], str] = {
    Confirm: "confirm",
    Decide: "decide",
    Cancel: "cancel",
    Amend: "amend",
    Ship: "ship",
    Deliver: "deliver",
    RaiseHold: "hold",
    ReleaseHold: "release",
    AssignGroup: "assign_group",
    RaiseObjection: "object",
    RequestReturn: "request_return",
    ChannelUpdate: "channel_update",
    AddSign: "add_sign",
    Transfer: "transfer",
    Withdraw: "withdraw",
    Repin: "repin",
    Urge: "urge",
    CopyTo: "copy",
    StaffChanged: "staff_changed",
}


class Order:
    """One order under test: its workflow, its facts, and what the world heard of it."""

    def __init__(
        self, handle: WorkflowHandle[OrderWorkflow, str], facts: OrderFacts, story: Story
    ) -> None:
        self.handle = handle
        self.facts = facts
        self.story = story
        self._sent = 0

    def _id(self) -> str:
        self._sent += 1
        return f"act-{self._sent}"

    async def send(self, action: Action) -> None:
        """Signal an action."""
        await self.handle.signal(SIGNALS[type(action)], action)

    async def ask(self, action: Action) -> Outcome:
        """Call the Update of an action, under the action's id as the API does."""
        answer: Outcome = await self.handle.execute_update(
            SIGNALS[type(action)], action, id=action.id, result_type=Outcome
        )
        return answer

    async def confirm(self) -> None:
        await self.send(Confirm(self._id(), "u-service"))

    def decision(self, person: str, verdict: Verdict = Verdict.APPROVE) -> Decide:
        """A decision on the content in force."""
        note_id = "" if verdict is Verdict.APPROVE else "note-decision"
        return Decide(self._id(), person, verdict, self.facts.content_hash, note_id)

    async def approve(self, person: str) -> None:
        await self.send(self.decision(person))

    async def ship(self, tracking: str = "T1", **pieces: int) -> None:
        lines = tuple(ParcelLine(line_id, quantity) for line_id, quantity in pieces.items())
        await self.send(Ship(self._id(), "u-keeper", tracking, "DHL", lines))

    async def deliver(self, tracking: str = "") -> None:
        await self.send(Deliver(self._id(), "u-carrier", tracking))

    async def cancel(self) -> None:
        await self.send(Cancel(self._id(), "u-service", ReasonCode.BUYER_CANCEL, "note-cancel"))

    async def hold(
        self,
        *,
        pauses_clock: bool | None = None,
        reason: ReasonCode = ReasonCode.CONTACT_INVALID,
    ) -> str:
        hold_id = self._id()
        await self.send(
            RaiseHold(hold_id, "u-service", reason, "note-hold", pauses_clock=pauses_clock)
        )
        return hold_id

    async def release(self, hold_id: str = "") -> None:
        """Release a hold, by default the only one that was recorded."""
        hold_id = hold_id or self.story.now.holds[0].id
        await self.send(ReleaseHold(self._id(), "u-service", hold_id, "note-release"))

    async def amend(self, facts: OrderFacts) -> None:
        """Change the content; later decisions are bound to the new one."""
        self.facts = facts
        await self.send(Amend(self._id(), "u-service", facts))

    async def ended(self) -> str:
        """Wait for the end and return its stage; on the test server the clock jumps there."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.handle.result()

    async def run_id(self) -> str:
        """The id of the newest run, which continue-as-new changes."""
        description = await self.handle.describe()
        assert description.run_id
        return description.run_id

    async def rests(self) -> None:
        """Wait until no task is on its way to a worker, so that stopping it interrupts nothing."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                if _rests((await self.history()).events):
                    return
                await asyncio.sleep(POLL_SECONDS)

    async def history(self) -> WorkflowHistory:
        """The history of the newest run."""
        return await self.handle.fetch_history()


class House:
    """A Temporal server with our workers on it, and the world around them."""

    def __init__(self, env: WorkflowEnvironment, world: World) -> None:
        self.env = env
        self.world = world

    async def open(
        self,
        name: str,
        total: str = "500.00",
        script: Script | None = None,
        **content: Any,
    ) -> Order:
        """Start an order; `content` goes to `order_facts`."""
        facts = order_facts(name, total, **content)
        story = self.world.expect(name, script or Script())
        handle = await self.env.client.start_workflow(
            OrderWorkflow.run,
            OrderInput(facts),
            id=f"order:{facts.channel}:{facts.shop}:{facts.external_id}",
            task_queue=ORDERS_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            search_attributes=initial_attributes(facts),
            static_summary=static_summary(facts),
        )
        return Order(handle, facts, story)

    async def passes(self, **duration: float) -> None:
        """Let time pass on the test server."""
        await self.env.sleep(timedelta(**duration))


@asynccontextmanager
async def skipping_world() -> AsyncIterator[House]:
    """A house of its own whose clock jumps; the test runs its workers."""
    async with await time_skipping() as env:
        yield House(env, World())


@asynccontextmanager
async def skipping_house() -> AsyncIterator[House]:
    """A house whose clock jumps."""
    async with skipping_world() as house, workers(house.env.client, house.world):
        yield house


@asynccontextmanager
async def dev_world() -> AsyncIterator[House]:
    """A house of its own on the dev server; the test runs its workers."""
    async with await dev_server() as env:
        yield House(env, World())


@asynccontextmanager
async def dev_house() -> AsyncIterator[House]:
    """A house on the dev server."""
    async with dev_world() as house, workers(house.env.client, house.world):
        yield house


def _rests(events: Sequence[HistoryEvent]) -> bool:
    tasks = [
        event.event_type
        for event in events
        if EventType.Name(event.event_type).startswith("EVENT_TYPE_WORKFLOW_TASK_")
    ]
    return tasks[-1] == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
