"""The whole flow of an order against a bare workflow of the same shape, in turn on one server."""

import asyncio
import json
import os
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from statistics import mean, median

from sqlalchemy import text
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle

from bench.bare import QUEUE, Bare
from bench.stack import NAMESPACE, WINDOW_SECONDS, Stack, cpu_seconds
from database import inbox, shops, stock
from database.inbox import Delivery
from domain.actions import Deliver, Ship
from orderflow.children import Child
from orderflow.up import command, has_pollers

SHOP, SKU = "bench", "BENCH-1"
AT_ONCE = 24
DEADLINE_SECONDS = 300
SAMPLE = 20


@dataclass
class Round:
    """One round of one flow; CPU seconds are those of all orders together."""

    orders: int
    seconds: float
    server_cpu: float
    worker_cpu: float
    events: list[int] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Completed orders per second."""
        return self.orders / self.seconds


@dataclass(frozen=True)
class FlowResult:
    """What the measurement found; the ratio is that of the medians of interleaved rounds."""

    ours: list[Round]
    bare: list[Round]

    def figures(self) -> dict[str, float]:
        """Return the figures by their fixed names."""
        ours, bare = _rate(self.ours), _rate(self.bare)
        return {
            "flow.ratio": round(ours / bare, 3),
            "flow.orders_per_second": round(ours, 1),
            "flow.bare_per_second": round(bare, 1),
            "flow.events_per_order": max(max(each.events) for each in self.ours),
            "flow.bytes_per_order": round(mean(b for each in self.ours for b in each.bytes)),
            "flow.bare_events_per_order": max(max(each.events) for each in self.bare),
            "flow.bare_bytes_per_order": round(mean(b for each in self.bare for b in each.bytes)),
            "flow.server_cpu_ms_per_order": _cpu(self.ours, "server_cpu"),
            "flow.worker_cpu_ms_per_order": _cpu(self.ours, "worker_cpu"),
            "flow.bare_server_cpu_ms_per_order": _cpu(self.bare, "server_cpu"),
            "flow.bare_worker_cpu_ms_per_order": _cpu(self.bare, "worker_cpu"),
        }


def _rate(rounds: list[Round]) -> float:
    return median(each.per_second for each in rounds)


def _cpu(rounds: list[Round], name: str) -> float:
    per_order: float = median(1000 * getattr(each, name) / each.orders for each in rounds)
    return round(per_order, 1)


async def measure(
    stack: Stack, orders: int, rounds: int, progress: Callable[[str], None]
) -> FlowResult:
    """Run both flows in turn; the first, uncounted round warms both up."""
    await _prepare(stack)
    bare = await _start_bare(stack)
    result = FlowResult([], [])
    for number in range(rounds + 1):
        count = orders if number else max(10, orders // 6)
        for flow, run in ((result.ours, _run_ours), (result.bare, _run_bare)):
            name = "orderflow" if run is _run_ours else "bare"
            progress(f"{name}: round {number} of {rounds}, {count} orders")
            one = await run(stack, bare, count)
            if number:
                flow.append(one)
    bare.kill()
    await bare.wait()
    return result


async def _prepare(stack: Stack) -> None:
    with stack.engine.begin() as c:
        shops.save(c, shops.Shop("storefront", SHOP, ("bench-secret",)))
        stock.set_on_hand(c, "lax", SKU, 1_000_000)
    environment = {
        "ORDERFLOW_DATABASE_URL": stack.database_url,
        "ORDERFLOW_TEMPORAL_ADDRESS": stack.temporal_address,
        "ORDERFLOW_LOG_LEVEL": "WARNING",
    }

    async def polls() -> bool:
        return await has_pollers(stack.temporal_address, NAMESPACE)

    child = Child("worker", command("worker"), env=_environment(environment), ready=polls)
    await stack.supervisor.start(child)


def _environment(extra: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **extra}


async def _start_bare(stack: Stack) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.bare",
        stack.temporal_address,
        NAMESPACE,
        stdout=asyncio.subprocess.PIPE,
    )


# --- ours ----------------------------------------------------------------------------------------


async def _run_ours(stack: Stack, bare: asyncio.subprocess.Process, count: int) -> Round:
    tag = uuid.uuid4().hex[:8]
    names = [f"{tag}-{number}" for number in range(count)]
    worker = stack.supervisor.pid("worker") or 0

    async def drive() -> None:
        await asyncio.to_thread(_put, stack, names)
        await _walk(stack, tag, count)

    ids = [f"order:storefront:{SHOP}:{name}" for name in names]
    return await _timed(stack, worker, count, drive, ids)


def _put(stack: Stack, names: list[str]) -> None:
    now = datetime.now(UTC)
    rows = [
        Delivery("storefront", SHOP, "order.created", name, {}, _body(name, now), now)
        for name in names
    ]
    with stack.engine.begin() as c:
        inbox.put(c, rows)


def _body(name: str, now: datetime) -> bytes:
    """An order that nothing stops: paid, known stock, a routed country, below every threshold."""
    amount = str(Decimal("19.90"))
    order = {
        "external_id": name,
        "number": f"#{name}",
        "placed_at": now.isoformat(),
        "source_updated_at": now.isoformat(),
        "currency": "CNY",
        "customer": {"kind": "consumer", "external_id": f"c-{name}", "name": "Bench Buyer"},
        "shipping_address": {
            "name": "Bench Buyer",
            "line1": "1 Main Street",
            "city": "Los Angeles",
            "region": "CA",
            "postal_code": "90012",
            "country": "US",
            "phone": "+1 213 473 3231",
        },
        "lines": [
            {"line_id": "1", "sku": SKU, "quantity": 1, "unit_price": amount, "total": amount}
        ],
        "total": amount,
        "payment": {"status": "paid"},
    }
    return json.dumps({"topic": "order.created", "order": order}).encode()


_WAITING = text("""
SELECT o.workflow_id, p.stage, p.waits_for FROM order_progress p JOIN orders o USING (order_id)
WHERE o.external_id LIKE :tag AND (p.stage = 'completed'
    OR (p.stage = 'preparing' AND p.waits_for = 'prepare')
    OR (p.stage = 'shipped' AND p.waits_for = 'follow_delivery'))
