"""Checking an order while it is written: findings, never a refusal, and nothing is kept."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import Engine, func, select

from database.inbox import inbox
from tests.integration.api_world import as_, open_house, serving, state_on, submitted

PATH = "/api/v1/validations"


@pytest.fixture
async def api(engine: Engine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    with engine.begin() as c:
        open_house(c)
    async with serving(state_on(engine, database_url)) as client:
        yield client


async def test_a_sound_order_has_no_findings_and_is_not_kept(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    answer = await api.post(PATH, json=submitted(), headers=as_("cs"))
    assert answer.json() == {"findings": [], "total": "117.95"}
    with engine.connect() as c:
        assert c.execute(select(func.count()).select_from(inbox)).scalar_one() == 0


@pytest.mark.parametrize("draft", [{}, {"shop": None}, {"lines": [{}]}, {"customer": 7}])
async def test_a_draft_is_answered_with_findings(
    api: httpx.AsyncClient, draft: dict[str, object]
) -> None:
    answer = await api.post(PATH, json=draft, headers=as_("cs"))
    assert answer.status_code == 200
    for found in answer.json()["findings"]:
        assert found["message_en"] != found["message_zh"]
    assert answer.json()["findings"]
    assert "channel" not in {found["field"] for found in answer.json()["findings"]}


@pytest.mark.parametrize(("body", "status"), [("[]", 422), ("7", 422), ("{", 400), ("null", 422)])
async def test_what_is_no_object_is_refused(api: httpx.AsyncClient, body: str, status: int) -> None:
    headers = as_("cs") | {"Content-Type": "application/json"}
    answer = await api.post(PATH, content=body, headers=headers)
    assert answer.status_code == status


async def test_only_who_may_create_orders_checks_them(api: httpx.AsyncClient) -> None:
    assert (await api.post(PATH, json={}, headers=as_("audi"))).status_code == 403
