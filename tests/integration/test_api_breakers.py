"""A person sees which shops' orders are kept back, and may keep them back or let them in."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import Connection, Engine

from database import audit, breakers, customers, orders, progress
from database.inbox import Delivery, put
from domain.cleansing import Cleansing, CleansingCode
from domain.order import content_hash
from tests.integration.api_world import as_, open_house, serving, state_on
from tests.integration.database_world import NOW, canonical, place, request_of, story_of

BREAKERS = "/api/v1/breakers"


@pytest.fixture
async def api(engine: Engine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    with engine.begin() as c:
        open_house(c)
    async with serving(state_on(engine, database_url)) as client:
        yield client


def parked(c: Connection) -> None:
    (receipt,) = put(c, [Delivery("shopify", "main", "orders/create", "k", {}, b"{}", NOW)])
    assert breakers.park(c, "shopify", "main", receipt.id)


async def test_opening_and_closing_by_hand_is_shown_and_on_record(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    opened = await api.post(f"{BREAKERS}/shopify/main/open", headers=as_("cs"))
    assert opened.status_code == 200, opened.text
    with engine.begin() as c:
        parked(c)
    (shown,) = (await api.get(BREAKERS, headers=as_("audi"))).json()["breakers"]
    assert (shown["state"], shown["opened_by"], shown["parked"]) == ("open", "cs", 1)
    assert (shown["oldest_parked_at"], shown["tries_again_at"]) == ("2026-03-02T08:00:00Z", None)
    again = await api.post(f"{BREAKERS}/shopify/main/open", headers=as_("cs"))
    assert again.json()["since"] == opened.json()["since"]
    closed = await api.post(f"{BREAKERS}/shopify/main/close", headers=as_("lead"))
    assert (closed.json()["state"], closed.json()["is_draining"]) == ("closed", True)
    with engine.connect() as c:
        entries = audit.entries_of(c, audit.SYSTEM_CHAIN)
    assert [(entry.actor, entry.action) for entry in entries] == [
        ("cs", "breaker_open"),
        ("lead", "breaker_closed"),
    ]


async def test_an_unknown_shop_has_no_breaker(api: httpx.AsyncClient) -> None:
    answer = await api.post(f"{BREAKERS}/shopify/nowhere/open", headers=as_("cs"))
    assert (answer.status_code, answer.json()["code"]) == (404, "unregistered_shop")
    assert (await api.get(BREAKERS, headers=as_("cs"))).json() == {"breakers": []}


@pytest.mark.parametrize("person", ["audi", "log", "keeper_eu"])
async def test_who_may_not_settle_the_quarantine_may_not_do_it(
    api: httpx.AsyncClient, person: str
) -> None:
    answer = await api.post(f"{BREAKERS}/shopify/main/open", headers=as_(person))
    assert answer.status_code == 403


async def test_an_order_shows_its_cleansing_and_what_it_may_be_a_duplicate_of(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    cleansing = Cleansing()
    cleansing.note(CleansingCode.PHONE, "customer.phone", "030 901820", "+4930901820")
    with engine.begin() as c:
        first = place(c)
        order = canonical("A-7", shop="second", number="A-7")
        second, _ = orders.insert(
            c,
            order,
            workflow_id="order:shopify:second:A-7",
            origin="channel",
            submitter="",
            customer_id=customers.upsert(c, order),
            findings=[],
            content_hash=content_hash(order),
            received_at=NOW,
            author="channel:shopify",
            cleansing=cleansing.steps,
        )
        assert progress.project(c, request_of(story_of(first).managed().in_review()))
    one = (await api.get(f"/api/v1/orders/{first}", headers=as_("cs"))).json()
    other = (await api.get(f"/api/v1/orders/{second}", headers=as_("cs"))).json()
    (step,) = other["content"]["cleansing"]
    assert (step["before"], step["after"]) == ("030 901820", "+4930901820")
    assert step["why_zh"] == "电话统一为国际格式（E.164）"
    assert one["similar_orders"] == [
        {
            "order_id": second,
            "channel": "shopify",
            "shop": "second",
            "number": "A-7",
            "placed_at": "2026-03-02T08:00:00Z",
            "stage": "",
        }
    ]
    assert [(each["order_id"], each["stage"]) for each in other["similar_orders"]] == [
        (first, "in_review")
    ]
    hidden = (await api.get(f"/api/v1/orders/{second}", headers=as_("audi"))).json()
    assert hidden["content"] is None
