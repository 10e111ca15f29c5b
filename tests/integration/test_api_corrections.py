"""A message in quarantine is corrected once, by one person, and the original stays on record."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, select

from database import audit, inbox, orders, quarantine, shops
from database.shops import Shop
from domain.facts import OrderFacts
from intake.signals import loaded
from tests.integration.api_world import as_, open_house, serving, state_on
from tests.integration.database_world import NOW
from tests.integration.intake_world import PLAYED, IntakeWorld, new, played_channel

PATH = "/api/v1/quarantine"
BAD = [new(missing=["shipping_address.postal_code"])]
GOOD = json.dumps([new()])
STILL_BAD = json.dumps([new(missing=["currency"])])


@pytest.fixture
async def api(engine: Engine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    with engine.begin() as c:
        open_house(c)
    async with serving(state_on(engine, database_url)) as client:
        yield client


@pytest.fixture
def world(engine: Engine, api: httpx.AsyncClient) -> Any:
    with played_channel():
        yield IntakeWorld(engine)


def put_aside(world: IntakeWorld, **changes: Any) -> int:
    """Send a message that can't be read and return its entry."""
    world.send(*BAD, **changes)
    world.work()
    return newest(world).id


def newest(world: IntakeWorld) -> quarantine.Quarantined:
    with world.engine.connect() as c:
        return quarantine.page(c).items[0]


async def fix(
    api: httpx.AsyncClient, entry: int, body: str = GOOD, person: str = "cs"
) -> httpx.Response:
    asked = {"body": body, "note": "asked the buyer"}
    return await api.post(f"{PATH}/{entry}/fix", json=asked, headers=as_(person))


async def shown(api: httpx.AsyncClient, entry: int, person: str = "cs") -> dict[str, Any]:
    answer = await api.get(f"{PATH}/{entry}", headers=as_(person))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_the_text_is_shown_as_it_came_in(api: httpx.AsyncClient, world: IntakeWorld) -> None:
    body = b"\xef\xbb\xbf{ \xe9 \xc3\xa9"
    headers = {"content-type": "text/plain"}
    entry = put_aside(world, channel="storefront", body=body, headers=headers)
    found = await shown(api, entry)
    assert found["body"] == "{ \ufffd \u00e9"
    assert (found["topic"], found["content_type"]) == ("t", "text/plain")
    assert (found["fixable"], found["why_not_fixable_en"]) == (True, "")


async def test_only_who_may_read_content_sees_and_corrects_it(
    api: httpx.AsyncClient, world: IntakeWorld
) -> None:
    entry = put_aside(world)
    for person in ("audi", "mia", "keeper_eu"):
        assert (await api.get(f"{PATH}/{entry}", headers=as_(person))).status_code == 403
        assert (await fix(api, entry, person=person)).status_code == 403
    assert (await api.get(f"{PATH}/999999", headers=as_("cs"))).status_code == 404
    assert (await fix(api, 999999)).status_code == 404


async def test_a_corrected_message_becomes_the_order_and_both_are_linked(
    api: httpx.AsyncClient, world: IntakeWorld
) -> None:
    entry = put_aside(world)
    original = newest(world)
    answer = await fix(api, entry)
    assert answer.status_code == 200, answer.text
    corrected = answer.json()["inbox_id"]
    assert answer.json() == {"id": entry, "resolution": "fix", "inbox_id": corrected}
    (told,) = world.work().told
    (start,) = loaded(told.signals)
    assert isinstance(start.payload, OrderFacts)
    # The channel sold it, and whoever wrote the text does not sign the order.
    assert (start.payload.origin, start.payload.submitter) == ("channel", "")
    assert start.payload.amended_by == "cs"
    with world.engine.connect() as c:
        order = orders.find(c, PLAYED, "main", "1001")
        assert order is not None
        content = orders.content(c, order.order_id)
        entries = audit.entries_of(c, audit.SYSTEM_CHAIN)
        row = inbox.get(c, corrected)
    assert content is not None
    assert content.author == "cs"
    assert (row.topic, row.corrected_by, row.found_by) == ("t", "cs", "push")
    assert [(e.actor, e.action, e.detail) for e in entries] == [
        (
            "cs",
            "quarantine_fix",
            {"quarantine_id": entry, "corrects": original.inbox_id, "inbox_id": corrected},
        )
    ]
    assert world.state(original.inbox_id) == "quarantined"
    found = await shown(api, entry)
    assert (found["resolution"], found["resolved_by"]) == ("fix", "cs")
    assert (found["note"], found["corrected_inbox_id"]) == ("asked the buyer", corrected)
    assert json.loads(found["body"])[0]["missing"]
    assert not found["fixable"]


