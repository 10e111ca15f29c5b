"""What a page offers is what the order would accept: by right, by group, by stage, by turn."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import Connection, Engine

from api.permissions import Permission
from api.possible_actions import permission_of
from database import orders, progress
from domain.facts import facts_of
from domain.holds import ReasonCode
from domain.possibilities import ACTIONS, refused
from domain.state import OrderState
from tests.integration.api_world import STAFF, as_, open_house, serving, state_on
from tests.integration.database_world import NOW, canonical, place, place_as, request_of, story_of
from tests.unit.order_states import OrderBuilder, approve, cancel, do, give_back, hold, ship, urge

PEOPLE = sorted(STAFF)


@pytest.fixture
async def api(engine: Engine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    with engine.begin() as c:
        open_house(c)
    async with serving(state_on(engine, database_url)) as client:
        yield client


async def possible(api: httpx.AsyncClient, order_id: str, person: str) -> dict[str, str]:
    """Return each action with why it is not possible (empty: it is)."""
    answer = await api.get(f"/api/v1/orders/{order_id}/actions", headers=as_(person))
    assert answer.status_code == 200, answer.text
    found = {}
    for each in answer.json()["actions"]:
        assert each["allowed"] == (each["why_not_en"] == "") == (each["why_not_zh"] == "")
        found[each["action"]] = each["why_not_en"]
    assert tuple(found) == ACTIONS
    return found


def story(c: Connection, name: str = "1001", submitter: str = "") -> OrderBuilder:
    """Start the story of an order with the facts that the workflow would have."""
    order_id, _ = place_as(c, canonical(name), submitter)
    row = orders.get(c, order_id)
    assert row is not None
    content = orders.content(c, order_id)
    assert content is not None
    facts = facts_of(content.order, orders.identity_of(row), 1, 0)
    return replace(story_of(order_id), facts=facts)


def lives(c: Connection) -> list[OrderState]:
    """Return orders in many a state, all of them recorded."""
    found = [
        story(c, "a").needing_confirmation().admitted(),
        story(c, "b").managed().in_review(),
        story(c, "c").countersigned().in_review(),
        story(c, "d", "cs").managed().in_review(),
        story(c, "e", "cs").managed().in_review(),
        story(c, "f").preparing(),
        story(c, "g").preparing(),
        story(c, "h").shipped(),
        story(c, "i").delivered(),
        story(c, "j").completed(),
        story(c, "k").managed().in_review(),
        story(c, "l").without_route().admitted(),
        story(c, "m").managed().in_review(),
        story(c, "n").preparing(),
    ]
    by_name = {state.facts.external_id: state for state in found}
    do(by_name["c"], approve("otto", by_name["c"].facts.content_hash))
    do(by_name["e"], give_back("mia", by_name["e"].facts.content_hash))
    do(by_name["g"], hold(ReasonCode.CUSTOMS_DOC))
    do(by_name["k"], cancel())
    do(by_name["m"], urge("cs"))
    do(by_name["n"], ship("T1"))
    for state in found:
        assert progress.project(c, request_of(state)) is not None
    return found


async def test_the_read_model_answers_as_the_orders_own_state_would(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        states = lives(c)
    later = NOW.replace(year=2030)
    for state in states:
        for person in ("cs", "mia", "otto", "fay", "lead", "root"):
            shown = await possible(api, state.facts.order_id, person)
            for action in ACTIONS:
                # The desk says so of itself; the order is asked about the rest.
                if "permission" in shown[action] or "is for" in shown[action]:
                    continue
                # It would be taken, but nobody is asked to confirm this one.
                if (state.facts.external_id, action) == ("l", "confirm"):
                    continue
                refusal = refused(state, action, person, later)
                place = (state.facts.external_id, person, action, shown[action])
                assert (shown[action] == "") == (refusal is None), place


async def test_rights_and_groups_come_first(api: httpx.AsyncClient, engine: Engine) -> None:
    with engine.begin() as c:
        state = story(c).preparing()
        assert progress.project(c, request_of(state)) is not None
    order_id = state.facts.order_id
    assert (await possible(api, order_id, "keeper_eu"))["ship"] == ""
    assert "orders.ship" in (await possible(api, order_id, "cs"))["ship"]
    assert all((await possible(api, order_id, "audi")).values())


async def test_a_hold_is_released_by_its_own_people(api: httpx.AsyncClient, engine: Engine) -> None:
    with engine.begin() as c:
        state = story(c).preparing()
        do(state, hold(ReasonCode.CUSTOMS_DOC, assignee="fay"))
        assert progress.project(c, request_of(state)) is not None
    offered = [
        person
        for person in ("cs", "fay", "lead", "log", "root")
        if (await possible(api, state.facts.order_id, person))["release"] == ""
    ]
    assert offered == ["fay", "lead", "root"]


async def test_an_order_that_has_not_begun_offers_nothing(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        order_id = place(c)
    found = await possible(api, order_id, "root")
    assert all("about to start" in why_not for why_not in found.values())


def test_every_action_has_a_route_with_a_permission() -> None:
    assert all(isinstance(permission_of(name), Permission) for name in ACTIONS)
