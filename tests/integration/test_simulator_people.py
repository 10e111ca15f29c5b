"""Shoppers, staff and carrier act over HTTP as a front door of ours would see it."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from channels.registry import CHANNELS
from simulator.behaviour import Behaviour, CarrierTable, Habit, Phase, StaffTable
from simulator.config import SimulatorConfig
from simulator.control import OrdersBody
from tests.integration.simulator_world import (
    AURORA,
    CONFIG,
    SECRET,
    break_it,
    placed,
    served,
    simulator,
    until,
)

AT_ONCE = Habit(usual=(0, 0), late=(0, 0))
KINDS = ("confirm", "approve", "pick_group", "prepare", "resolve_hold")
PROMPT = Behaviour(
    staff=StaffTable(
        habits=dict.fromkeys(KINDS, AT_ONCE),
        rejects=0,
        two_parcels=0,
        cancels_while_preparing=0,
        raises_hold=0,
    ),
    carrier=CarrierTable(travel=(0, 0), lost=0, objects=0, returns=0),
    phases=(Phase(orders_per_second=50),),
)


class FrontDoor:
    """Stands in for orderflow: keeps what comes in, answers as told."""

    def __init__(self) -> None:
        self.webhooks: list[tuple[str, dict[str, str], bytes]] = []
        self.actions: list[tuple[str, str, dict[str, Any], dict[str, str]]] = []
        self.tasks: dict[str, list[dict[str, Any]]] = {}
        self.order: dict[str, Any] = {}
        self.set_aside: dict[int, str] = {}
        self.answer: Callable[[int], int] = lambda call: 202
        self.app = FastAPI()
        self.app.post("/webhooks/{channel}/{shop}")(self._webhook)
        self.app.get("/api/v1/tasks")(self._tasks)
        self.app.get("/api/v1/orders/{order_id}")(self._order)
        self.app.get("/api/v1/quarantine")(self._quarantine)
        self.app.post("/api/v1/quarantine/{entry_id}/discard")(self._discard)
        self.app.post("/api/v1/orders/{order_id}/{action:path}")(self._action)

    async def _webhook(self, channel: str, shop: str, request: Request) -> Response:
        self.webhooks.append((channel, dict(request.headers), await request.body()))
        return Response(status_code=self.answer(len(self.webhooks)))

    async def _tasks(self, request: Request) -> Response:
        key = request.headers["authorization"].removeprefix("Bearer ")
        return JSONResponse({"tasks": self.tasks.get(key, []), "next_cursor": None})

    async def _order(self, order_id: str) -> Response:
        return JSONResponse(self.order)

    async def _quarantine(self) -> Response:
        items = [{"id": number, "created_at": at} for number, at in self.set_aside.items()]
        return JSONResponse({"items": items, "next_cursor": None})

    async def _discard(self, entry_id: int) -> Response:
        del self.set_aside[entry_id]
        return Response(status_code=200)

    async def _action(self, order_id: str, action: str, request: Request) -> Response:
        body, headers = await request.json(), dict(request.headers)
        self.actions.append((order_id, action, body, headers))
        # Done is done: the task is off everybody's list.
        self.tasks.clear()
        return Response(status_code=self.answer(len(self.actions)))


@pytest.fixture
def door() -> FrontDoor:
    return FrontDoor()


@pytest.fixture
def url(door: FrontDoor) -> Iterator[str]:
    with served(door.app) as base_url:
        yield base_url


def task(kind: str, role: str, group: str = "", **more: Any) -> dict[str, Any]:
    facts = {"order_id": "ord_1", "key": f"x:{kind}", "kind": kind, "role": role, "group": group}
    order = {"channel": "shopify", "external_id": "77", "country": "DE"}
    return facts | order | {"people": [], "hold_id": "", "red": False} | more


def acting(*actors: str, **changes: Any) -> SimulatorConfig:
    values = {"actors": frozenset(actors), "behaviour": PROMPT} | changes
    return CONFIG.model_copy(update=values)


def is_genuine(channel: str, headers: dict[str, str], body: bytes) -> bool:
    return CHANNELS[channel].verify(headers, body, [SECRET], datetime.now(UTC))


def test_every_webhook_is_signed_the_way_its_platform_signs(door: FrontDoor, url: str) -> None:
    with simulator(CONFIG, url) as client:
        placed(client)
        placed(client, "storefront")
        until(lambda: len(door.webhooks) == 2)
    assert all(is_genuine(*webhook) for webhook in door.webhooks)
    assert not any(is_genuine(channel, h, body + b" ") for channel, h, body in door.webhooks)


def test_a_webhook_is_repeated_unchanged_until_it_is_acknowledged(
    door: FrontDoor, url: str
) -> None:
    door.answer = lambda call: 503 if call < 3 else 200
    with simulator(CONFIG, url) as client:
        placed(client)
        until(lambda: client.get("/state/summary").json()["webhooks"]["acknowledged"] == 1)
        assert client.get("/state/summary").json()["webhooks"]["repeated"] == 2
    assert len({body for _, _, body in door.webhooks}) == 1
    assert len({headers["x-shopify-webhook-id"] for _, headers, _ in door.webhooks}) == 1


def test_a_letter_outlives_the_simulator(door: FrontDoor, url: str, tmp_path: Path) -> None:
    config = acting(state_file=tmp_path / "state.db")
    with simulator(config) as client:
        order_id = placed(client)
    with simulator(config, url) as client:
        until(lambda: door.webhooks)
        assert order_id in client.get("/state").json()["shopify"]["aurora"]
        assert placed(client) == str(int(order_id) + 1)


def test_letters_can_be_lost_and_sent_twice(door: FrontDoor, url: str) -> None:
    with simulator(CONFIG, url) as client:
        break_it(client, system="webhooks", kind="lost", times=1)
        placed(client)
        break_it(client, system="webhooks", kind="twice", times=1)
        kept = placed(client)
        until(lambda: len(door.webhooks) == 2)
    assert [json.loads(body)["id"] for _, _, body in door.webhooks] == [int(kept)] * 2


def test_shoppers_stop_after_the_most_they_may_place(door: FrontDoor, url: str) -> None:
    with simulator(acting("shoppers", most_orders=7, shops=(AURORA,)), url) as client:
        until(lambda: len(client.get("/state").json()["shopify"]["aurora"]) == 7)
        until(lambda: len({json.loads(body)["id"] for _, _, body in door.webhooks}) == 7)
        assert len(client.get("/state").json()["shopify"]["aurora"]) == 7


def test_a_keeper_ships_and_the_carrier_reports_the_delivery(door: FrontDoor, url: str) -> None:
    door.tasks["key-jonas"] = [task("prepare", "warehouse_keeper", "eu")]
    with simulator(acting("staff", "carrier"), url):
        until(lambda: len(door.actions) == 2)
    (_, shipped, parcel, sent), (_, delivered, report, told) = door.actions
    assert (shipped, delivered) == ("shipments", "deliveries")
    assert parcel["carrier"] == "dhl"
    assert report == {"tracking_number": parcel["tracking_number"]}
    keys = (sent["authorization"], told["authorization"])
    assert keys == ("Bearer key-jonas", "Bearer key-priya")


def test_an_approver_decides_on_the_content_they_were_shown(door: FrontDoor, url: str) -> None:
    door.order = {"content_hash": "ab" * 32}
    door.tasks["key-mei"] = [task("approve", "regional_manager", people=["mei", "wu"])]
    with simulator(acting("staff"), url):
        until(lambda: door.actions)
    _, action, body, headers = door.actions[0]
    assert action == "decisions"
    assert (body["verdict"], body["content_hash"]) == ("approve", "ab" * 32)
    assert headers["idempotency-key"].isascii()


def test_nobody_does_what_is_another_ones_task(door: FrontDoor, url: str) -> None:
    not_hers = task("prepare", "warehouse_keeper", "na")
    door.tasks["key-jonas"] = [not_hers, task("confirm", "customer_service", order_id="ord_2")]
    door.tasks["key-mei"] = [task("confirm", "customer_service", order_id="ord_2")]
    with simulator(acting("staff"), url):
        until(lambda: door.actions)
    assert [(order_id, action) for order_id, action, _, _ in door.actions] == [("ord_2", "confirm")]


def test_the_clerk_puts_away_what_has_lain_in_quarantine_for_long(
    door: FrontDoor, url: str
) -> None:
    door.set_aside = {1: "2026-03-02T08:00:00Z", 2: "2199-03-02T08:00:00Z"}
    staff = PROMPT.staff.model_copy(update={"discards": 1.0})
    with simulator(acting("staff", behaviour=PROMPT.model_copy(update={"staff": staff})), url):
        until(lambda: len(door.set_aside) == 1)
    assert list(door.set_aside) == [2]


def test_a_report_without_an_answer_is_repeated_with_its_key(door: FrontDoor, url: str) -> None:
    door.answer = lambda call: 503 if call == 2 else 202
    door.tasks["key-jonas"] = [task("prepare", "warehouse_keeper", "eu")]
    with simulator(acting("staff", "carrier"), url):
        until(lambda: len(door.actions) == 3)
    reports = [headers["idempotency-key"] for _, a, _, headers in door.actions if a == "deliveries"]
    assert len(reports) == 2
    assert len(set(reports)) == 1


def test_a_wish_of_a_test_is_what_is_ordered() -> None:
    body = OrdersBody(channel="shopify", shop="aurora", tier="manager", country="CA")
    assert (body.wish().tier, body.wish().country, body.wish().is_paid) == ("manager", "CA", True)
