"""What it costs that two hundred people watch orders change, and whether one who does not read
what they are sent holds up the others.

A real api process serves them; orders change at a steady pace with nobody watching, with everybody
watching, and with everybody and the one who never reads. That one's buffers are full by then.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from statistics import quantiles
from urllib.parse import urlsplit

import psutil
from sqlalchemy import Engine

from bench.dashboard import Progress
from bench.moving_orders import MovingOrders
from bench.stack import Stack, cpu_seconds, serve_api
from database import people
from database.people import Person, RoleGrant
from orderflow.setup import new_key

VIEWERS = 200
CHANGES = 300
PER_SECOND = 10.0
# More than the buffers between the api and a viewer hold.
BURST = 4_000
PATIENCE_SECONDS = 30.0
MIB = 1024 * 1024


@dataclass
class Viewer:
    """Somebody who follows all changes; `heard` is when each one came, by its id."""

    heard: dict[str, float] = field(default_factory=dict)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def watch(self, url: str, key: str) -> None:
        """Read until cancelled."""
        reader, writer = await asyncio.open_connection(*_place(url))
        try:
            writer.write(_request(key))
            while line := await reader.readline():
                if line.startswith(b"id:"):
                    self.heard[line[3:].strip().decode()] = time.perf_counter()
                self.ready.set()
        finally:
            writer.close()


@dataclass(frozen=True)
class Phase:
    """What changes at a steady pace took of the api process, and how late they were heard of."""

    cpu_seconds: float
    rss_mib: float
    delays_ms: list[float]

    @property
    def p95_ms(self) -> float:
        """The delay that nineteen of twenty changes did not exceed."""
        return quantiles(self.delays_ms, n=100)[94]


async def measure(
    stack: Stack, viewers: int, progress: Progress, changes: int = CHANGES, burst: int = BURST
) -> dict[str, float]:
    """Return the api's memory and CPU time and the viewers' delays, with and without them."""
    orders, key = MovingOrders(stack.engine), _employ(stack.engine)
    url = await serve_api(stack)
    pid = stack.supervisor.pid("api") or 0
    progress("nobody watches")
    alone = await _phase(pid, orders, [], changes)
    async with _watching(url, key, viewers) as watching:
        progress(f"{viewers} watch")
        watched = await _phase(pid, orders, watching, changes)
    with closing(_deaf(url, key)):
        progress("one does not read")
        await orders.change(burst)
        async with _watching(url, key, viewers) as watching:
            progress(f"{viewers} watch beside one who does not read")
            beside = await _phase(pid, orders, watching, changes)
    return {
        "viewers.viewers": viewers,
        "viewers.changes": changes,
        "viewers.changes_per_second": PER_SECOND,
        "viewers.rss_mib_without": round(alone.rss_mib, 1),
        "viewers.rss_mib_with": round(watched.rss_mib, 1),
        "viewers.rss_mib_with_slow_one": round(beside.rss_mib, 1),
        "viewers.cpu_seconds_without": round(alone.cpu_seconds, 2),
        "viewers.cpu_seconds_with": round(watched.cpu_seconds, 2),
        "viewers.cpu_seconds_with_slow_one": round(beside.cpu_seconds, 2),
        "viewers.delay_p95_ms": round(watched.p95_ms, 1),
        "viewers.delay_p95_ms_with_slow_one": round(beside.p95_ms, 1),
    }


def _employ(engine: Engine) -> str:
    key, digest = new_key()
    with engine.begin() as c:
        person = Person("bench-viewer", "Bench Viewer", roles=(RoleGrant("ops_director", ""),))
        people.save_person(c, person)
        people.add_key(c, person.person_id, digest, "bench")
    return key


@asynccontextmanager
async def _watching(url: str, key: str, count: int) -> AsyncIterator[list[Viewer]]:
    """Let so many watch, each on a connection of its own, for the time of the block."""
    viewers = [Viewer() for _ in range(count)]
    async with AsyncExitStack() as open_:
        tasks = [asyncio.create_task(each.watch(url, key)) for each in viewers]
        open_.push_async_callback(_end, tasks)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(*(each.ready.wait() for each in viewers))
        yield viewers


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _deaf(url: str, key: str) -> socket.socket:
    """Connect somebody who asks for the changes and never reads one."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(_place(url))
    connection.sendall(_request(key))
    return connection


async def _phase(pid: int, orders: MovingOrders, viewers: list[Viewer], changes: int) -> Phase:
    known, used = set(orders.told), cpu_seconds(pid)
    await orders.change(changes, PER_SECOND)
    fresh = {name: at for name, at in orders.told.items() if name not in known}
    async with asyncio.timeout(PATIENCE_SECONDS):
        while any(fresh.keys() - viewer.heard.keys() for viewer in viewers):  # noqa: ASYNC110 - they hear elsewhere
            await asyncio.sleep(0.05)
    delays = [1000 * (viewer.heard[name] - at) for viewer in viewers for name, at in fresh.items()]
    return Phase(cpu_seconds(pid) - used, psutil.Process(pid).memory_info().rss / MIB, delays)


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 0


def _request(key: str) -> bytes:
    lines = ("GET /api/v1/events HTTP/1.1", "Host: api", f"Authorization: Bearer {key}", "", "")
    return "\r\n".join(lines).encode()