async def test_a_wrong_correction_comes_back_with_its_findings_and_can_be_corrected(
    api: httpx.AsyncClient, world: IntakeWorld
) -> None:
    first = put_aside(world)
    await fix(api, first, STILL_BAD)
    assert world.work().told == []
    again = newest(world)
    assert again.id != first
    assert [each.field for each in again.findings] == ["currency"]
    assert (await shown(api, again.id))["corrects_entry_id"] == first
    await fix(api, again.id)
    assert len(world.work().told) == 1


async def test_of_two_people_one_wins_and_the_other_is_told(
    api: httpx.AsyncClient, world: IntakeWorld
) -> None:
    entry = put_aside(world)
    answers = await asyncio.gather(
        *(fix(api, entry, person=person) for person in ("cs", "lead", "otto", "root"))
    )
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200, 409, 409, 409]
    refused = next(answer.json() for answer in answers if answer.is_error)
    assert refused["code"] == "already_resolved"
    assert "fix" in refused["detail"]
    with world.engine.connect() as c:
        rows = c.execute(select(inbox.inbox.c.id).where(inbox.inbox.c.corrects.is_not(None))).all()
        assert len(rows) == 1
        assert len(audit.entries_of(c, audit.SYSTEM_CHAIN)) == 1


async def test_the_same_correction_sent_twice_is_one(
    api: httpx.AsyncClient, world: IntakeWorld
) -> None:
    entry = put_aside(world)
    answers = await asyncio.gather(*(fix(api, entry) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["inbox_id"] for answer in answers}) == 1
    other = await fix(api, entry, STILL_BAD)
    assert other.status_code == 409


async def test_what_was_put_away_is_not_corrected(
    api: httpx.AsyncClient, world: IntakeWorld
) -> None:
    entry = put_aside(world)
    await api.post(f"{PATH}/{entry}/discard", headers=as_("cs"))
    answer = await fix(api, entry, person="lead")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_resolved")


async def test_a_text_nobody_changed_is_refused(api: httpx.AsyncClient, world: IntakeWorld) -> None:
    entry = put_aside(world)
    answer = await fix(api, entry, json.dumps(BAD))
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_changed")


async def test_rows_of_a_spreadsheet_are_corrected_in_their_workbook(
    api: httpx.AsyncClient, world: IntakeWorld
) -> None:
    entry = put_aside(world, channel="spreadsheet", found_by="file", submitter="cs")
    found = await shown(api, entry)
    assert not found["fixable"]
    assert "error workbook" in found["why_not_fixable_en"]
    answer = await fix(api, entry)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_fixable")
    assert "错误工作簿" in answer.json()["detail_zh"]


async def test_a_correction_passes_the_breaker_of_its_shop(
    api: httpx.AsyncClient, world: IntakeWorld
) -> None:
    with world.engine.begin() as c:
        shops.save(c, Shop(PLAYED, "main", ("secret",)))
    entry = put_aside(world)
    opened = await api.post(
        f"/api/v1/breakers/{PLAYED}/main/open", json={"note": "down"}, headers=as_("lead")
    )
    assert opened.is_success, opened.text
    world.now = NOW.replace(hour=9)
    parked = world.send(new("1002"))
    await fix(api, entry)
    told = world.work().told
    assert len(told) == 1
    assert world.state(parked) == "parked"
