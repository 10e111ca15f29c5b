"""Changes as they happen, health and figures: over a real HTTP server."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, text
from temporalio.client import Client

from database import progress, sessions
from tests.integration.api_world import (
    as_,
    eventually,
    open_house,
    serving,
    shopify_headers,
    state_on,
    state_without_postgres,
)
from tests.integration.database_world import employ, place, request_of, story_of
from tests.integration.live_world import (
    EVENTS,
    Stream,
    following,
    listening,
    next_order,
    opened,
    until_listening,
)
from tests.integration.sessions_world import PASSWORD, open_doors
from tests.unit.order_states import do, hold


def happens(engine: Engine, external_id: str, group: str) -> str:
    with engine.begin() as c:
        order_id = place(c, external_id)
        story = story_of(order_id)
        state = replace(story, plan=replace(story.plan, group=group)).preparing()
        progress.project(c, request_of(state))
    return order_id


async def test_a_change_reaches_who_may_see_the_order_and_nobody_else(
    engine: Engine, database_url: str
) -> None:
    async with (
        opened(engine, database_url) as client,
        following(client, "cs") as everything,
        following(client, "keeper_eu") as european,
    ):
        await until_listening(engine)
        american = happens(engine, "NA-1", "na")
        order_id = happens(engine, "EU-1", "eu")
        seen = [await next_order(everything) for _ in range(2)]
        assert [data["order_id"] for data in seen] == [american, order_id]
        assert seen[1]["stage"] == "preparing"
        assert (await next_order(european))["order_id"] == order_id


async def test_the_listener_comes_back_after_its_connection_broke(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.event_feed.SECONDS_TO_RECONNECT", 0.05)
    async with (
        opened(engine, database_url) as client,
        following(client, "cs") as stream,
    ):
        await until_listening(engine)
        with engine.begin() as c:
            c.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE query LIKE 'LISTEN%'"
                )
            )
        # What happened meanwhile is lost, so everybody is told to look again.
        assert (await stream.next())[0] == "resync"
        order_id = happens(engine, "EU-1", "eu")
        assert (await next_order(stream))["order_id"] == order_id


@pytest.mark.parametrize("change", ["the session ends", "the person has another group"])
async def test_a_stream_ends_when_its_listener_may_not_hear_it_any_more(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr("api.routes.live.SECONDS_BETWEEN_CHECKS", 0.05)
    monkeypatch.setattr("api.keys.SECONDS_KEPT", 0.0)
    open_doors(engine)
    async with listening(state_on(engine, database_url)) as client:
        body = {"person": "keeper_eu", "password": PASSWORD}
        assert (await client.post("/api/v1/session", json=body)).status_code == 200
        async with client.stream("GET", EVENTS) as response:
            stream = Stream(response)
            assert await stream.next() == ("resync", {})
            with engine.begin() as c:
                if change == "the session ends":
                    sessions.end_all(c, "keeper_eu")
                else:
                    employ(c, "keeper_eu", "warehouse_keeper:na")
            with pytest.raises(AssertionError, match="the stream ended"):
                await next_order(stream)


async def test_following_needs_a_key(engine: Engine, database_url: str) -> None:
    async with serving(state_on(engine, database_url)) as api:
        assert (await api.get(EVENTS)).status_code == 401


async def test_more_listeners_than_a_process_serves_are_told_so(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.event_feed.MOST_CLIENTS", 0)
    with engine.begin() as c:
        open_house(c)
    async with serving(state_on(engine, database_url)) as api:
        answer = await api.get(EVENTS, headers=as_("cs"))
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")


async def test_a_place_is_free_again_when_its_listener_has_left(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.event_feed.MOST_CLIENTS", 1)
    async with opened(engine, database_url) as client:

        async def may_follow() -> bool:
            async with client.stream("GET", EVENTS, headers=as_("keeper_eu")) as response:
                return response.status_code == 200

        async with following(client, "cs"):
            assert not await may_follow()
        await eventually(may_follow)


# --- health and figures -------------------------------------------------------------------------


async def test_health_tells_what_answers(
    engine: Engine, database_url: str, temporal_client: Client
) -> None:
    async with serving(state_on(engine, database_url, temporal_client)) as api:
        assert (await api.get("/healthz")).json() == {"status": "ok"}
        ready = await api.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ok", "postgres": True, "temporal": True}


async def test_without_temporal_the_process_is_ready_and_without_postgres_it_is_not(
    engine: Engine, database_url: str
) -> None:
    away = await Client.connect("127.0.0.1:1", lazy=True)
    async with serving(state_on(engine, database_url, away)) as api:
        ready = await api.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ok", "postgres": True, "temporal": False}
    async with serving(state_without_postgres()) as api:
        assert (await api.get("/readyz")).status_code == 503
        assert (await api.get("/healthz")).status_code == 200
        assert (await api.get("/metrics")).status_code == 200


async def test_figures_count_intake_requests_and_backlog_without_ids(
    engine: Engine, database_url: str
) -> None:
    with engine.begin() as c:
        open_house(c)
        order_id = place(c)
        state = story_of(order_id).managed().in_review()
        do(state, hold())
        progress.project(c, request_of(state))
    body = b"{}"
    async with serving(state_on(engine, database_url)) as api:
        for _ in range(2):
            await api.post("/webhooks/shopify/main", content=body, headers=shopify_headers(body))
        await api.post("/webhooks/invented-name/main", content=body)
        await api.get(f"/api/v1/orders/{order_id}", headers=as_("cs"))
        await api.get("/no/such/path")
        figures = (await api.get("/metrics")).text
    for line in (
        'orderflow_intake_total{channel="shopify",outcome="accepted"} 1.0',
        'orderflow_intake_total{channel="shopify",outcome="duplicate"} 1.0',
        'orderflow_intake_total{channel="unknown",outcome="refused"} 1.0',
        'orderflow_inbox_open{state="received"} 1.0',
        'orderflow_orders_open{stage="in_review"} 1.0',
        'orderflow_holds_open{reason="OTHER"} 1.0',
        'route="/api/v1/orders/{order_id}",status="200"} 1.0',
        'method="ANY",route="unmatched",status="404"} 1.0',
    ):
        assert line in figures, line
    assert order_id not in figures
    assert "invented-name" not in figures
