"""`orderflow up`: everything on this machine, supervised: Postgres, Temporal, api and worker."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from activities.signatures import ORDERS_QUEUE
from database.engine import create_engine, migrate
from orderflow.children import Child
from orderflow.embedded.postgres import start_postgres
from orderflow.embedded.temporal import start_temporal
from orderflow.readiness import http_ok
from orderflow.settings import Settings
from orderflow.setup import ensure_administrator, ensure_defaults, ensure_password
from orderflow.supervisor import Supervisor


@dataclass(frozen=True)
class House:
    """What `up` brought up: where people and programs find it."""

    supervisor: Supervisor
    engine: Engine
    database_url: str
    temporal_address: str
    api_url: str
    temporal_ui_url: str
    key_file: Path
    password_file: Path


# Starts what orderflow shall work with before it works; told the engine and the API's URL, it
# returns what that adds to the environment of api and worker.
Neighbours = Callable[[Supervisor, Engine, str], Awaitable[Mapping[str, str]]]


async def no_neighbours(_supervisor: Supervisor, _engine: Engine, _api: str) -> Mapping[str, str]:
    """Nobody else."""
    return {}


@asynccontextmanager
async def house(settings: Settings, neighbours: Neighbours = no_neighbours) -> AsyncIterator[House]:
    """Bring everything up and take it down again.

    Servers that the environment names are used instead of embedded ones.
    """
    async with Supervisor(settings.home) as supervisor:
        url = settings.database_url or await start_postgres(supervisor)
        await asyncio.to_thread(migrate, url)
        engine = create_engine(url, settings.database_pool_size)
        await asyncio.to_thread(ensure_defaults, engine)
        key_file = await asyncio.to_thread(ensure_administrator, engine, settings.home)
        password_file = await asyncio.to_thread(ensure_password, engine, settings.home)
        address, ui_url = settings.temporal_address, ""
        if address is None:
            server = await start_temporal(supervisor, settings.temporal_namespace)
            address, ui_url = server.address, server.ui_url
        port = supervisor.ports.claim("api", settings.api_port)
        api_url = f"http://{settings.api_host}:{port}"
        environment = {
            **os.environ,
            **await neighbours(supervisor, engine, api_url),
            "ORDERFLOW_DATABASE_URL": url,
            "ORDERFLOW_TEMPORAL_ADDRESS": address,
            "ORDERFLOW_API_PORT": str(port),
            "ORDERFLOW_HOME": str(settings.home),
            "ORDERFLOW_TEMPORAL_UI_URL": ui_url,
        }
        await supervisor.start(_api(api_url, environment))
        await supervisor.start(_worker(settings, address, environment))
        try:
            yield House(supervisor, engine, url, address, api_url, ui_url, key_file, password_file)
        finally:
            engine.dispose()


def command(*words: str) -> list[str]:
    """Return the argv that runs an orderflow command with this interpreter."""
    return [sys.executable, "-m", "orderflow", *words]


def _api(api_url: str, environment: Mapping[str, str]) -> Child:
    async def serves() -> bool:
        return await http_ok(f"{api_url}/readyz")

    return Child("api", command("api"), env=environment, ready=serves)


def _worker(settings: Settings, address: str, environment: Mapping[str, str]) -> Child:
    async def polls() -> bool:
        return await has_pollers(address, settings.temporal_namespace)

    grace = settings.drain_seconds + 5
    return Child("worker", command("worker"), env=environment, ready=polls, grace_seconds=grace)


async def has_pollers(address: str, namespace: str) -> bool:
    """Tell whether a worker asks Temporal for orders."""
    client = await Client.connect(address, namespace=namespace)
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=namespace,
            task_queue=TaskQueue(name=ORDERS_QUEUE),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    return bool(answer.pollers)
