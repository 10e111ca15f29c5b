"""Every route as every role, really called: what the expected table says is what happens."""

import hashlib
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from api.app import create_app
from api.permissions import ROLES
from database import people
from tests.integration.api_world import as_, key_of, open_house, running, state_on
from tests.integration.database_world import employ
from tests.integration.route_matrix import PATH, Route, answer_to, routes_of, table

ROLE_NAMES = sorted(ROLES)
# Does not end by itself; when nobody more may follow, whoever may is told so at once.
_FOLLOWING = ("GET", "/api/v1/events")


@pytest.fixture
def app(engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """The API, with somebody of each role who has a key."""
    monkeypatch.setattr("api.event_feed.MOST_CLIENTS", 0)
    with engine.begin() as c:
        open_house(c)
        for role in ROLE_NAMES:
            employ(c, f"a-{role}", role)
            digest = hashlib.sha256(key_of(f"a-{role}").encode()).hexdigest()
            people.add_key(c, f"a-{role}", digest, "test")
    return create_app(state_on(engine, database_url))


@pytest.fixture
async def api(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with running(app) as client:
        yield client


async def code_of(api: httpx.AsyncClient, route: Route, headers: dict[str, str]) -> str:
    """Call a route with something of everything and return the code of the problem, if any."""
    method, path = route
    body = {} if method == "GET" else {"json": {}}
    filled = re.sub(r"\{[^}]*\}", "1", path)
    answer = await api.request(method, filled, headers=headers, **body)  # type: ignore[arg-type]
    assert answer.status_code != 500, route
    is_problem = answer.headers.get("content-type", "").startswith("application/problem")
    return str(answer.json()["code"]) if is_problem else ""


def test_the_table_lists_every_route_as_it_is(app: FastAPI) -> None:
    assert table(app) == PATH.read_text(), (
        "run python -m tests.integration.route_matrix and read what differs"
    )


@pytest.mark.parametrize("role", ROLE_NAMES)
async def test_a_role_is_let_in_and_kept_out_as_the_table_says(
    app: FastAPI, api: httpx.AsyncClient, role: str
) -> None:
    expected, happened = {}, {}
    for route in routes_of(app):
        expected[route] = answer_to(route, role)
        if expected[route] != "public":
            code = await code_of(api, route, as_(f"a-{role}"))
            assert code != "unauthenticated", route
            happened[route] = "refused" if code == "forbidden" else "allowed"
            assert (route == _FOLLOWING) == (code == "busy")
    assert happened == {route: said for route, said in expected.items() if said != "public"}


async def test_strangers_reach_what_is_public_and_nothing_else(
    app: FastAPI, api: httpx.AsyncClient
) -> None:
    for route in routes_of(app):
        is_public = answer_to(route, "auditor") == "public"
        assert (await code_of(api, route, {}) != "unauthenticated") is is_public, route
