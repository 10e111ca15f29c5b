"""Makes a Temporal namespace ready for orders, embedded, self-hosted or in Temporal Cloud."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeNamespaceResponse,
    RegisterNamespaceRequest,
    UpdateNamespaceRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from orderflow.errors import OperatorError

# A closed order can be looked up, and its id is refused, for this long.
RETENTION_DAYS = 90
SEARCH_ATTRIBUTES: dict[str, IndexedValueType.ValueType] = {
    "OrderStage": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "OrderChannel": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "OrderGroup": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "ApprovalTier": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "DestinationCountry": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "OrderFlags": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    "SlaDueAt": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
}
# Servers refresh what they know of namespaces and attributes within seconds, some within a minute.
_PATIENCE_SECONDS = 90.0
_POLL_SECONDS = 0.2
_REFUSED = {RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED}
_T = TypeVar("_T")


class NamespaceError(OperatorError):
    """The namespace cannot be made ready by us; the text says what its owner has to add."""


async def prepare_namespace(
    address: str,
    namespace: str,
    retention_days: int = RETENTION_DAYS,
    *,
    api_key: str | None = None,
    tls: bool = False,
) -> None:
    """Create the namespace if absent, lengthen its retention, register our search attributes.

    Idempotent; returns when orders can be started and searched. Raises NamespaceError when the
    server refuses a step that is needed, as Temporal Cloud does.
    """
    client = await Client.connect(address, namespace=namespace, api_key=api_key, tls=tls or None)
    try:
        await _ensure_namespace(client, retention_days)
        await _ensure_search_attributes(client)
    except RPCError as error:
        if error.status in _REFUSED:
            raise _refused(address, namespace, error) from error
        raise
    await _eventually(lambda: client.count_workflows(_probe_query()))


async def _ensure_namespace(client: Client, retention_days: int) -> None:
    retention = Duration()
    retention.FromTimedelta(timedelta(days=retention_days))
    found = await _described(client)
    if found is None:
        try:
            await client.workflow_service.register_namespace(
                RegisterNamespaceRequest(
                    namespace=client.namespace, workflow_execution_retention_period=retention
                )
            )
        except RPCError as error:
            # Somebody else, started at the same time, was faster.
            if error.status != RPCStatusCode.ALREADY_EXISTS:
                raise
    elif _can_be_lengthened(found, retention):
        await client.workflow_service.update_namespace(
            UpdateNamespaceRequest(
                namespace=client.namespace,
                config=NamespaceConfig(workflow_execution_retention_ttl=retention),
            )
        )


async def _described(client: Client) -> DescribeNamespaceResponse | None:
    try:
        return await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=client.namespace)
        )
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise


def _can_be_lengthened(found: DescribeNamespaceResponse, retention: Duration) -> bool:
    return found.config.workflow_execution_retention_ttl.ToTimedelta() < retention.ToTimedelta()


async def _ensure_search_attributes(client: Client) -> None:
    request = ListSearchAttributesRequest(namespace=client.namespace)
    try:
        listed = await _eventually(lambda: client.operator_service.list_search_attributes(request))
        missing = {k: v for k, v in SEARCH_ATTRIBUTES.items() if k not in listed.custom_attributes}
        if missing:
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
            )
    except RPCError as error:
        # Where attributes are managed elsewhere, it is enough that they are there.
        if error.status not in _REFUSED or not await _searchable(client):
            raise


async def _searchable(client: Client) -> bool:
    try:
        await client.count_workflows(_probe_query())
    except RPCError:
        return False
    return True


def _probe_query() -> str:
    """A query that the server answers only when it knows every attribute."""
    return " and ".join(f"{name} is null" for name in SEARCH_ATTRIBUTES)


async def _eventually(call: Callable[[], Awaitable[_T]]) -> _T:
    """Repeat while the server's caches do not know yet what was just registered."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    not_yet = {RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.UNAVAILABLE}
    while True:
        try:
            return await call()
        except RPCError as error:
            if error.status not in not_yet or time.monotonic() > deadline:
                raise
        await asyncio.sleep(_POLL_SECONDS)


def _refused(address: str, namespace: str, error: RPCError) -> NamespaceError:
    wanted = ", ".join(
        f"{name}={IndexedValueType.Name(kind).removeprefix('INDEXED_VALUE_TYPE_')}"
        for name, kind in SEARCH_ATTRIBUTES.items()
    )
    return NamespaceError(
        f"Temporal at {address} does not let us set up namespace {namespace!r} ({error.message}). "
        f"Create it with its own tools, with the search attributes {wanted}.",
        f"{address} 的 Temporal 不允许我们设置命名空间 {namespace!r}({error.message})。"
        f"请用其自带工具创建，并添加搜索属性 {wanted}。",
    )
