"""Real Temporal servers for tests, and the workers of a house on them."""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.signatures import ORDERS_QUEUE, WAREHOUSE_QUEUE, channel_queue
from tests.workflows.world import World
from workflows import visibility
from workflows.order import OrderWorkflow
from workflows.payloads import data_converter
from workflows.sandbox import Sandbox

BINARIES = Path(sys.executable).parent
ATTRIBUTES: tuple[SearchAttributeKey[Any], ...] = (
    visibility.STAGE,
    visibility.CHANNEL,
    visibility.GROUP,
    visibility.TIER,
    visibility.COUNTRY,
    visibility.FLAGS,
    visibility.DUE_AT,
)


async def time_skipping() -> WorkflowEnvironment:
    """Start the test server, whose clock jumps."""
    env = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(BINARIES / "temporal-test-server"),
        data_converter=data_converter,
        identity="tests",
    )
    await env.client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=env.client.namespace,
            search_attributes={
                key.name: IndexedValueType.Value(
                    f"INDEXED_VALUE_TYPE_{key.indexed_value_type.name}"
                )
                for key in ATTRIBUTES
            },
        )
    )
    return env


def _indexed(key: SearchAttributeKey[Any]) -> IndexedValueType.ValueType:
    return IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{key.indexed_value_type.name}")


async def dev_server() -> WorkflowEnvironment:
    """Start the dev server, set so that it soon suggests to continue as new."""
    return await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(BINARIES / "temporal"),
        data_converter=data_converter,
        identity="tests",
        search_attributes=ATTRIBUTES,
        dev_server_extra_args=[
            "--dynamic-config-value",
            "limit.historyCount.suggestContinueAsNew=50",
        ],
    )


@asynccontextmanager
async def workers(client: Client, world: World, cache: int = 1000) -> AsyncIterator[None]:
    """Run the workers of the house; with `cache` 0 every task replays from the beginning."""
    orders = Worker(
        client,
        task_queue=ORDERS_QUEUE,
        workflows=[OrderWorkflow],
        activities=[
            world.admit,
            world.entitle,
            world.record,
            world.settle,
            world.release,
        ],
        workflow_runner=Sandbox(),
        max_cached_workflows=cache,
        identity="orders",
    )
    warehouse = Worker(
        client,
        task_queue=WAREHOUSE_QUEUE,
        activities=[world.dispatch, world.void_dispatch],
        identity="warehouse",
    )
    channel = Worker(
        client,
        task_queue=channel_queue("shopify"),
        activities=[
            world.fulfil,
            world.cancel_in_channel,
            world.hold_in_channel,
            world.release_in_channel,
        ],
        identity="channel",
    )
    async with AsyncExitStack() as stack:
        for worker in (orders, warehouse, channel):
            await stack.enter_async_context(worker)
        yield
