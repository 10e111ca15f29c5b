"""Orders whose workflows run on a real Temporal, with a played outside and a real record."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine
from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities import signatures as calls
from database import orders, progress
from database.orders import identity_of
from domain.approvals import Policy, SignerGroup
from domain.facts import facts_of
from domain.order import CanonicalOrder
from domain.projection import RecordRequest
from domain.state import Obstacle, Plan
from tests.integration.api_world import eventually
from tests.integration.database_world import canonical, place_as
from tests.unit.order_states import plan_for_test
from workflows.order import OrderInput, OrderWorkflow
from workflows.returns import ReturnWorkflow
from workflows.sandbox import Sandbox

COUNTERSIGNED = (SignerGroup("ops_director", ("otto", "lead")), SignerGroup("finance", ("fay",)))


class Outside:
    """The activities; admission answers with the plan that the test gave."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.plan = plan_for_test()

    def needs(self, policy: Policy, *groups: SignerGroup) -> None:
        """Let orders be signed by these groups."""
        self.plan = replace(self.plan, policy=policy, signers=groups, tier=str(policy))

    def confirmed_by_people(self) -> None:
        """Let customer service confirm."""
        self.plan = replace(self.plan, needs_confirmation=True)

    def obstructed(self, *obstacles: Obstacle) -> None:
        """Let admission find obstacles."""
        self.plan = replace(self.plan, obstacles=obstacles)

    @activity.defn(name=calls.ADMIT)
    async def admit(self, request: calls.AdmitRequest) -> Plan:
        plan = replace(self.plan, content_version=request.facts.content_version)
        return replace(plan, obstacles=()) if request.group else plan

    @activity.defn(name=calls.RECORD)
    async def record(self, request: RecordRequest) -> None:
        await asyncio.to_thread(self._record, request)

    def _record(self, request: RecordRequest) -> None:
        with self._engine.begin() as c:
            progress.project(c, request)

    @activity.defn(name=calls.SETTLE)
    async def settle(self, request: calls.SettleRequest) -> None: ...

    @activity.defn(name=calls.RELEASE)
    async def release(self, request: calls.ReleaseRequest) -> None: ...

    @activity.defn(name=calls.DISPATCH)
    async def dispatch(self, request: calls.DispatchRequest) -> None: ...

    @activity.defn(name=calls.VOID_DISPATCH)
    async def void_dispatch(self, request: calls.DispatchRequest) -> None: ...

    @activity.defn(name=calls.FULFIL)
    async def fulfil(self, request: calls.FulfilRequest) -> None: ...

    @activity.defn(name=calls.CANCEL_IN_CHANNEL)
    async def cancel_in_channel(self, request: calls.CancelRequest) -> None: ...

    @activity.defn(name=calls.HOLD_IN_CHANNEL)
    async def hold_in_channel(self, request: calls.ChannelHoldRequest) -> None: ...

    @activity.defn(name=calls.RELEASE_IN_CHANNEL)
    async def release_in_channel(self, request: calls.ChannelHoldRequest) -> None: ...


@asynccontextmanager
async def working(
    client: Client,
    outside: Outside,
    workflows: Sequence[type] = (),
    activities: Sequence[Callable[..., Any]] = (),
) -> AsyncIterator[None]:
    """Run the workers, with these workflows and activities beside those of orders."""
    queues: dict[str, dict[str, Any]] = {
        calls.ORDERS_QUEUE: {
            "workflows": [OrderWorkflow, ReturnWorkflow, *workflows],
            "workflow_runner": Sandbox(),
            "activities": [
                outside.admit,
                outside.record,
                outside.settle,
                outside.release,
                *activities,
            ],
        },
        calls.WAREHOUSE_QUEUE: {"activities": [outside.dispatch, outside.void_dispatch]},
        calls.channel_queue("shopify"): {
            "activities": [
                outside.fulfil,
                outside.cancel_in_channel,
                outside.hold_in_channel,
                outside.release_in_channel,
            ]
        },
    }
    async with AsyncExitStack() as stack:
        for queue, what in queues.items():
            await stack.enter_async_context(Worker(client, task_queue=queue, **what))
        yield


class Orders:
    """Starts orders and waits for what is recorded of them."""

    def __init__(self, engine: Engine, client: Client) -> None:
        self._engine = engine
        self._client = client
        self._started: list[WorkflowHandle[Any, Any]] = []

    async def end(self) -> None:
        """End the workflows, whose rows the next test will not find any more."""
        for handle in self._started:
            with suppress(RPCError):
                await handle.terminate()

    def keep(self, external_id: str, submitter: str = "") -> tuple[str, CanonicalOrder]:
        """Keep an order without starting it."""
        order = canonical(external_id)
        with self._engine.begin() as c:
            return place_as(c, order, submitter)[0], order

    async def start(self, external_id: str, submitter: str = "") -> str:
        """Keep an order and start its workflow; returns its id."""
        order_id, order = self.keep(external_id, submitter)
        with self._engine.connect() as c:
            row = orders.get(c, order_id)
        assert row is not None
        handle = await self._client.start_workflow(
            OrderWorkflow.run,
            OrderInput(facts_of(order, identity_of(row), 1, 0)),
            id=row.workflow_id,
            task_queue=calls.ORDERS_QUEUE,
        )
        self._started.append(handle)
        return order_id

    def at(self, order_id: str) -> progress.Progress | None:
        """Return where an order stands."""
        with self._engine.connect() as c:
            return progress.get_progress(c, order_id)

    async def until(self, order_id: str, stage: str = "", waits_for: str = "") -> None:
        """Wait until an order was recorded in a stage, or waiting for something."""

        async def is_there() -> bool:
            return _is(self.at(order_id), stage, waits_for)

        await eventually(is_there)

    def kinds(self, order_id: str) -> list[str]:
        """Return the kinds of everything that happened to an order."""
        with self._engine.connect() as c:
            return [str(event.kind) for event in progress.timeline(c, order_id)]


def _is(at: progress.Progress | None, stage: str, waits_for: str) -> bool:
    return at is not None and stage in ("", at.stage) and waits_for in ("", at.waits_for)
