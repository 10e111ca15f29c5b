"""The embedded Temporal dev server: a namespace fit for orders that outlives the server."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from orderflow.embedded.temporal import (
    TemporalServer,
    embedded_temporal_address,
    start_temporal,
)
from orderflow.namespace import RETENTION_DAYS, SEARCH_ATTRIBUTES, prepare_namespace
from orderflow.supervisor import Supervisor
from tests.patience import PATIENCE_SECONDS, until

DUE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ATTRIBUTES = TypedSearchAttributes(
    [
        SearchAttributePair(SearchAttributeKey.for_keyword("OrderStage"), "in_review"),
        SearchAttributePair(SearchAttributeKey.for_keyword("OrderChannel"), "shopify"),
        SearchAttributePair(SearchAttributeKey.for_keyword("OrderGroup"), "eu"),
        SearchAttributePair(SearchAttributeKey.for_keyword("ApprovalTier"), "countersign"),
        SearchAttributePair(SearchAttributeKey.for_keyword("DestinationCountry"), "DE"),
        SearchAttributePair(SearchAttributeKey.for_keyword_list("OrderFlags"), ["red", "held"]),
        SearchAttributePair(SearchAttributeKey.for_datetime("SlaDueAt"), DUE),
    ]
)
QUERY = (
    "OrderStage = 'in_review' and OrderChannel = 'shopify' and OrderGroup = 'eu' "
    "and ApprovalTier = 'countersign' and DestinationCountry = 'DE' and OrderFlags = 'red' "
    # SQLite compares instants as text of its own: a range, never equality.
    "and SlaDueAt > '2026-01-02T03:04:04Z' and SlaDueAt < '2026-01-02T03:04:06Z' "
    "and ExecutionStatus = 'Running'"
)


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="orderflow-temporal-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def server(home: Path) -> AsyncIterator[TemporalServer]:
    async with Supervisor(home) as supervisor:
        yield await start_temporal(supervisor, "orderflow")


async def retention(client: Client) -> timedelta:
    request = DescribeNamespaceRequest(namespace=client.namespace)
    found = await client.workflow_service.describe_namespace(request)
    return found.config.workflow_execution_retention_ttl.ToTimedelta()


async def count(client: Client, wanted: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (await client.count_workflows(QUERY)).count != wanted:
        assert time.monotonic() < deadline, "the workflow was not found by its attributes"


async def start_order(client: Client, order: str) -> None:
    await client.start_workflow(
        "OrderWorkflow", id=order, task_queue="orders", search_attributes=ATTRIBUTES
    )


async def test_the_namespace_keeps_orders_long_and_knows_every_search_attribute(
    server: TemporalServer,
) -> None:
    client = await Client.connect(server.address, namespace="orderflow")
    assert await retention(client) == timedelta(days=RETENTION_DAYS)
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace="orderflow")
    )
    assert dict(listed.custom_attributes) == SEARCH_ATTRIBUTES
    kinds = IndexedValueType
    assert SEARCH_ATTRIBUTES["OrderFlags"] == kinds.INDEXED_VALUE_TYPE_KEYWORD_LIST
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        assert (await http.get(f"{server.ui_url}/")).is_success


async def test_an_order_started_right_away_is_found_by_all_its_attributes(
    server: TemporalServer,
) -> None:
    client = await Client.connect(server.address, namespace="orderflow")
    await start_order(client, "order:shopify:main:1")
    await count(client, 1)


async def test_workflows_and_addresses_outlive_a_stop_and_a_kill_9(home: Path) -> None:
    async with Supervisor(home) as supervisor:
        first = await start_temporal(supervisor, "orderflow")
        client = await Client.connect(first.address, namespace="orderflow")
        await start_order(client, "order:shopify:main:1")
    async with Supervisor(home) as supervisor:
        second = await start_temporal(supervisor, "orderflow")
        assert second == first
        assert embedded_temporal_address(home) == first.address
        client = await Client.connect(second.address, namespace="orderflow")
        await start_order(client, "order:shopify:main:2")
        old = supervisor.pid("temporal")
        assert old is not None
        os.kill(old, signal.SIGKILL)
        await until(lambda: supervisor.pid("temporal") not in {None, old})
        await supervisor.wait_ready("temporal")
        await count(client, 2)


async def test_preparing_again_lengthens_the_retention_but_never_shortens_it(
    server: TemporalServer,
) -> None:
    client = await Client.connect(server.address, namespace="orderflow")
    await prepare_namespace(server.address, "orderflow", retention_days=7)
    assert await retention(client) == timedelta(days=RETENTION_DAYS)
    short = Duration()
    short.FromTimedelta(timedelta(days=1))
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(
            namespace="orderflow", config=NamespaceConfig(workflow_execution_retention_ttl=short)
        )
    )
    assert await retention(client) == timedelta(days=1)
    await prepare_namespace(server.address, "orderflow", retention_days=7)
    assert await retention(client) == timedelta(days=7)
