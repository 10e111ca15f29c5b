"""kill -9 of the worker in the middle of a batch: each order is decided once, the batch ends."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from orderflow.doctor import examine
from tests.faults.attack import kill, settings_of
from tests.faults.conftest import free_port
from tests.running import Running, wait_for

ORDERS = 150
SOME = 15


@pytest.fixture
def running() -> Iterator[Running]:
    """Servers of their own, since this test kills one."""
    running = Running(api_port=free_port())
    yield running
    running.close()


@pytest.mark.timeout(400)
def test_a_worker_killed_during_a_batch_decides_every_order_once(running: Running) -> None:
    place(running, ORDERS)
    with running.api("manager") as manager:
        batch = start(manager)
        wait_for(lambda: shown(manager, batch)["counts"]["accepted"] >= SOME, "the first decisions")
        kill(running, "worker")
        in_between = shown(manager, batch)
        assert in_between["state"] == "running", "killed too late to show anything"
        wait_for(lambda: shown(manager, batch)["state"] == "done", "the batch to end", 120)
        assert shown(manager, batch)["counts"]["accepted"] == ORDERS
    with running.engine.connect() as c:
        signed = c.execute(
            text(
                "SELECT order_id, count(*) AS times FROM stage_events WHERE kind = 'signed'"
                " GROUP BY order_id"
            )
        ).all()
        refused = c.execute(text("SELECT count(*) FROM stage_events WHERE kind = 'refused'"))
        told = c.execute(text("SELECT data FROM notifications WHERE event_kind = 'batch_done'"))
        assert told.scalar_one()["accepted"] == str(ORDERS)
        assert refused.scalar_one() == 0
    assert (len(signed), {row.times for row in signed}) == (ORDERS, {1})
    assert running.run(examine(settings_of(running))) == []


def place(running: Running, count: int) -> None:
    """Place orders that wait for the manager."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: running.order(total="3000.00"), range(count)))
    waiting = text("SELECT count(*) FROM tasks WHERE kind = 'approve' AND people @> '{manager}'")

    def all_wait() -> bool:
        with running.engine.connect() as c:
            return bool(c.execute(waiting).scalar_one() == count)

    wait_for(all_wait, "all to wait for the manager", 120)


def start(manager: httpx.Client) -> str:
    """Start a batch of everything that is pending, and return its id."""
    body: dict[str, Any] = {"verdict": "approve", "filter": {"group": "na"}}
    preview = manager.post("/decisions/batch", json={**body, "preview": True}).json()
    assert (preview["count"], preview["fit"]) == (ORDERS, ORDERS)
    assert preview["base_amount"] == f"{3000 * ORDERS}.00"
    begun = {**body, "preview_digest": preview["preview_digest"]}
    answer = manager.post("/decisions/batch", json=begun)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["batch_id"])


def shown(manager: httpx.Client, batch_id: str) -> dict[str, Any]:
    """Return how far the batch is."""
    found: dict[str, Any] = manager.get(f"/batches/{batch_id}").json()
    return found
