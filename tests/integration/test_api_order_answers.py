"""The short answer for the customer, from what the read model and past orders tell."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import Connection, Engine

from database import outbox, progress
from database.outbox import Notification
from domain.holds import ReasonCode
from domain.projection import RecordRequest, snapshot
from domain.state import OrderState
from tests.integration.api_world import as_, open_house, serving, state_on
from tests.integration.database_world import place, request_of, story_of
from tests.unit.order_states import do, hold

ORDERS = "/api/v1/orders"
HOUR = timedelta(hours=1)


@pytest.fixture
async def api(engine: Engine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    with engine.begin() as c:
        open_house(c)
    async with serving(state_on(engine, database_url)) as client:
        yield client


def record(c: Connection, state: OrderState) -> None:
    assert progress.project(c, request_of(state)) is not None


def completed(c: Connection, name: str, hours: float, end: datetime) -> None:
    """Keep a completed order that took so long from preparing to shipped."""
    state = story_of(place(c, name)).completed()
    shipped = end - HOUR
    events = [
        replace(event, at=_moment(event.seq, str(event.stage), hours, shipped, end))
        for event in state.events
    ]
    request = RecordRequest(snapshot(state), tuple(events), end)
    assert progress.project(c, request) is not None


def _moment(seq: int, stage: str, hours: float, shipped: datetime, end: datetime) -> datetime:
    if stage == "completed":
        return end
    return shipped if stage == "shipped" else shipped - hours * HOUR


async def answer_of(api: httpx.AsyncClient, order_id: str, person: str = "cs") -> httpx.Response:
    return await api.get(f"{ORDERS}/{order_id}/answer", headers=as_(person))


async def test_the_answer_says_what_it_waits_on_and_gives_no_suspicion_away(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        order_id = place(c)
        state = story_of(order_id).in_review()
        do(state, hold(ReasonCode.FRAUD_RISK, assignee="fay"))
        record(c, state)
    answer = await answer_of(api, order_id)
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["stage"], shown["next_stage"]) == ("in_review", "preparing")
    assert shown["holds"] == ["ROUTINE_CHECK"]
    assert shown["usual"] is None
    assert shown["text_en"] == (
        "Since 2 March 2026, your order is in a routine check. Next our warehouse prepares it."
    )
    assert shown["text_zh"] == "自2026年3月2日起，您的订单正在进行例行核查。下一步是仓库备货。"
    assert not {"FRAUD", "fay", "Beispiel"} & set(answer.text.split('"'))
    assert "FRAUD" not in answer.text


async def test_an_order_that_has_just_come_in_has_an_answer_too(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        order_id = place(c)
    shown = (await answer_of(api, order_id)).json()
    assert (shown["stage"], shown["stage_label"]) == ("", None)
    assert "taken in" in shown["text_en"]


async def usual_after(
    api: httpx.AsyncClient, engine: Engine, hours: Sequence[float], ended: datetime
) -> dict[str, int] | None:
    with engine.begin() as c:
        for number, took in enumerate(hours):
            completed(c, f"OLD-{number}", took, ended)
        order_id = place(c, "NEW")
        record(c, story_of(order_id).preparing())
    usual: dict[str, int] | None = (await answer_of(api, order_id)).json()["usual"]
    return usual


async def test_the_usual_time_is_that_of_orders_completed_lately(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    ended = datetime.now(UTC) - timedelta(days=1)
    usual = await usual_after(api, engine, range(1, 22), ended)
    assert usual is not None
    assert (usual["sample"], usual["until"]) == (21, "shipped")
    assert (usual["p50_seconds"], usual["p90_seconds"]) == (11 * 3600, 19 * 3600)
    assert usual["left_seconds"] == 0


async def test_too_few_or_too_old_orders_tell_no_usual_time(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    recent = datetime.now(UTC) - timedelta(days=1)
    assert await usual_after(api, engine, range(1, 20), recent) is None


async def test_orders_completed_long_ago_tell_no_usual_time(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=31)
    assert await usual_after(api, engine, range(1, 30), long_ago) is None


async def test_another_groups_order_is_not_answered_for(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        order_id = place(c)
        record(c, story_of(order_id).preparing())
    for path in ("answer", "messages", "actions"):
        url = f"{ORDERS}/{order_id}/{path}"
        assert (await api.get(url, headers=as_("keeper_na"))).status_code == 403
        assert (await api.get(url, headers=as_("keeper_eu"))).status_code == 200
        unknown = await api.get(f"{ORDERS}/ord_no/{path}", headers=as_("cs"))
        assert unknown.status_code == 404


# --- messages -----------------------------------------------------------------------------------


async def test_an_orders_messages_say_who_was_told_and_what_became_of_it(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        order_id = place(c)
        record(c, story_of(order_id).preparing())
        told = [Notification(order_id, n, "stage_entered", "mia", "default") for n in (1, 2, 3)]
        outbox.enqueue(c, [*told, Notification("ord_other", 1, "signed", "mia", "default")])
    path = f"{ORDERS}/{order_id}/messages"
    page = (await api.get(path, params={"limit": 2}, headers=as_("cs"))).json()
    assert [item["event_seq"] for item in page["items"]] == [3, 2]
    assert page["items"][0]["person_name"] == "Mia"
    assert page["items"][0]["state"] == "pending"
    rest = await api.get(path, params={"cursor": page["next_cursor"]}, headers=as_("cs"))
    assert [item["event_seq"] for item in rest.json()["items"]] == [1]
