"""Servers of their own for a measurement, in a folder that is gone afterwards."""

import shutil
import tempfile
from collections.abc import AsyncIterator
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
from orderflow.embedded.postgres import start_postgres
from orderflow.embedded.temporal import start_temporal
from orderflow.supervisor import Supervisor
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
