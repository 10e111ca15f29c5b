"""The board over HTTP: everybody sees the figures of the orders within their reach only."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, Engine

from database import breakers, progress
from database.breakers import StoredBreaker
from database.inbox import Delivery, put
from domain import lifecycle
from domain.breaker import Breaker, BreakerState
from domain.holds import ReasonCode
from domain.stages import Stage
from tests.integration.api_world import as_, open_house, serving, state_on
from tests.integration.database_world import place, request_of, story_of
from tests.unit.order_states import do, hold

BOARD = "/api/v1/dashboard"
PARTS = ("overview", "backlog", "stage-times", "exceptions")
HOUR = timedelta(hours=1)


@pytest.fixture
async def api(engine: Engine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    with engine.begin() as c:
        open_house(c)
    async with serving(state_on(engine, database_url)) as client:
        yield client


def stuck(c: Connection, external_id: str, group: str, at: datetime) -> None:
    """Keep an order that left its first stage at once and is held in review since `at`."""
    story = story_of(place(c, external_id))
    story = replace(story, plan=replace(story.plan, group=group))
    state = story.opened()
    state.entered_at = at
    lifecycle.admit(state, story.plan, at)
    lifecycle.advance(state, Stage.IN_REVIEW, at)
    do(state, hold(ReasonCode.CUSTOMS_DOC, assignee="logistics", id="h"), at)
    assert progress.project(c, request_of(state)) is not None


async def shown(api: httpx.AsyncClient, part: str, person: str, **query: Any) -> Any:
    answer = await api.get(f"{BOARD}/{part}", params=query, headers=as_(person))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_empty_board_is_zeros_and_nulls(api: httpx.AsyncClient) -> None:
    overview = await shown(api, "overview", "otto")
    assert overview["open"] == {"orders": 0, "red": 0, "escalated": 0, "late": 0, "held": 0}
    assert overview["today"] == overview["last_week"]
    assert overview["today"] == {"received": 0, "completed": 0, "closed": 0}
    assert overview["auto_pass"] == {"share": None, "automatic": 0, "decided": 0}
    assert [(shop["channel"], shop["today"]) for shop in overview["intake"]] == [
        ("shopify", 0),
        ("storefront", 0),
    ]
    assert await shown(api, "backlog", "otto") == {"cells": [], "stuck": []}
    stages = (await shown(api, "stage-times", "otto", days=3))["stages"]
    assert [stage["stage"] for stage in stages] == [
        "pending_confirmation",
        "in_review",
        "preparing",
        "shipped",
    ]
    for stage in stages:
        assert (stage["entries"], stage["average_seconds"], stage["p90_seconds"]) == (0, None, None)
        assert len(stage["points"]) == 3
    assert await shown(api, "exceptions", "otto") == {"days": 7, "reasons": [], "closed": []}


async def test_a_keeper_sees_the_figures_of_their_groups_only(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    now = datetime.now(UTC)
    with engine.begin() as c:
        stuck(c, "1", "eu", now - HOUR)
        stuck(c, "2", "eu", now - HOUR)
        stuck(c, "3", "na", now - 2 * HOUR)
        place(c, "4")
    all_of_it = await shown(api, "overview", "otto")
    theirs = await shown(api, "overview", "keeper_na")
    assert (all_of_it["open"]["orders"], theirs["open"]["orders"]) == (3, 1)
    assert [group["code"] for group in all_of_it["groups"]] == ["eu", "na", ""]
    assert [group["code"] for group in theirs["groups"]] == ["na"]
    assert theirs["auto_pass"] == {"share": "1.0000", "automatic": 1, "decided": 1}
    backlog = await shown(api, "backlog", "keeper_na")
    assert [(cell["group"], cell["orders"]) for cell in backlog["cells"]] == [("na", 1)]
    (held,) = backlog["stuck"]
    assert (held["reason"], held["label_en"], held["label_zh"]) == (
        "CUSTOMS_DOC",
        "customs papers",
        "清关文件",
    )
    assert (held["assignee"], held["orders"], held["hours"]) == ("logistics", 1, 2.0)
    entries = [
        (await shown(api, "stage-times", person))["stages"][0]["entries"]
        for person in ("otto", "keeper_na")
    ]
    assert entries == [3, 1]
    lost = [
        (await shown(api, "exceptions", person))["reasons"][0]["hours_lost"]
        for person in ("otto", "keeper_na")
    ]
    assert lost == [4.0, 2.0]


async def test_a_group_narrows_the_board_and_one_out_of_reach_is_empty(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    now = datetime.now(UTC)
    with engine.begin() as c:
        stuck(c, "1", "eu", now - HOUR)
        stuck(c, "3", "na", now - HOUR)
    assert (await shown(api, "overview", "otto", group="eu"))["open"]["orders"] == 1
    assert (await shown(api, "overview", "otto", group=""))["open"]["orders"] == 0
    assert (await shown(api, "overview", "otto", group="mars"))["open"]["orders"] == 0
    assert (await shown(api, "overview", "keeper_na", group="eu"))["open"]["orders"] == 0
    assert await shown(api, "backlog", "keeper_na", group="eu") == {"cells": [], "stuck": []}
    assert (await shown(api, "stage-times", "keeper_na", group="eu"))["stages"][0]["entries"] == 0
    assert (await shown(api, "exceptions", "keeper_na", group="eu"))["reasons"] == []


async def test_the_share_that_passed_by_itself_is_a_decimal(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    now = datetime.now(UTC)
    with engine.begin() as c:
        for number, tier in enumerate(("auto", "auto", "manager")):
            story = story_of(place(c, str(number)))
            state = story.opened()
            lifecycle.admit(state, replace(story.plan, tier=tier), now - HOUR)
            assert progress.project(c, request_of(state)) is not None
    found = (await shown(api, "overview", "otto"))["auto_pass"]
    assert found == {"share": "0.6667", "automatic": 2, "decided": 3}


async def test_a_breaker_shows_with_what_it_keeps_back(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    now = datetime.now(UTC)
    with engine.begin() as c:
        breakers.lock(c, "shopify", "main")
        opened = Breaker(state=BreakerState.OPEN, since=now, opened_by="cs")
        breakers.save(c, StoredBreaker("shopify", "main", opened))
        (receipt,) = put(c, [Delivery("shopify", "main", "orders/create", "k", {}, b"{}", now)])
        assert breakers.park(c, "shopify", "main", receipt.id)
    for person, parked in (("otto", 1), ("keeper_na", 0)):
        shop = (await shown(api, "overview", person))["intake"][0]
        assert (shop["channel"], shop["breaker"], shop["parked"]) == ("shopify", "open", parked)


@pytest.mark.parametrize("part", PARTS)
async def test_nobody_looks_without_a_key(api: httpx.AsyncClient, part: str) -> None:
    assert (await api.get(f"{BOARD}/{part}")).status_code == 401


@pytest.mark.parametrize("query", ["days=0", "days=32", "days=many"])
@pytest.mark.parametrize("part", ["stage-times", "exceptions"])
async def test_a_period_that_is_none_is_refused(
    api: httpx.AsyncClient, part: str, query: str
) -> None:
    answer = await api.get(f"{BOARD}/{part}?{query}", headers=as_("otto"))
    assert answer.status_code == 422
    assert answer.json()["findings"][0]["field"] == "days"
