"""Many orders decided on at once over the API: real workflows, and a result for each of them."""

import hashlib
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text
from temporalio.client import Client

from activities.batch import Batches
from database import notes, people, progress
from domain.approvals import Policy, SignerGroup
from domain.order import content_hash
from intake.batch_starts import ensure_batches
from tests.integration.api_orders_alive import COUNTERSIGNED, Orders, Outside, working
from tests.integration.api_world import as_, eventually, key_of, open_house, serving, state_on
from tests.integration.database_rules_sets import published_rules
from tests.integration.database_world import canonical, employ
from workflows.batch import BatchWorkflow

LEADS = SignerGroup("team_lead", ("lead", "mia"))
UNKNOWN = "ord_" + "0" * 32
_numbers = itertools.count(1)


class Company:
    """Orders that live, and an API to decide on many of them."""

    def __init__(self, api: httpx.AsyncClient, orders: Orders, outside: Outside) -> None:
        self.api = api
        self.orders = orders
        self.outside = outside
        self.hashes: dict[str, str] = {}

    async def pending(
        self, count: int, *groups: SignerGroup, policy: Policy = Policy.ANY_OF, submitter: str = ""
    ) -> list[str]:
        """Start orders and wait until they wait for these groups."""
        self.outside.needs(policy, *(groups or (LEADS,)))
        names = [f"batch-{next(_numbers)}" for _ in range(count)]
        ids = [await self.orders.start(name, submitter) for name in names]
        for order_id, name in zip(ids, names, strict=True):
            await self.orders.until(order_id, "in_review")
            self.hashes[order_id] = content_hash(canonical(name))
        return ids

    def shown(self, *order_ids: str) -> list[dict[str, str]]:
        """Return orders as a person saw them."""
        return [{"order_id": each, "content_hash": self.hashes[each]} for each in order_ids]

    async def batch(self, person: str = "lead", key: str = "", **body: Any) -> httpx.Response:
        """Ask for a batch that approves."""
        headers = as_(person, key=key) if key else as_(person)
        body = {"verdict": "approve", **body}
        return await self.api.post("/api/v1/decisions/batch", json=body, headers=headers)

    async def get(self, path: str, person: str = "lead") -> dict[str, Any]:
        """Return what is shown."""
        answer = await self.api.get(f"/api/v1{path}", headers=as_(person))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def done(self, answer: httpx.Response) -> dict[str, Any]:
        """Wait until a batch that was started is done."""
        assert answer.status_code == 202, answer.text
        path = f"/batches/{answer.json()['batch_id']}"

        async def is_done() -> bool:
            return bool((await self.get(path))["state"] == "done")

        await eventually(is_done)
        return await self.get(path)

    async def results(self, batch: dict[str, Any]) -> dict[str, tuple[str, str]]:
        """Return state and code of each order."""
        found = await self.get(f"/batches/{batch['batch_id']}/items")
        return {item["order_id"]: (item["state"], item["code"]) for item in found["items"]}


@pytest.fixture
async def company(
    engine: Engine, database_url: str, temporal_client: Client
) -> AsyncIterator[Company]:
    with engine.begin() as c:
        open_house(c)
        employ(c, "lead_na", "team_lead:na")
        people.add_key(c, "lead_na", hashlib.sha256(key_of("lead_na").encode()).hexdigest(), "test")
        published_rules(c, "r1")
    outside = Outside(engine)
    orders = Orders(engine, temporal_client)
    work = Batches(engine, temporal_client).work_batch
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(
            serving(state_on(engine, database_url, temporal_client))
        )
        await stack.enter_async_context(working(temporal_client, outside, [BatchWorkflow], [work]))
        yield Company(api, orders, outside)
        await orders.end()


async def test_each_order_of_a_batch_has_its_own_result_and_the_rest_is_not_disturbed(
    company: Company, engine: Engine
) -> None:
    good = await company.pending(22)
    (own,) = await company.pending(1, submitter="lead")
    (others,) = await company.pending(1, SignerGroup("finance", ("fay",)))
    (signed,) = await company.pending(1, *COUNTERSIGNED, policy=Policy.COUNTERSIGN)
    closed, changed = await company.pending(2)
    path = f"/api/v1/orders/{signed}/decisions"
    body = {"verdict": "approve", "content_hash": company.hashes[signed]}
    assert (await company.api.post(path, json=body, headers=as_("lead"))).status_code == 200
    body = {"reason": "BUYER_CANCEL", "note": "Called at noon"}
    path = f"/api/v1/orders/{closed}/cancellation"
    assert (await company.api.post(path, json=body, headers=as_("cs"))).status_code == 200
    await company.orders.until(closed, "closed_abnormally")
    company.hashes |= {changed: "0" * 64, UNKNOWN: "0" * 64}
    asked = company.shown(*good, own, others, signed, closed, changed, UNKNOWN)
    batch = await company.done(await company.batch(orders=asked))
    assert await company.results(batch) == {
        **dict.fromkeys(good, ("accepted", "approved")),
        own: ("refused", "is_submitter"),
        others: ("refused", "not_entitled"),
        signed: ("refused", "already_signed"),
        closed: ("refused", "closed"),
        changed: ("refused", "stale_content"),
        UNKNOWN: ("refused", "unknown_order"),
    }
    assert (batch["counts"]["accepted"], batch["counts"]["refused"]) == (22, 6)
    items = await company.get(f"/batches/{batch['batch_id']}/items?state=refused&limit=3")
    assert all(item["en"] and item["zh"] for item in items["items"])
    path = f"/batches/{batch['batch_id']}/items?state=refused&cursor={items['next_cursor']}"
    assert len((await company.get(path))["items"]) == 3
    await company.orders.until(good[-1], "preparing")
    with engine.connect() as c:
        told = c.execute(text("SELECT data FROM notifications WHERE event_kind = 'batch_done'"))
        assert told.scalar_one()["refused"] == "6"
        (decision,) = progress.decisions_of(c, good[0])
    assert (decision.person, decision.decision_id[:4]) == ("lead", "act_")


