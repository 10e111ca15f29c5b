"""Servers of their own for a measurement, in a folder that is gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
from sqlalchemy import Engine
from temporalio.client import Client

from database import rules
from database.engine import create_engine, migrate
from domain.rules.defaults import default_rule_set
from domain.rules.ruleset import RuleSet
from orderflow.children import Child
from orderflow.embedded.postgres import start_postgres
from orderflow.embedded.temporal import start_temporal
from orderflow.readiness import http_ok
from orderflow.supervisor import Supervisor
from orderflow.up import command
from workflows.payloads import data_converter

NAMESPACE = "orderflow"
WINDOW_SECONDS = 1


@dataclass(frozen=True)
class Stack:
    """One Postgres and one file-backed Temporal dev server."""

    supervisor: Supervisor
    engine: Engine
    database_url: str
    temporal_address: str
    client: Client

    def cpu_seconds(self, name: str) -> float:
        """Return the CPU time a supervised process and its children have used."""
        pid = self.supervisor.pid(name)
        return cpu_seconds(pid) if pid else 0.0


@asynccontextmanager
async def stack() -> AsyncIterator[Stack]:
    """Bring the servers up with the default rules, except for a window of one second."""
    home = Path(tempfile.mkdtemp(prefix="orderflow-bench-"))
    try:
        async with Supervisor(home) as supervisor:
            url = await start_postgres(supervisor)
            migrate(url)
            server = await start_temporal(supervisor, NAMESPACE)
            engine = create_engine(url)
            with engine.begin() as c:
                now = datetime.now(UTC)
                rules.put_in_force(c, bench_rules(), "bench", "referee", "short window", now)
            client = await Client.connect(
                server.address, namespace=NAMESPACE, data_converter=data_converter
            )
            yield Stack(supervisor, engine, url, server.address, client)
            engine.dispose()
    finally:
        shutil.rmtree(home, ignore_errors=True)


async def serve_api(stack: Stack) -> str:
    """Start an api process on the servers and return its URL."""
    port = stack.supervisor.ports.claim("api", 8000)
    url = f"http://127.0.0.1:{port}"
    environment: Mapping[str, str] = {
        **os.environ,
        "ORDERFLOW_DATABASE_URL": stack.database_url,
        "ORDERFLOW_TEMPORAL_ADDRESS": stack.temporal_address,
        "ORDERFLOW_API_PORT": str(port),
        "ORDERFLOW_LOG_LEVEL": "WARNING",
    }

    async def serves() -> bool:
        return await http_ok(f"{url}/readyz")

    await stack.supervisor.start(Child("api", command("api"), env=environment, ready=serves))
    return url


def bench_rules() -> RuleSet:
    """Return the default rules with an objection window short enough to wait for."""
    base = default_rule_set()
    stages = base.tables["stages"]
    changed = tuple(
        replace(rule, then={**rule.then, "window_seconds": WINDOW_SECONDS})
        if rule.then.get("window_seconds")
        else rule
        for rule in stages.rules
    )
    tables = {**base.tables, "stages": replace(stages, rules=changed)}
    return RuleSet("bench-1", tables, base.base_currency)


def cpu_seconds(pid: int) -> float:
    """Return user and system CPU time of a process and all its children, in seconds."""
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
    except psutil.Error:
        return 0.0
    total = 0.0
    for process in family:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total
