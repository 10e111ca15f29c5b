"""Many people and orders at the same moment: one outcome, and everyone is told which."""

import json
import os
import subprocess
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import httpx
from sqlalchemy import func, select

from database import orders, people, stock
from database.people import Person, RoleGrant
from orderflow.embedded.binaries import temporal_binary
from orderflow.setup import new_key
from tests.running import Running

T = TypeVar("T")
SCARCE = "SCARCE-10"
BUYERS, UNITS = 100, 10


def all_at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Make the calls from as many threads, released together."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        barrier.wait(timeout=30)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_a_hundred_orders_for_the_last_ten_units_reserve_exactly_ten(running: Running) -> None:
    with running.engine.begin() as c:
        stock.set_on_hand(c, "lax", SCARCE, UNITS)
    with ThreadPoolExecutor(16) as pool:
        names = list(pool.map(lambda _: running.order(sku=SCARCE), range(BUYERS)))
    ids = [running.order_id(name) for name in names]
    found = [running.until(each, lambda seen: seen.rule_set != "") for each in ids]
    held = Counter(each.waits_for for each in found if each.held)
    assert held == {"hold:STOCK_OUT": BUYERS - UNITS}
    with running.engine.connect() as c:
        reserved = c.execute(
            select(func.sum(stock.reservations.c.quantity)).where(
                stock.reservations.c.sku == SCARCE, stock.reservations.c.state == "active"
            )
        ).scalar_one()
    assert reserved == UNITS


def test_of_twenty_managers_deciding_at_once_one_decides_and_all_are_told(
    running: Running,
) -> None:
    tag = uuid.uuid4().hex[:6]
    managers = [f"manager-{tag}-{number}" for number in range(20)]
    with running.engine.begin() as c:
        for manager in managers:
            role = RoleGrant("regional_manager")
            people.save_person(c, Person(manager, manager, superior_id="director", roles=(role,)))
            running.keys[manager], digest = new_key()
            people.add_key(c, manager, digest, "tests")
    order_id = running.order_id(running.order(total="5000.00"))
    running.until_stage(order_id, "in_review")
    body = {"verdict": "approve", "content_hash": running.content_hash(order_id)}

    def decide(manager: str) -> httpx.Response:
        return running.act(manager, f"/orders/{order_id}/decisions", body)

    answers = all_at_once([lambda m=m: decide(m) for m in managers])  # type: ignore[misc]
    codes = Counter(answer.status_code for answer in answers)
    assert codes[200] == 1, [answer.text for answer in answers]
    assert sum(codes.values()) == 20
    assert all(answer.json()["code"] for answer in answers)
    assert set(codes) <= {200, 403, 409}
    running.until_stage(order_id, "preparing")
    with running.api("lead") as lead:
        events = lead.get(f"/orders/{order_id}/timeline").json()["events"]
    assert [event["kind"] for event in events].count("signed") == 1


def test_cancel_against_approve_has_one_outcome(running: Running) -> None:
    order_id = running.order_id(running.order(total="5000.00"))
    running.until_stage(order_id, "in_review")
    body = {"verdict": "approve", "content_hash": running.content_hash(order_id)}

    def approve() -> httpx.Response:
        return running.act("manager", f"/orders/{order_id}/decisions", body)

    def cancel() -> httpx.Response:
        document = {"reason": "BUYER_CANCEL", "note": "changed their mind"}
        return running.act("service", f"/orders/{order_id}/cancellation", document)

    approved, cancelled = all_at_once([approve, cancel])
    assert cancelled.status_code == 200, cancelled.text
    assert (approved.status_code, approved.json()["code"]) in {(200, "approved"), (409, "closed")}
    closed = running.until_stage(order_id, "closed_abnormally")
    assert closed.closed_reason == "BUYER_CANCEL"


def test_the_same_decision_sent_twice_gets_the_same_answer(running: Running) -> None:
    order_id = running.order_id(running.order(total="20000.00"))
    running.until_stage(order_id, "in_review")
    body = {"verdict": "approve", "content_hash": running.content_hash(order_id)}
    path, key = f"/orders/{order_id}/decisions", uuid.uuid4().hex
    answers = [running.act("director", path, body, key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[0].json() == answers[1].json() == answers[2].json()


def test_the_temporal_command_line_moves_an_order_by_signal(running: Running) -> None:
    order_id = running.order_id(running.order(total="5000.00"))
    running.until_stage(order_id, "in_review")
    with running.engine.connect() as c:
        row = orders.get(c, order_id)
    assert row is not None
    action = {
        "id": f"cli-{uuid.uuid4().hex}",
        "actor": "manager",
        "verdict": "approve",
        "content_hash": running.content_hash(order_id),
    }
    subprocess.run(
        [
            str(temporal_binary()),
            *("workflow", "signal", "--address", running.house.temporal_address),
            *("--namespace", "orderflow", "--workflow-id", row.workflow_id),
            *("--name", "decide", "--input", json.dumps(action)),
        ],
        check=True,
        capture_output=True,
        env={**os.environ, "TEMPORAL_VERSION_CHECK_DISABLED": "1"},
        timeout=60,
    )
    running.until_stage(order_id, "preparing")


def test_a_decision_of_somebody_not_entitled_is_refused_in_both_languages(running: Running) -> None:
    order_id = running.order_id(running.order(total="5000.00"))
    running.until_stage(order_id, "in_review")
    body = {"verdict": "approve", "content_hash": running.content_hash(order_id)}
    refused = running.act("lead", f"/orders/{order_id}/decisions", body)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_entitled")
    assert "签核" in refused.json()["detail_zh"]
    found = running.progress(order_id)
    assert found is not None
    assert found.stage == "in_review"