async def test_a_filter_is_looked_at_first_and_started_exactly_as_it_was_shown(
    company: Company,
) -> None:
    await company.pending(3)
    chosen: dict[str, Any] = {"filter": {"group": "eu", "channel": "shopify"}}
    assert (await company.batch(**chosen)).json()["code"] == "preview_required"
    shown = (await company.batch(**chosen, preview=True)).json()
    assert (shown["count"], shown["fit"], shown["money"]) == (3, 3, {"EUR": "300.00"})
    elsewhere = (await company.batch("lead_na", **chosen, preview=True)).json()
    assert elsewhere["count"] == 0
    await company.pending(1, SignerGroup("finance", ("fay",)))
    late = await company.batch(**chosen, preview_digest=shown["preview_digest"])
    assert (late.status_code, late.json()["code"]) == (409, "preview_outdated")
    assert "4 now, 3 of which" in late.json()["detail"]
    shown = (await company.batch(**chosen, preview=True)).json()
    (reason,) = shown["reasons"]
    assert (shown["count"], reason["code"], reason["count"]) == (4, "not_entitled", 1)
    begun = {**chosen, "preview_digest": shown["preview_digest"]}
    first, again = await company.batch(key="k1", **begun), await company.batch(key="k1", **begun)
    assert first.json()["batch_id"] == again.json()["batch_id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    batch = await company.done(first)
    assert (batch["counts"]["accepted"], batch["counts"]["refused"]) == (3, 1)
    other = await company.batch(key="k1", **{**begun, "filter": {"group": "na"}})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    (listed,) = (await company.get("/batches"))["batches"]
    assert listed["batch_id"] == batch["batch_id"]
    assert (await company.get("/batches", "mia"))["batches"] == []
    hidden = await company.api.get(f"/api/v1/batches/{batch['batch_id']}", headers=as_("mia"))
    assert (hidden.status_code, hidden.json()["code"]) == (404, "unknown_batch")
    ended = await company.api.post(
        f"/api/v1/batches/{batch['batch_id']}/cancel", headers=as_("lead")
    )
    assert (ended.status_code, ended.json()["code"]) == (409, "batch_ended")


async def test_rejecting_many_needs_a_note_which_is_then_on_every_order(
    company: Company, engine: Engine
) -> None:
    orders = await company.pending(2)
    body: dict[str, Any] = {"verdict": "reject", "orders": company.shown(*orders)}
    bare = await company.batch(**body)
    assert (bare.status_code, bare.json()["code"]) == (422, "note_required")
    batch = await company.done(await company.batch(**body, note="Over the quota"))
    assert set((await company.results(batch)).values()) == {("accepted", "rejected")}
    for order_id in orders:
        await company.orders.until(order_id, "closed_abnormally")
        with engine.connect() as c:
            (note,) = notes.texts(c, order_id).values()
        assert (note.text, note.author) == ("Over the quota", "lead")


async def test_a_batch_that_temporal_did_not_hear_of_is_started_by_a_worker(
    company: Company, engine: Engine, database_url: str, temporal_client: Client
) -> None:
    orders = await company.pending(1)
    async with serving(state_on(engine, database_url)) as cut_off:
        body = {"verdict": "approve", "orders": company.shown(*orders)}
        made = await cut_off.post("/api/v1/decisions/batch", json=body, headers=as_("lead"))
    await ensure_batches(engine, temporal_client)
    shown = await company.get(f"/batches/{made.json()['batch_id']}")
    assert (shown["state"], shown["answered"]) == ("running", 0)
    with engine.begin() as c:
        c.execute(text("UPDATE batches SET created_at = created_at - interval '1 minute'"))
    await ensure_batches(engine, temporal_client)
    assert (await company.done(made))["counts"]["accepted"] == 1


async def test_what_makes_no_batch_is_said_and_nothing_is_kept(company: Company) -> None:
    both = await company.batch(filter={}, orders=[{"order_id": UNKNOWN, "content_hash": "0" * 64}])
    assert (both.status_code, both.json()["code"]) == (422, "invalid")
    shown = (await company.batch(filter={}, preview=True)).json()
    assert (shown["count"], shown["oldest"]) == (0, None)
    empty = await company.batch(filter={}, preview_digest=shown["preview_digest"])
    assert (empty.status_code, empty.json()["code"]) == (422, "batch_empty")
    assert (await company.batch("audi", filter={}, preview=True)).status_code == 403
    assert (await company.get("/batches"))["batches"] == []


async def test_open_orders_are_put_under_the_published_rules_and_no_others(
    company: Company, engine: Engine
) -> None:
    orders = await company.pending(3)
    path = "/api/v1/rules/{}/apply"
    body = {"orders": orders, "note": "Threshold raised"}
    old = await company.api.post(path.format("r1"), json=body, headers=as_("audi"))
    assert old.status_code == 403
    with engine.begin() as c:
        published_rules(c, "r2")
    refused = await company.api.post(path.format("r1"), json=body, headers=as_("lead"))
    assert (refused.status_code, refused.json()["code"]) == (409, "not_in_force")
    answer = await company.api.post(path.format("r2"), json=body, headers=as_("lead"))
    batch = await company.done(answer)
    assert (batch["kind"], batch["counts"]["accepted"]) == ("repin", 3)
    assert "repinned" in company.orders.kinds(orders[0])
