"""Signers beside signing, through the API on real Postgres and Temporal."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine
from temporalio import activity
from temporalio.client import Client

from activities import signatures as calls
from activities.admission import Admission
from activities.ledgers import BuiltinLedger
from database import doctor, entitlements, progress, tasks
from domain.approvals import Policy, SignerGroup
from domain.order import content_hash
from tests.integration.api_orders_alive import COUNTERSIGNED, Orders, Outside, working
from tests.integration.api_world import as_, eventually, open_house, serving, state_on
from tests.integration.database_rules_sets import published_rules
from tests.integration.database_world import canonical

MANAGERS = SignerGroup("regional_manager", ("mia",))
_numbers = itertools.count(1)


class Desk:
    """One order in review, and people who act on it."""

    def __init__(
        self, engine: Engine, api: httpx.AsyncClient, orders: Orders, order_id: str, name: str
    ) -> None:
        self._engine = engine
        self._api = api
        self._hash = content_hash(canonical(name))
        self.orders = orders
        self.order_id = order_id

    async def post(self, who: str, what: str, /, **body: Any) -> httpx.Response:
        path = f"/api/v1/orders/{self.order_id}/{what}"
        return await self._api.post(path, json=body, headers=as_(who))

    async def code(self, who: str, what: str, /, **body: Any) -> tuple[int, str]:
        answer = await self.post(who, what, **body)
        return answer.status_code, answer.json()["code"]

    async def decide(self, person: str, verdict: str = "approve", note: str = "") -> Any:
        body = {"verdict": verdict, "content_hash": self._hash, "note": note}
        return await self.code(person, "decisions", **body)

    async def waits_for(self, *people: str) -> None:
        """Wait until exactly these have the order's tasks."""

        async def is_so() -> bool:
            with self._engine.connect() as c:
                return self._asked(c) == set(people)

        await eventually(is_so)

    def _asked(self, c: Any) -> set[str]:
        everybody = ("mia", "otto", "fay", "lead", "log", "root", "cs")
        return {
            person
            for person in everybody
            for task in tasks.tasks_of(c, person, ()).tasks
            if task.order_id == self.order_id
        }


@pytest.fixture
async def api(
    engine: Engine, database_url: str, temporal_client: Client
) -> AsyncIterator[httpx.AsyncClient]:
    with engine.begin() as c:
        open_house(c)
    async with serving(state_on(engine, database_url, temporal_client)) as client:
        yield client


@pytest.fixture
async def shop_orders(engine: Engine, temporal_client: Client) -> AsyncIterator[Orders]:
    shop_orders = Orders(engine, temporal_client)
    yield shop_orders
    await shop_orders.end()


@pytest.fixture
async def outside(engine: Engine, temporal_client: Client) -> AsyncIterator[Outside]:
    outside = Outside(engine)
    staff = Admission(engine, BuiltinLedger())

    @activity.defn(name=calls.ENTITLE)
    async def entitle(request: calls.EntitleRequest) -> calls.EntitleAnswer:
        return await asyncio.to_thread(staff.entitle, request)

    async with working(temporal_client, outside, activities=[entitle]):
        yield outside


@pytest.fixture
async def countersigned(
    engine: Engine, api: httpx.AsyncClient, shop_orders: Orders, outside: Outside
) -> Desk:
    """An order of sam's that a director (or lead) and finance have to sign."""
    outside.needs(Policy.COUNTERSIGN, *COUNTERSIGNED)
    name = f"signing-{next(_numbers)}"
    order_id = await shop_orders.start(name, "cs")
    await shop_orders.until(order_id, "in_review")
    return Desk(engine, api, shop_orders, order_id, name)


async def test_a_part_changes_hands_and_one_more_signature_is_asked_for(
    engine: Engine, countersigned: Desk
) -> None:
    desk = countersigned
    unknown = await desk.code("fay", "signers", person="nobody")
    assert unknown == (404, "unknown_person")
    # A keeper decides nothing, whatever the order.
    assert await desk.code("fay", "signers", person="keeper_eu") == (422, "not_fit")
    added = await desk.post("fay", "signers", person="mia", when="before", note="her region")
    assert (added.status_code, added.json()["status"]) == (200, "accepted")
    await desk.waits_for("otto", "mia")
    assert await desk.decide("fay") == (409, "signs_later")
    assert await desk.code("fay", "transfers", person="root") == (409, "signs_later")
    assert (await desk.post("otto", "transfers", person="root")).status_code == 200
    await desk.waits_for("mia", "root")
    assert await desk.decide("otto") == (403, "not_entitled")
    assert await desk.decide("mia") == (200, "signed")
    assert await desk.decide("fay") == (200, "signed")
    assert await desk.decide("root") == (200, "approved")
    await desk.orders.until(desk.order_id, "preparing")
    with engine.connect() as c:
        assert [each.seq for each in entitlements.of_order(c, desk.order_id)] == [1, 2]
        assert [v for v in doctor.violations(c) if "added" in v.detail_en] == []


