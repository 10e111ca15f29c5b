"""Searching the audit: by who, what, about what and when, page by page."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from database import audit
from database.audit import SYSTEM_CHAIN, Entry
from tests.integration.api_world import STAFF, as_, open_house, serving, state_on
from tests.integration.database_world import later

PATH = "/api/v1/audit"


@pytest.fixture
async def api(engine: Engine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    with engine.begin() as c:
        open_house(c)
    async with serving(state_on(engine, database_url)) as client:
        yield client


@pytest.fixture
def history(engine: Engine, api: httpx.AsyncClient) -> None:
    """Two orders' chains and the house's, one minute after the other."""
    with engine.begin() as c:
        for minute, (chain, entry) in enumerate(
            (
                ("ord_1", Entry("channel:shopify", "submitted", {"seq": "1"})),
                ("ord_2", Entry("channel:shopify", "submitted", {"seq": "1"})),
                ("ord_1", Entry("cs", "held", {"reason": "OTHER"})),
                (SYSTEM_CHAIN, Entry("root", "user_saved", {"person_id": "mia", "roles": ["x"]})),
                (SYSTEM_CHAIN, Entry("cs", "quarantine_retry", {"quarantine_id": 12})),
                ("ord_1", Entry("system", "escalated", {})),
            )
        ):
            audit.append(c, chain, [entry], later(minute))


async def found(api: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await api.get(PATH, params=query, headers=as_("audi"))
    assert answer.status_code == 200, answer.text
    return [f"{each['subject']} {each['action']}" for each in answer.json()["entries"]]


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("query", "entries"),
    [
        ({"actor": "cs"}, ["12 quarantine_retry", "ord_1 held"]),
        ({"actor": "system"}, ["ord_1 escalated"]),
        ({"action": "submitted"}, ["ord_2 submitted", "ord_1 submitted"]),
        ({"subject": "ord_1"}, ["ord_1 escalated", "ord_1 held", "ord_1 submitted"]),
        ({"subject": "mia"}, ["mia user_saved"]),
        ({"subject": "12"}, ["12 quarantine_retry"]),
        ({"subject": "ord_1", "actor": "cs"}, ["ord_1 held"]),
        (
            {"since": later(1).isoformat(), "until": later(3).isoformat()},
            ["ord_1 held", "ord_2 submitted"],
        ),
        ({"actor": "nobody"}, []),
    ],
)
async def test_entries_are_found_by_what_is_asked(
    api: httpx.AsyncClient, query: dict[str, str], entries: list[str]
) -> None:
    assert await found(api, **query) == entries


@pytest.mark.usefixtures("history")
async def test_pages_cover_everything_once(api: httpx.AsyncClient) -> None:
    seen: list[tuple[str, int]] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = (await api.get(PATH, params=query, headers=as_("audi"))).json()
        seen += [(entry["chain"], entry["seq"]) for entry in page["entries"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == [
        ("ord_1", 3),
        ("system", 2),
        ("system", 1),
        ("ord_1", 2),
        ("ord_2", 1),
        ("ord_1", 1),
    ]


@pytest.mark.parametrize("cursor", ["nonsense", "e30=", "WyIyMDI2LVcwMS0xIiwgIlx1MDAwMCIsICIiXQ=="])
async def test_a_forged_cursor_is_refused(api: httpx.AsyncClient, cursor: str) -> None:
    answer = await api.get(PATH, params={"cursor": cursor}, headers=as_("audi"))
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")


async def test_the_audit_is_for_those_who_answer_for_the_house(api: httpx.AsyncClient) -> None:
    may = {p for p in STAFF if (await api.get(PATH, headers=as_(p))).status_code == 200}
    assert may == {"otto", "lead", "audi", "root"}


async def test_everybody_knows_everybodys_name(api: httpx.AsyncClient) -> None:
    for person in ("keeper_eu", "audi"):
        answer = await api.get("/api/v1/people/names", headers=as_(person))
        assert answer.json()["names"]["mia"] == "Mia"
    assert (await api.get("/api/v1/people/names")).status_code == 401
