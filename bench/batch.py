"""A lead approves all that is pending: by one batch, and one by one over the same API.

Both happen in one run on the same servers. One by one is done on a sample and scaled up to as many
orders as the batch has; what a person would need to read and think is not counted.
"""

import asyncio
import json
import shutil
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine, text

from database import inbox, people, shops, stock
from database.inbox import Delivery
from database.people import Person, RoleGrant
from orderflow import up
from orderflow.settings import Settings
from orderflow.setup import new_key

SHOP, SKU, LEAD = "bench", "BENCH-1", "bench-lead"
SAMPLE = 100
# Opening an order and approving it; looking at what a batch comes to and starting it.
CLICKS_PER_ORDER, CLICKS_PER_BATCH = 2, 2
REQUESTS_PER_ORDER = 2
DEADLINE_SECONDS = 600.0
POLL_SECONDS = 0.2
Progress = Callable[[str], None]


async def measure(orders: int, progress: Progress) -> dict[str, float]:
    """Return seconds, requests and clicks of both ways; those one by one are scaled to `orders`."""
    async with company() as (house, client):
        sample = min(SAMPLE, orders)
        progress(f"placing {orders + sample} orders")
        _place(house.engine, orders + sample)
        await _until(lambda: _pending(house.engine) == orders + sample)
        progress(f"one by one: {sample} orders")
        single = await _one_by_one(client, sample)
        await _until(lambda: _pending(house.engine) == orders)
        progress(f"one batch: {orders} orders")
        seconds, polls = await _batch(client, orders)
    scale = orders / sample
    return {
        "batch.orders": orders,
        "batch.seconds": round(seconds, 2),
        "batch.orders_per_second": round(orders / seconds, 1),
        "batch.clicks": CLICKS_PER_BATCH,
        "batch.requests": CLICKS_PER_BATCH,
        "batch.polls": polls,
        "batch.one_by_one_sample": sample,
        "batch.one_by_one_sample_seconds": round(single, 2),
        "batch.one_by_one_seconds": round(single * scale, 2),
        "batch.one_by_one_clicks": CLICKS_PER_ORDER * orders,
        "batch.one_by_one_requests": REQUESTS_PER_ORDER * orders,
        "batch.times_faster": round(single * scale / seconds, 2),
    }


@asynccontextmanager
async def company() -> AsyncIterator[tuple[up.House, httpx.AsyncClient]]:
    """Bring everything up, with a lead who may sign what a regional manager signs."""
    home = Path(tempfile.mkdtemp(prefix="orderflow-bench-"))
    try:
        async with up.house(Settings(home=home)) as house:
            headers = {"Authorization": f"Bearer {_employ(house.engine)}"}
            url = f"{house.api_url}/api/v1"
            async with httpx.AsyncClient(
                base_url=url, headers=headers, timeout=30, trust_env=False
            ) as client:
                yield house, client
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _employ(engine: Engine) -> str:
    key, digest = new_key()
    roles = (RoleGrant("regional_manager", ""), RoleGrant("team_lead", ""))
    with engine.begin() as c:
        people.save_person(c, Person(LEAD, "Bench Lead", roles=roles))
        people.add_key(c, LEAD, digest, "bench")
        shops.save(c, shops.Shop("storefront", SHOP, ("bench-secret",)))
        stock.set_on_hand(c, "lax", SKU, 1_000_000)
    return key


def _place(engine: Engine, count: int) -> None:
    now = datetime.now(UTC)
    rows = [
        Delivery("storefront", SHOP, "order.created", name, {}, _body(name, now), now)
        for name in (uuid.uuid4().hex for _ in range(count))
    ]
    with engine.begin() as c:
        inbox.put(c, rows)


def _body(name: str, now: datetime) -> bytes:
    """A paid order that nothing stops but its amount, which needs one signature."""
    amount = "3000.00"
    address = {
        "name": "Bench Buyer",
        "line1": "1 Main Street",
        "city": "Los Angeles",
        "region": "CA",
        "postal_code": "90012",
        "country": "US",
        "phone": "+1 213 473 3231",
    }
    order = {
        "external_id": name,
        "number": f"#{name}",
        "placed_at": now.isoformat(),
        "source_updated_at": now.isoformat(),
        "currency": "CNY",
        "customer": {"kind": "consumer", "external_id": f"c-{name}", "name": "Bench Buyer"},
        "shipping_address": address,
        "lines": [
            {"line_id": "1", "sku": SKU, "quantity": 1, "unit_price": amount, "total": amount}
        ],
        "total": amount,
        "payment": {"status": "paid"},
    }
    return json.dumps({"topic": "order.created", "order": order}).encode()


_PENDING = text("SELECT count(*) FROM tasks WHERE kind = 'approve' AND done_at IS NULL")


def _pending(engine: Engine) -> int:
    with engine.connect() as c:
        return int(c.execute(_PENDING).scalar_one())


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not await asyncio.to_thread(is_so):  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(POLL_SECONDS)


async def _one_by_one(client: httpx.AsyncClient, count: int) -> float:
    """Open each order and approve it, as a person does in turn; returns the seconds."""
    answer = await _json(client.get("/orders", params={"stage": "in_review", "limit": count}))
    ids = [order["order_id"] for order in answer["orders"]][:count]
    started = time.monotonic()
    for order_id in ids:
        order = await _json(client.get(f"/orders/{order_id}"))
        body = {"verdict": "approve", "content_hash": order["content_hash"]}
        await _json(client.post(f"/orders/{order_id}/decisions", json=body))
    return time.monotonic() - started


async def _batch(client: httpx.AsyncClient, count: int) -> tuple[float, int]:
    """Look at what is pending, start the batch and wait for its end; seconds and looks."""
    body: dict[str, Any] = {"verdict": "approve", "filter": {"group": "na"}}
    started = time.monotonic()
    preview = await _json(client.post("/decisions/batch", json={**body, "preview": True}))
    body["preview_digest"] = preview["preview_digest"]
    batch = await _json(client.post("/decisions/batch", json=body))
    polls = 0
    while batch["state"] != "done":
        await asyncio.sleep(POLL_SECONDS)
        batch = await _json(client.get(f"/batches/{batch['batch_id']}"))
        polls += 1
    seconds = time.monotonic() - started
    if batch["counts"]["accepted"] != count:
        raise RuntimeError(f"not all of {count} orders were approved: {batch['counts']}")
    return seconds, polls


async def _json(request: Awaitable[httpx.Response]) -> dict[str, Any]:
    answer = await request
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found