async def test_whoever_is_asked_may_look_and_decide_whatever_their_role_and_nothing_else(
    engine: Engine, api: httpx.AsyncClient, shop_orders: Orders, outside: Outside
) -> None:
    outside.needs(Policy.ANY_OF, SignerGroup("regional_manager", ("keeper_eu", "mia")))
    name, other = (f"signing-{next(_numbers)}" for _ in "12")
    order_id = await shop_orders.start(name, "cs")
    await shop_orders.until(order_id, "in_review")
    outside.needs(Policy.ANY_OF, MANAGERS)
    other_id = await shop_orders.start(other, "cs")
    await shop_orders.until(other_id, "in_review")
    asked = Desk(engine, api, shop_orders, order_id, name)
    not_asked = Desk(engine, api, shop_orders, other_id, other)
    assert await not_asked.decide("keeper_eu") == (403, "forbidden")
    shown = await api.get(f"/api/v1/orders/{order_id}", headers=as_("keeper_eu"))
    assert shown.status_code == 200
    signed = {"verdict": "approve", "content_hash": content_hash(canonical(name)), "id": "once"}
    assert await asked.code("keeper_eu", "decisions", **signed) == (200, "approved")
    await shop_orders.until(order_id, "preparing")
    # Sent again, the answer is the same one.
    assert await asked.code("keeper_eu", "decisions", **signed) == (200, "approved")
    assert await not_asked.decide("keeper_eu") == (403, "forbidden")


async def test_an_order_goes_back_and_comes_again_and_signatures_are_taken_back(
    engine: Engine, countersigned: Desk
) -> None:
    desk = countersigned
    assert await desk.decide("fay") == (200, "signed")
    assert await desk.code("fay", "withdrawals") == (200, "accepted")
    assert await desk.code("fay", "withdrawals") == (403, "nothing_to_withdraw")
    assert await desk.decide("fay") == (200, "signed")
    assert (await desk.post("audi", "urges")).status_code == 403
    assert (await desk.post("log", "urges")).status_code == 202
    assert (await desk.post("log", "copies", people=["mia"])).status_code == 202
    assert await desk.decide("otto", "return") == (422, "note_required")
    assert await desk.decide("otto", "return", "Which address?") == (200, "returned")
    await desk.waits_for("cs")
    assert await desk.code("log", "urges") == (409, "wrong_stage")
    (hold,) = _holds(engine, desk.order_id)
    assert (await desk.post("cs", f"holds/{hold}/release", note="As written")).status_code == 202
    await desk.waits_for("otto", "lead", "fay")
    assert await desk.decide("fay") == (200, "signed")
    assert await desk.decide("lead") == (200, "approved")
    await desk.orders.until(desk.order_id, "preparing")
    with engine.connect() as c:
        given = progress.decisions_of(c, desk.order_id)
    assert [(each.person, each.verdict, each.voided_at is None) for each in given] == [
        ("fay", "approve", False),
        ("fay", "approve", False),
        ("otto", "return", True),
        ("fay", "approve", True),
        ("lead", "approve", True),
    ]


async def test_an_order_is_put_under_another_published_rule_set(
    engine: Engine, countersigned: Desk
) -> None:
    desk = countersigned
    with engine.begin() as c:
        published = published_rules(c)
    unknown = await desk.code("lead", "rule-set", rule_set="rules-none", note="n")
    assert unknown == (404, "unknown_rule_set")
    assert (await desk.post("fay", "rule-set", rule_set=published, note="n")).status_code == 403
    moved = await desk.code("lead", "rule-set", rule_set=published, note="New limits")
    assert moved == (200, "accepted")
    again = await desk.code("lead", "rule-set", rule_set=published, note="New limits")
    assert again == (409, "same_rules")
    assert "repinned" in desk.orders.kinds(desk.order_id)


def _holds(engine: Engine, order_id: str) -> list[str]:
    with engine.connect() as c:
        return [hold.id for hold in progress.open_holds(c, order_id)]