""")


async def _walk(stack: Stack, tag: str, count: int) -> None:
    """Ship what is prepared and deliver what is shipped until everything is completed."""
    sent: set[tuple[str, str]] = set()
    slots = asyncio.Semaphore(AT_ONCE)
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        rows = await asyncio.to_thread(_waiting, stack, tag)
        if sum(stage == "completed" for _, stage, _ in rows) == count:
            return
        due = [(id_, stage) for id_, stage, _ in rows if stage != "completed"]
        fresh = [each for each in due if each not in sent]
        sent.update(fresh)
        await asyncio.gather(*(_signal(stack.client, slots, *each) for each in fresh))
        await asyncio.sleep(0.1)
    raise TimeoutError(f"not all of {count} orders completed")


def _waiting(stack: Stack, tag: str) -> list[tuple[str, str, str]]:
    with stack.engine.connect() as c:
        rows = c.execute(_WAITING, {"tag": f"{tag}-%"})
        return [(row.workflow_id, row.stage, row.waits_for) for row in rows]


async def _signal(client: Client, slots: asyncio.Semaphore, workflow_id: str, stage: str) -> None:
    handle = client.get_workflow_handle(workflow_id)
    async with slots:
        if stage == "preparing":
            tracking = f"T{workflow_id[-12:]}"
            await handle.signal("ship", Ship("s", "bench", tracking, "ups"))
        else:
            await handle.signal("deliver", Deliver("d", "bench"))


# --- bare ----------------------------------------------------------------------------------------


async def _run_bare(stack: Stack, bare: asyncio.subprocess.Process, count: int) -> Round:
    tag = uuid.uuid4().hex[:8]
    ids = [f"bare-{tag}-{number}" for number in range(count)]

    async def drive() -> None:
        slots = asyncio.Semaphore(AT_ONCE)

        async def start(order_id: str) -> WorkflowHandle[object, object]:
            async with slots:
                return await stack.client.start_workflow(
                    "BareWorkflow",
                    Bare(order_id, WINDOW_SECONDS, "x" * 600),
                    id=order_id,
                    task_queue=QUEUE,
                )

        shipping = asyncio.create_task(_signal_bare(stack.client, bare, count))
        handles = await asyncio.gather(*(start(order_id) for order_id in ids))
        await shipping
        await asyncio.gather(*(handle.result() for handle in handles))

    return await _timed(stack, bare.pid, count, drive, ids)


async def _signal_bare(client: Client, bare: asyncio.subprocess.Process, count: int) -> None:
    seen: set[str] = set()
    slots = asyncio.Semaphore(AT_ONCE)
    sending = []

    async def send(order_id: str, name: str) -> None:
        async with slots:
            await client.get_workflow_handle(order_id).signal(name)

    if bare.stdout is None:
        raise RuntimeError("the bare worker has no output")
    for _ in range(2 * count):
        line = await asyncio.wait_for(bare.stdout.readline(), DEADLINE_SECONDS)
        order_id = line.decode().strip()
        name = "deliver" if order_id in seen else "ship"
        seen.add(order_id)
        sending.append(asyncio.create_task(send(order_id, name)))
    await asyncio.gather(*sending)


# --- measuring -----------------------------------------------------------------------------------


async def _timed(
    stack: Stack,
    worker_pid: int,
    count: int,
    drive: Callable[[], Awaitable[None]],
    ids: list[str],
) -> Round:
    server, worker = _server_cpu(stack), cpu_seconds(worker_pid)
    started = time.monotonic()
    await drive()
    seconds = time.monotonic() - started
    one = Round(
        orders=count,
        seconds=seconds,
        server_cpu=_server_cpu(stack) - server,
        worker_cpu=cpu_seconds(worker_pid) - worker,
    )
    for workflow_id in ids[:SAMPLE]:
        described = await stack.client.get_workflow_handle(workflow_id).describe()
        if described.status is not WorkflowExecutionStatus.COMPLETED:
            raise RuntimeError(f"{workflow_id} is {described.status}")
        info = described.raw_description.workflow_execution_info
        one.events.append(info.history_length)
        one.bytes.append(info.history_size_bytes)
    return one


def _server_cpu(stack: Stack) -> float:
    return stack.cpu_seconds("temporal") + stack.cpu_seconds("postgres")
