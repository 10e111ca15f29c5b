"""Looking at orders: everybody sees the same truth, and nobody more than their roles reach."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, Engine

from database import admissions, notes, orders, progress, quarantine
from database.inbox import Delivery, put
from domain.findings import FindingCode, finding
from domain.holds import ReasonCode
from domain.order import content_hash
from domain.state import OrderState
from tests.integration.api_world import as_, open_house, serving, state_on
from tests.integration.database_rules_sets import published_rules
from tests.integration.database_world import NOW, canonical, place, request_of, story_of
from tests.unit.order_states import HASH, approve, do, hold, unhold

ORDERS = "/api/v1/orders"


@pytest.fixture
async def api(engine: Engine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    with engine.begin() as c:
        open_house(c)
    async with serving(state_on(engine, database_url)) as client:
        yield client


def record(c: Connection, state: OrderState) -> None:
    assert progress.project(c, request_of(state)) is not None


def preparing(c: Connection, external_id: str, group: str, warehouse: str) -> str:
    """Keep an order that is being prepared in a group; returns its id."""
    order_id = place(c, external_id)
    story = story_of(order_id)
    plan = replace(story.plan, group=group, warehouse=warehouse)
    record(c, replace(story, plan=plan).preparing())
    return order_id


async def listed(api: httpx.AsyncClient, person: str, **query: Any) -> list[str]:
    answer = await api.get(ORDERS, params=query, headers=as_(person))
    assert answer.status_code == 200, answer.text
    return [order["external_id"] for order in answer.json()["orders"]]


async def test_an_order_shows_what_it_is_where_it_stands_and_what_holds_it(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        order_id = place(c)
        state = story_of(order_id).managed().in_review()
        do(state, hold(ReasonCode.CUSTOMS_DOC, note_id="n1", assignee="cs", id="h1"))
        notes.put(c, notes.Note("n1", order_id, "cs", "Invoice missing", NOW))
        record(c, state)
    answer = await api.get(f"{ORDERS}/{order_id}", headers=as_("cs"))
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["order"]["total"] == "100.00"
    assert shown["order"]["placed_at"] == "2026-03-02T08:00:00Z"
    assert shown["content"]["order"]["customer"]["name"] == "Beispiel GmbH"
    assert shown["content_hash"] == content_hash(canonical())
    assert shown["progress"]["stage"] == "in_review"
    assert shown["stage_label"] == {"en": "In review", "zh": "审核中"}
    assert shown["progress"]["waits_for"] == "hold:CUSTOMS_DOC"
    assert [(h["id"], h["assignee"], h["note"]) for h in shown["holds"]] == [
        ("h1", "cs", "Invoice missing")
    ]
    assert [task["kind"] for task in shown["tasks"]] == ["resolve_hold", "approve"]
    assert shown["temporal_url"].endswith(
        "/namespaces/orderflow/workflows/order%3Ashopify%3Amain%3A1001"
    )


async def test_an_order_whose_workflow_has_not_begun_has_no_progress_yet(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        order_id = place(c)
    shown = (await api.get(f"{ORDERS}/{order_id}", headers=as_("cs"))).json()
    assert shown["progress"] is None
    assert shown["content"]["version"] == 1


async def test_the_content_in_force_is_shown_and_not_one_that_waits(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        order_id = place(c)
        record(c, story_of(order_id).in_review())
        newer = canonical(total=Decimal(999))
        orders.add_content(c, order_id, newer, content_hash(newer), [], "cs", NOW)
    shown = (await api.get(f"{ORDERS}/{order_id}", headers=as_("cs"))).json()
    assert shown["content"]["version"] == 1


async def test_an_auditor_sees_the_order_but_no_personal_data(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        order_id = place(c)
        state = story_of(order_id).in_review()
        do(state, hold(note_id="n1"))
        notes.put(c, notes.Note("n1", order_id, "cs", "Call Erika", NOW))
        record(c, state)
    for path in (f"{ORDERS}/{order_id}", f"{ORDERS}/{order_id}/timeline", ORDERS):
        answer = await api.get(path, headers=as_("audi"))
        assert answer.status_code == 200
        assert "Beispiel" not in answer.text
        assert "Erika" not in answer.text
    shown = (await api.get(f"{ORDERS}/{order_id}", headers=as_("audi"))).json()
    assert shown["content"] is None
    assert shown["content_hash"]


async def test_a_keeper_sees_the_orders_of_their_groups_only(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        european = preparing(c, "EU-1", "eu", "de")
        american = preparing(c, "NA-1", "na", "lax")
        unrouted = place(c, "NEW-1")
    assert await listed(api, "keeper_eu") == ["EU-1"]
    assert await listed(api, "keeper_na") == ["NA-1"]
    assert await listed(api, "keeper_eu", group="na") == []
    assert await listed(api, "root") == ["NEW-1", "NA-1", "EU-1"]
    for order_id, status in ((european, 200), (american, 403), (unrouted, 403)):
        for path in ("", "/timeline", "/explanation"):
            answer = await api.get(f"{ORDERS}/{order_id}{path}", headers=as_("keeper_eu"))
            assert answer.status_code == status
    assert (await api.get(f"{ORDERS}/{american}", headers=as_("keeper_eu"))).json()[
        "code"
    ] == "other_group"


async def test_lists_filter_and_page_without_losing_or_repeating(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        for number in range(5):
            preparing(c, f"EU-{number}", "eu", "de")
        held = place(c, "HELD-1")
        state = story_of(held).in_review()
        do(state, hold(ReasonCode.CUSTOMS_DOC))
        record(c, state)
    assert await listed(api, "cs", reason="CUSTOMS_DOC") == ["HELD-1"]
    assert await listed(api, "cs", flag="held") == ["HELD-1"]
    assert await listed(api, "cs", stage="in_review") == ["HELD-1"]
    assert await listed(api, "cs", q="HELD") == ["HELD-1"]
    assert await listed(api, "cs", channel="storefront") == []
    for person in ("cs", "keeper_eu"):
        seen: list[str] = []
        cursor = None
        while True:
            query: dict[str, Any] = {"limit": 2, "group": "eu"} | (
                {"cursor": cursor} if cursor else {}
            )
            page = (await api.get(ORDERS, params=query, headers=as_(person))).json()
            seen += [order["external_id"] for order in page["orders"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        # The held order is routed to the same group.
        assert seen == ["HELD-1", *(f"EU-{number}" for number in reversed(range(5)))]


@pytest.mark.parametrize(
    "query",
    ["stage=nope", "limit=201", "limit=0", "q=%00", "flag=blue", "q=", "reason=1", "cursor=%00"],
)
async def test_a_wrong_filter_is_named(api: httpx.AsyncClient, query: str) -> None:
    answer = await api.get(f"{ORDERS}?{query}", headers=as_("cs"))
    assert answer.status_code == 422
    assert answer.json()["findings"][0]["field"] == query.partition("=")[0]


@pytest.mark.parametrize(("order_id", "status"), [("ord_nope", 404), ("%00", 422)])
async def test_an_unknown_order_is_a_problem(
    api: httpx.AsyncClient, order_id: str, status: int
) -> None:
    for path in ("", "/timeline", "/explanation"):
        answer = await api.get(f"{ORDERS}/{order_id}{path}", headers=as_("cs"))
        assert answer.status_code == status


async def test_the_timeline_tells_every_event_with_its_note(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        order_id = place(c)
        state = story_of(order_id).managed().in_review()
        do(state, hold(note_id="n1", id="h1"))
        do(state, unhold("h1"))
        do(state, approve("mia", HASH))
        notes.put(c, notes.Note("n1", order_id, "cs", "Please wait", NOW))
        record(c, state)
    answer = await api.get(f"{ORDERS}/{order_id}/timeline", headers=as_("cs"))
    events = answer.json()["events"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    (held,) = [event for event in events if event["kind"] == "held"]
    assert held["note"] == "Please wait"
    assert events[0]["at"] == "2026-03-02T08:00:00Z"
    assert {"released", "signed", "approved"} <= {event["kind"] for event in events}


async def test_the_explanation_says_which_rules_decided(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        order_id = place(c)
    answer = await api.get(f"{ORDERS}/{order_id}/explanation", headers=as_("cs"))
    assert answer.json() is None
    with engine.begin() as c:
        rule_set_id = published_rules(c)
        tables = [{"table": "approval", "matched": "above_2000"}]
        admissions.save(
            c,
            admissions.Admission(
                order_id=order_id,
                content_version=1,
                rule_set_id=rule_set_id,
                at=NOW,
                inputs={"currency": "EUR"},
                explanation=tables,
                plan={"tier": "manager"},
                fx_rate_id="fx-1",
                base_amount=Decimal("2000.01"),
            ),
        )
    shown = (await api.get(f"{ORDERS}/{order_id}/explanation", headers=as_("cs"))).json()
    assert shown["tables"] == tables
    assert shown["base_amount"] == "2000.01"
    assert shown["rule_set_id"] == rule_set_id


# --- tasks and quarantine -----------------------------------------------------------------------


async def test_everybody_sees_their_own_tasks(api: httpx.AsyncClient, engine: Engine) -> None:
    with engine.begin() as c:
        state = story_of(place(c)).managed().in_review()
        record(c, state)
        preparing(c, "EU-1", "eu", "de")

    async def kinds(person: str) -> list[str]:
        answer = await api.get("/api/v1/tasks", headers=as_(person))
        return [task["kind"] for task in answer.json()["tasks"]]

    assert await kinds("mia") == ["approve"]
    assert await kinds("keeper_eu") == ["prepare"]
    assert await kinds("keeper_na") == []


@pytest.mark.parametrize("cursor", ["nonsense", "e30=", "WyIyMDI2LVcwMS0xIiwgIlx1MDAwMCIsICIiXQ=="])
async def test_a_forged_cursor_is_refused(api: httpx.AsyncClient, cursor: str) -> None:
    answer = await api.get("/api/v1/tasks", params={"cursor": cursor}, headers=as_("mia"))
    assert answer.status_code == 422
    assert answer.json()["code"] == "bad_cursor"


def quarantined(c: Connection, name: str = "m1") -> int:
    receipt = put(c, [Delivery("shopify", "main", "orders/create", name, {}, b"{", NOW)])[0]
    found = finding(FindingCode.BAD_PHONE, "customer.phone", "+49 30 901820")
    return quarantine.put(
        c,
        inbox_id=receipt.id,
        channel="shopify",
        shop="main",
        external_id="1001",
        findings=[found],
        owner_role="customer_service",
        now=NOW,
    )


async def test_the_quarantine_shows_findings_and_an_owner(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        number = quarantined(c)
    answer = await api.get("/api/v1/quarantine", headers=as_("cs"))
    (item,) = answer.json()["items"]
    assert (item["id"], item["owner_person"]) == (number, "cs")
    assert item["findings"][0]["code"] == "BAD_PHONE"
    assert "901820" in answer.text
    hidden = await api.get("/api/v1/quarantine", headers=as_("audi"))
    assert hidden.json()["items"][0]["findings"][0]["code"] == "BAD_PHONE"
    assert "901820" not in hidden.text
    assert (await api.get("/api/v1/quarantine", headers=as_("mia"))).status_code == 403


@pytest.mark.parametrize(
    ("resolution", "state"), [("retry", "received"), ("discard", "quarantined")]
)
async def test_a_message_is_resolved_once_and_that_is_on_record(
    api: httpx.AsyncClient, engine: Engine, resolution: str, state: str
) -> None:
    from sqlalchemy import text

    from database import audit

    with engine.begin() as c:
        number = quarantined(c)
    path = f"/api/v1/quarantine/{number}"
    first = await api.post(f"{path}/{resolution}", headers=as_("cs"))
    again = await api.post(f"{path}/{resolution}", headers=as_("cs"))
    late = await api.post(f"{path}/{resolution}", headers=as_("lead"))
    assert [first.status_code, again.status_code, late.status_code] == [200, 200, 404]
    assert first.json() == {"id": number, "resolution": resolution}
    with engine.connect() as c:
        assert c.execute(text("SELECT state FROM inbox")).scalar_one() == state
        entries = audit.entries_of(c, audit.SYSTEM_CHAIN)
    assert [(e.actor, e.action) for e in entries] == [("cs", f"quarantine_{resolution}")]
    assert (await api.post("/api/v1/quarantine/999999/retry", headers=as_("cs"))).status_code == 404


async def test_only_who_may_resolves(api: httpx.AsyncClient, engine: Engine) -> None:
    with engine.begin() as c:
        number = quarantined(c)
    answer = await api.post(f"/api/v1/quarantine/{number}/discard", headers=as_("audi"))
    assert answer.status_code == 403
