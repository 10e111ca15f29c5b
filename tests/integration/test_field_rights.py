"""Who sees what of an order: keepers only their group's and nothing of credit, auditors nothing
personal."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import Engine

from database import notes, people, progress
from database.notes import Note
from domain.holds import ReasonCode
from tests.integration.api_world import as_, key_of, open_house, serving, state_on
from tests.integration.database_world import NOW, employ, place, request_of, story_of
from tests.unit.order_states import do, hold

ORDERS = "/api/v1/orders"
LOOKS = ("", "/timeline", "/explanation", "/answer", "/actions", "/messages")


@pytest.fixture
def held(engine: Engine) -> dict[str, str]:
    """An order of each group in preparation, held for credit; their ids by group."""
    found = {}
    with engine.begin() as c:
        open_house(c)
        employ(c, "both", "warehouse_keeper:eu", "customer_service:na")
        for group in ("eu", "na"):
            order_id = place(c, group)
            story = story_of(order_id)
            state = replace(story, plan=replace(story.plan, group=group)).managed().preparing()
            do(state, hold(ReasonCode.CREDIT_LIMIT, f"note-{group}"))
            progress.project(c, request_of(state))
            notes.put(c, Note(f"note-{group}", order_id, "carl", "owes 9000 since March", NOW))
            found[group] = order_id
    return found


@pytest.fixture
async def api(engine: Engine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(state_on(engine, database_url)) as client:
        yield client


async def seen(api: httpx.AsyncClient, person: str, order_id: str) -> str:
    """Return everything that somebody is shown of an order, as text."""
    answers = [await api.get(f"{ORDERS}/{order_id}{look}", headers=as_(person)) for look in LOOKS]
    assert [answer.status_code for answer in answers] == [200] * len(LOOKS)
    listed = await api.get(ORDERS, params={"flag": "held"}, headers=as_(person))
    rows = [row for row in listed.json()["orders"] if row["order_id"] == order_id]
    assert rows
    return "".join(answer.text for answer in answers) + str(rows)


@pytest.mark.parametrize("look", LOOKS)
async def test_keepers_of_one_group_cannot_read_the_orders_of_another(
    api: httpx.AsyncClient, held: dict[str, str], look: str
) -> None:
    for person, theirs, other in (("keeper_eu", "eu", "na"), ("keeper_na", "na", "eu")):
        own = await api.get(f"{ORDERS}/{held[theirs]}{look}", headers=as_(person))
        assert own.status_code == 200
        foreign = await api.get(f"{ORDERS}/{held[other]}{look}", headers=as_(person))
        assert (foreign.status_code, foreign.json()["code"]) == (403, "other_group")


async def test_lists_of_keepers_hold_their_own_groups_orders_only(
    api: httpx.AsyncClient, held: dict[str, str]
) -> None:
    for query in ({}, {"group": "na"}, {"q": "na"}, {"flag": "held"}):
        found = (await api.get(ORDERS, params=query, headers=as_("keeper_eu"))).json()["orders"]
        assert held["na"] not in {row["order_id"] for row in found}
    found = (await api.get(ORDERS, headers=as_("keeper_eu"))).json()["orders"]
    assert [row["order_id"] for row in found] == [held["eu"]]


async def test_keepers_cannot_act_on_the_orders_of_another_group(
    api: httpx.AsyncClient, held: dict[str, str]
) -> None:
    body = {"tracking_number": "T-1", "carrier": "dhl", "lines": [{"line_id": "1", "quantity": 1}]}
    path = f"{ORDERS}/{held['na']}/shipments"
    answer = await api.post(path, json=body, headers=as_("keeper_eu"))
    assert (answer.status_code, answer.json()["code"]) == (403, "other_group")


async def test_keepers_see_that_an_order_is_held_but_nothing_of_credit(
    api: httpx.AsyncClient, held: dict[str, str]
) -> None:
    text = await seen(api, "keeper_eu", held["eu"])
    assert "CREDIT" not in text
    assert "credit limit" not in text
    assert "owes 9000" not in text
    shown = (await api.get(f"{ORDERS}/{held['eu']}", headers=as_("keeper_eu"))).json()
    assert [hold["reason"] for hold in shown["holds"]] == ["OTHER"]
    assert shown["content"] is not None
    by_reason = {"reason": "CREDIT_LIMIT"}
    refused = await api.get(ORDERS, params=by_reason, headers=as_("keeper_eu"))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


async def test_keepers_who_ship_a_held_order_are_not_told_of_credit_either(
    api: httpx.AsyncClient, held: dict[str, str]
) -> None:
    body = {"tracking_number": "T-1", "carrier": "dhl", "lines": [{"line_id": "1", "quantity": 1}]}
    path = f"{ORDERS}/{held['eu']}/shipments"
    answer = await api.post(path, json=body, headers=as_("keeper_eu"))
    assert answer.json()["code"] == "held"
    assert "CREDIT" not in answer.text


async def test_everybody_else_sees_why_it_is_held(
    api: httpx.AsyncClient, held: dict[str, str]
) -> None:
    for person in ("cs", "fay", "lead", "root"):
        text = await seen(api, person, held["eu"])
        assert "CREDIT_LIMIT" in text
        assert "owes 9000" in text
    found = await api.get(ORDERS, params={"reason": "CREDIT_LIMIT"}, headers=as_("cs"))
    assert len(found.json()["orders"]) == 2


async def test_a_role_in_one_group_shows_no_credit_in_another(
    api: httpx.AsyncClient, engine: Engine, held: dict[str, str]
) -> None:
    with engine.begin() as c:
        people.add_key(c, "both", hashlib.sha256(key_of("both").encode()).hexdigest(), "test")
    assert "CREDIT" not in await seen(api, "both", held["eu"])
    assert "CREDIT_LIMIT" in await seen(api, "both", held["na"])
    found = await api.get(ORDERS, params={"reason": "CREDIT_LIMIT"}, headers=as_("both"))
    assert [row["order_id"] for row in found.json()["orders"]] == [held["na"]]


async def test_auditors_read_everything_but_what_is_personal(
    api: httpx.AsyncClient, held: dict[str, str]
) -> None:
    text = await seen(api, "audi", held["eu"])
    assert "CREDIT_LIMIT" in text
    for personal in ("owes 9000", "Beispiel GmbH", "a@example.com", "Berlin"):
        assert personal not in text
    shown = (await api.get(f"{ORDERS}/{held['eu']}", headers=as_("audi"))).json()
    assert shown["content"] is None
