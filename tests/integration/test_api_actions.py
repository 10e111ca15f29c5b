"""Acting on orders: one outcome per key, and everybody told at once which."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine
from temporalio.client import Client

from database import notes, orders
from domain.approvals import Policy, SignerGroup
from domain.holds import ReasonCode
from domain.order import content_hash
from domain.state import Obstacle
from tests.integration.api_orders_alive import COUNTERSIGNED, Orders, Outside, working
from tests.integration.api_world import as_, eventually, open_house, serving, state_on
from tests.integration.database_world import canonical, employ

HASH = content_hash(canonical())
MANAGERS = SignerGroup("regional_manager", ("mia",))
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _house(engine: Engine) -> None:
    with engine.begin() as c:
        open_house(c)


@pytest.fixture
def name() -> str:
    """An external id that no other test uses: workflows outlive the emptied database."""
    return f"act-{next(_numbers)}"


@pytest.fixture
async def shop_orders(engine: Engine, temporal_client: Client) -> AsyncIterator[Orders]:
    shop_orders = Orders(engine, temporal_client)
    yield shop_orders
    await shop_orders.end()


@pytest.fixture
async def outside(
    engine: Engine, temporal_client: Client, shop_orders: Orders
) -> AsyncIterator[Outside]:
    outside = Outside(engine)
    async with working(temporal_client, outside):
        yield outside


@pytest.fixture
async def api(
    engine: Engine, database_url: str, temporal_client: Client
) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(state_on(engine, database_url, temporal_client)) as client:
        yield client


def hash_of(name: str) -> str:
    return content_hash(canonical(name))


class Caller:
    """Sends actions on one order."""

    def __init__(self, api: httpx.AsyncClient, order_id: str) -> None:
        self._api = api
        self._path = f"/api/v1/orders/{order_id}"

    async def post(self, person: str, what: str, key: str = "", **body: Any) -> httpx.Response:
        headers = as_(person, key=key) if key else as_(person)
        return await self._api.post(f"{self._path}/{what}", json=body, headers=headers)


# --- confirm and decide -------------------------------------------------------------------------


async def test_confirming_is_answered_at_once_and_moves_the_order(
    api: httpx.AsyncClient, shop_orders: Orders, outside: Outside, name: str
) -> None:
    outside.confirmed_by_people()
    outside.needs(Policy.ANY_OF, MANAGERS)
    order_id = await shop_orders.start(name)
    await shop_orders.until(order_id, waits_for="confirm")
    caller = Caller(api, order_id)
    answer = await caller.post("cs", "confirm", "k1")
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "accepted"
    assert answer.json()["idempotency_key"] == "k1"
    await shop_orders.until(order_id, "in_review")
    again = await caller.post("cs", "confirm", "k1")
    assert (again.status_code, again.json()) == (200, answer.json())
    other = await caller.post("cs", "confirm", "k2")
    assert (other.status_code, other.json()["code"]) == (409, "wrong_stage")


async def test_a_decision_by_the_wrong_person_is_forbidden_and_by_the_right_one_counts(
    api: httpx.AsyncClient, shop_orders: Orders, outside: Outside, name: str
) -> None:
    outside.needs(Policy.COUNTERSIGN, *COUNTERSIGNED)
    order_id = await shop_orders.start(name)
    await shop_orders.until(order_id, "in_review")
    decide = {"verdict": "approve", "content_hash": hash_of(name)}
    caller = Caller(api, order_id)
    wrong = await caller.post("mia", "decisions", **decide)
    assert (wrong.status_code, wrong.json()["code"]) == (403, "not_entitled")
    assert "mia" in wrong.json()["detail_zh"]
    not_at_all = await caller.post("keeper_eu", "decisions", **decide)
    assert (not_at_all.status_code, not_at_all.json()["code"]) == (403, "forbidden")
    first = await caller.post("otto", "decisions", id="d1", **decide)
    assert (first.status_code, first.json()["code"]) == (200, "signed")
    assert first.json()["idempotency_key"] == "d1"
    twice = await caller.post("otto", "decisions", id="d2", **decide)
    assert (twice.status_code, twice.json()["code"]) == (409, "already_signed")
    last = await caller.post("fay", "decisions", **decide)
    assert (last.status_code, last.json()["code"]) == (200, "approved")
    await shop_orders.until(order_id, "preparing")
    repeated = await caller.post("otto", "decisions", id="d1", **decide)
    assert (repeated.status_code, repeated.json()) == (200, first.json())


async def test_a_refusal_is_repeated_for_the_same_key_in_the_callers_language(
    api: httpx.AsyncClient, shop_orders: Orders, outside: Outside, name: str
) -> None:
    outside.needs(Policy.ANY_OF, MANAGERS)
    order_id = await shop_orders.start(name)
    await shop_orders.until(order_id, "in_review")
    path = f"/api/v1/orders/{order_id}/decisions"
    body = {"verdict": "approve", "content_hash": hash_of(name)}
    first = await api.post(path, json=body, headers=as_("fay", key="k"))
    headers = as_("fay", key="k") | {"Accept-Language": "zh"}
    again = await api.post(path, json=body, headers=headers)
    assert first.status_code == again.status_code == 403
    assert again.json()["detail"] == first.json()["detail_zh"]
    assert again.headers["idempotent-replayed"] == "true"


async def test_stale_content_and_a_rejection_without_a_note_are_refused(
    api: httpx.AsyncClient, shop_orders: Orders, outside: Outside, name: str
) -> None:
    outside.needs(Policy.ANY_OF, MANAGERS)
    order_id = await shop_orders.start(name)
    await shop_orders.until(order_id, "in_review")
    caller = Caller(api, order_id)
    stale = await caller.post("mia", "decisions", verdict="approve", content_hash="0" * 64)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_content")
    bare = await caller.post("mia", "decisions", verdict="reject", content_hash=hash_of(name))
    assert (bare.status_code, bare.json()["code"]) == (422, "note_required")


async def test_a_rejection_closes_the_order_and_repeats_its_answer_afterwards(
    api: httpx.AsyncClient, shop_orders: Orders, outside: Outside, engine: Engine, name: str
) -> None:
    outside.needs(Policy.ANY_OF, MANAGERS)
    order_id = await shop_orders.start(name)
    await shop_orders.until(order_id, "in_review")
    caller = Caller(api, order_id)
    reject = {"verdict": "reject", "content_hash": hash_of(name), "note": "Too cheap"}
    answer = await caller.post("mia", "decisions", "k", **reject)
    assert (answer.status_code, answer.json()["code"]) == (200, "rejected")
    await shop_orders.until(order_id, "closed_abnormally")
    assert (await caller.post("mia", "decisions", "k", **reject)).json() == answer.json()
    late = await caller.post("mia", "decisions", "other", **reject)
    assert (late.status_code, late.json()["code"]) == (409, "closed")
    with engine.connect() as c:
        written = notes.texts(c, order_id)
    assert written[answer.json()["id"]].text == "Too cheap"


async def test_a_key_used_for_another_decision_is_a_conflict(
    api: httpx.AsyncClient, shop_orders: Orders, outside: Outside, name: str
) -> None:
    outside.needs(Policy.COUNTERSIGN, *COUNTERSIGNED)
    order_id = await shop_orders.start(name)
    await shop_orders.until(order_id, "in_review")
    caller = Caller(api, order_id)
    hashed = {"content_hash": hash_of(name)}
    await caller.post("otto", "decisions", "k", verdict="approve", **hashed)
    other = await caller.post("otto", "decisions", "k", verdict="reject", note="no", **hashed)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    two = await caller.post("otto", "decisions", "k", id="not-k", verdict="approve", **hashed)
    assert (two.status_code, two.json()["code"]) == (422, "bad_action_id")


async def test_of_twenty_people_deciding_at_once_one_outcome_stands_and_all_are_told(
    api: httpx.AsyncClient, shop_orders: Orders, outside: Outside, engine: Engine, name: str
) -> None:
    import hashlib

    from database import people

    managers = [f"m{number}" for number in range(20)]
    with engine.begin() as c:
        for manager in managers:
            employ(c, manager, "regional_manager")
            digest = hashlib.sha256(f"key-of-{manager}".encode()).hexdigest()
            people.add_key(c, manager, digest, "test")
    outside.needs(Policy.ANY_OF, SignerGroup("regional_manager", tuple(managers)))
    order_id = await shop_orders.start(name)
    await shop_orders.until(order_id, "in_review")
    caller = Caller(api, order_id)
    decide = {"verdict": "approve", "content_hash": hash_of(name)}
    answers = await asyncio.gather(*(caller.post(m, "decisions", "k", **decide) for m in managers))
    assert {a.status_code for a in answers} <= {200, 202, 403, 409}
    await shop_orders.until(order_id, "preparing")
    # Whoever was answered "pending" hears the outcome on asking again with the same key.
    answers = await asyncio.gather(*(caller.post(m, "decisions", "k", **decide) for m in managers))
    told = [a.json()["code"] for a in answers]
    assert told.count("approved") == 1
    assert set(told) <= {"approved", "not_entitled", "wrong_stage"}
    assert shop_orders.kinds(order_id).count("signed") == 1


# --- cancel against approve, amend --------------------------------------------------------------


async def test_cancelling_needs_a_reason_and_a_note_and_closes_the_order(
    api: httpx.AsyncClient, shop_orders: Orders, outside: Outside, name: str
) -> None:
    outside.needs(Policy.ANY_OF, MANAGERS)
    order_id = await shop_orders.start(name)
    await shop_orders.until(order_id, "in_review")
    caller = Caller(api, order_id)
    for body in (
        {"reason": "BUYER_CANCEL"},
        {"reason": "BUYER_CANCEL", "note": " "},
        {"note": "x"},
    ):
        assert (await caller.post("cs", "cancellation", **body)).status_code == 422
    done = await caller.post("cs", "cancellation", "k", reason="BUYER_CANCEL", note="He called")
    assert done.status_code == 200
    await shop_orders.until(order_id, "closed_abnormally")
    again = await caller.post("cs", "cancellation", "k", reason="BUYER_CANCEL", note="He called")
    assert again.json() == done.json()


async def test_an_amendment_voids_signatures_and_is_added_once(
    api: httpx.AsyncClient, shop_orders: Orders, outside: Outside, engine: Engine, name: str
) -> None:
    outside.needs(Policy.COUNTERSIGN, *COUNTERSIGNED)
    order_id = await shop_orders.start(name)
    await shop_orders.until(order_id, "in_review")
    caller = Caller(api, order_id)
    await caller.post("otto", "decisions", verdict="approve", content_hash=hash_of(name))
    order = canonical(name).model_dump(mode="json")
    address = {"line1": "Weg 1", "city": "Berlin", "postal_code": "10115", "country": "DE"}
    order |= {"shipping_address": address, "currency": "USD"}
    first = await caller.post("cs", "amendments", "k", **order)
    assert first.status_code == 200, first.text
    assert (await caller.post("cs", "amendments", "k", **order)).json() == first.json()
    await shop_orders.until(order_id, "in_review")

    async def is_voided() -> bool:
        return "signatures_voided" in shop_orders.kinds(order_id)

    await eventually(is_voided)
    with engine.connect() as c:
        row = orders.get(c, order_id)
    assert row is not None
    assert (row.content_version, row.currency) == (2, "USD")


async def test_an_amendment_keeps_the_orders_identity_and_passes_line_1(
    api: httpx.AsyncClient, shop_orders: Orders, outside: Outside, engine: Engine, name: str
) -> None:
    outside.needs(Policy.ANY_OF, MANAGERS)
    order_id = await shop_orders.start(name)
    await shop_orders.until(order_id, "in_review")
    caller = Caller(api, order_id)
    order = canonical(name).model_dump(mode="json") | {"external_id": "other", "total": "1.00"}
    answer = await caller.post("cs", "amendments", **order)
    assert answer.status_code == 422
    found = {f["field"] for f in answer.json()["findings"]}
    assert {"external_id", "total", "shipping_address.postal_code"} <= found
    with engine.connect() as c:
        row = orders.get(c, order_id)
    assert row is not None
    assert row.content_version == 1


# --- signals ------------------------------------------------------------------------------------


async def test_an_order_ships_in_parcels_is_delivered_and_objected_to(
    api: httpx.AsyncClient, shop_orders: Orders, outside: Outside, name: str
) -> None:
    order_id = await shop_orders.start(name)
    await shop_orders.until(order_id, "preparing")
    caller = Caller(api, order_id)

    async def ship(person: str, tracking: str, line: str, quantity: int) -> tuple[int, str]:
        lines = [{"line_id": line, "quantity": quantity}]
        answer = await caller.post(person, "shipments", tracking_number=tracking, lines=lines)
        return answer.status_code, answer.json().get("code")

    assert await ship("keeper_na", "T1", "1", 1) == (403, "other_group")
    assert await ship("keeper_eu", "T1", "9", 1) == (422, "unknown_line")
    assert await ship("keeper_eu", "T1", "1", 3) == (422, "too_many_pieces")
    early = await caller.post("log", "deliveries", tracking_number="T1")
    assert (early.status_code, early.json()["code"]) == (404, "unknown_parcel")
    assert (await ship("keeper_eu", "T1", "1", 1))[0] == 202

    async def is_known() -> bool:
        return await ship("keeper_eu", "T1", "1", 1) == (409, "already_done")

    await eventually(is_known)
    rest = await caller.post("keeper_eu", "shipments", tracking_number="T2", carrier="dhl")
    assert rest.status_code == 202
    assert rest.json()["status"] == "accepted"
    await shop_orders.until(order_id, "shipped")
    assert (await caller.post("log", "deliveries")).status_code == 202
    objection = await caller.post("cs", "objections", reason="DELIVERY_FAILED", note="Not here")
    assert objection.status_code == 202
    await shop_orders.until(order_id, waits_for="hold:DELIVERY_FAILED")
    assert shop_orders.kinds(order_id).count("parcel_shipped") == 2
    too_late = await caller.post("cs", "cancellation", reason="OTHER", note="x")
    assert (too_late.status_code, too_late.json()["code"]) == (409, "already_shipped")
    back = await caller.post("cs", "returns", note="Wrong size")
    assert back.status_code == 202
    await shop_orders.until(order_id, "closed_abnormally")
    for what, body in (
        ("shipments", {"tracking_number": "T3"}),
        ("returns", {"note": "again"}),
        ("objections", {"reason": "OTHER", "note": "x"}),
    ):
        person = "log" if what == "shipments" else "cs"
        closed = await caller.post(person, what, **body)
        assert (closed.status_code, closed.json()["code"]) == (409, "closed")


async def test_a_hold_is_released_by_its_assignee_its_raiser_or_a_lead_only(
    api: httpx.AsyncClient, shop_orders: Orders, outside: Outside, name: str
) -> None:
    outside.needs(Policy.ANY_OF, MANAGERS)
    order_id = await shop_orders.start(name)
    await shop_orders.until(order_id, "in_review")
    caller = Caller(api, order_id)
    nobody = await caller.post("cs", "holds", reason="OTHER", note="x", assignee="nobody")
    assert nobody.status_code == 422
    assert nobody.json()["findings"][0]["field"] == "assignee"
    for releaser, status in (("log", 403), ("fay", 202), ("cs", 202), ("lead", 202)):
        body = {"reason": "FRAUD_RISK", "note": "Looks odd", "assignee": "fay"}
        held = await caller.post("cs", "holds", **body)
        assert held.status_code == 202
        await shop_orders.until(order_id, waits_for="hold:FRAUD_RISK")
        path = f"holds/{held.json()['id']}/release"
        answer = await caller.post(releaser, path, note="Checked")
        assert answer.status_code == status, answer.text
        if status != 202:
            assert answer.json()["code"] == "not_your_hold"
            assert (await caller.post("lead", path)).status_code == 202
        await shop_orders.until(order_id, waits_for="approve")
        unknown = await caller.post("lead", path)
        assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_hold")


async def test_the_manual_pool_picks_a_group_with_its_warehouse(
    api: httpx.AsyncClient, shop_orders: Orders, outside: Outside, name: str
) -> None:
    outside.obstructed(Obstacle(ReasonCode.NO_ROUTE, "BR"))
    order_id = await shop_orders.start(name)
    await shop_orders.until(order_id, waits_for="hold:NO_ROUTE")
    caller = Caller(api, order_id)
    assert (await caller.post("cs", "group", group="na")).status_code == 403
    unknown = await caller.post("lead", "group", group="moon")
    assert unknown.status_code == 422
    assert "eu, na" in unknown.json()["findings"][0]["message_en"]
    assert (await caller.post("lead", "group", group="na")).status_code == 202
    await shop_orders.until(order_id, "preparing")
    at = shop_orders.at(order_id)
    assert at is not None
    assert (at.group, at.warehouse) == ("na", "lax")


async def test_a_completed_order_is_closed_by_its_return(
    api: httpx.AsyncClient, shop_orders: Orders, outside: Outside, engine: Engine, name: str
) -> None:
    from database import progress
    from tests.integration.database_world import request_of, story_of

    order_id, _ = shop_orders.keep(name)
    with engine.begin() as c:
        progress.project(c, request_of(story_of(order_id).completed()))
    caller = Caller(api, order_id)
    answer = await caller.post("cs", "returns", "k", note="Wrong size")
    assert answer.status_code == 202, answer.text
    await shop_orders.until(order_id, "closed_abnormally")
    assert "return_requested" in shop_orders.kinds(order_id)
    again = await caller.post("cs", "returns", "k", note="Wrong size")
    assert (again.status_code, again.json()) == (202, answer.json())
    other = await caller.post("cs", "returns", "k2", note="Wrong size")
    assert (other.status_code, other.json()["code"]) == (409, "closed")


# --- when the workflow does not answer ----------------------------------------------------------


async def test_without_a_worker_a_decision_is_pending_and_takes_effect_once(
    api: httpx.AsyncClient,
    shop_orders: Orders,
    engine: Engine,
    temporal_client: Client,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setattr("api.workflow_calls.SECONDS_TO_ANSWER", 0.5)
    outside = Outside(engine)
    outside.needs(Policy.COUNTERSIGN, *COUNTERSIGNED)
    async with working(temporal_client, outside):
        order_id = await shop_orders.start(name)
        await shop_orders.until(order_id, "in_review")
    caller = Caller(api, order_id)
    decide = {"verdict": "approve", "content_hash": hash_of(name)}
    for _ in range(2):
        answer = await caller.post("otto", "decisions", "k", **decide)
        assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    async with working(temporal_client, outside):

        async def is_settled() -> bool:
            nonlocal answer
            answer = await caller.post("otto", "decisions", "k", **decide)
            return answer.status_code == 200

        await eventually(is_settled)
        assert answer.json()["code"] == "signed"
        await caller.post("fay", "decisions", **decide)
        await shop_orders.until(order_id, "preparing")
    assert shop_orders.kinds(order_id).count("signed") == 2


async def test_without_temporal_an_action_is_not_claimed_to_be_taken(
    engine: Engine, database_url: str, shop_orders: Orders, name: str
) -> None:
    from database import progress
    from tests.integration.database_world import request_of, story_of

    order_id, _ = shop_orders.keep(name)
    with engine.begin() as c:
        progress.project(c, request_of(story_of(order_id).in_review()))
    away = await Client.connect("127.0.0.1:1", lazy=True)
    for temporal in (away, None):
        async with serving(state_on(engine, database_url, temporal)) as api:
            caller = Caller(api, order_id)
            for person, what, body in (
                ("cs", "cancellation", {"reason": "OTHER", "note": "x"}),
                ("cs", "holds", {"reason": "OTHER", "note": "x"}),
            ):
                answer = await caller.post(person, what, "k", **body)
                assert (answer.status_code, answer.json()["code"]) == (503, "outcome_unknown")
                assert "retry-after" in answer.headers


async def test_an_order_that_has_not_started_yet_asks_to_come_again(
    api: httpx.AsyncClient, shop_orders: Orders, name: str
) -> None:
    order_id, _ = shop_orders.keep(name)
    answer = await Caller(api, order_id).post("cs", "confirm")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_started")


async def test_an_unknown_order_and_a_missing_body_are_named(api: httpx.AsyncClient) -> None:
    caller = Caller(api, "ord_nope")
    assert (await caller.post("cs", "confirm")).status_code == 404
    assert (await caller.post("mia", "decisions")).status_code == 422
