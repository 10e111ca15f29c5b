"""Through every process: a purchase made twice is held, history starts where it stood."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from channels.registry import CHANNELS
from database import inbox, notes, progress
from domain.holds import ReasonCode
from orderflow.doctor import examine
from tests.running import Running, order_document, wait_for

FIXTURE = Path(__file__).parent.parent / "fixtures" / "channels" / "shopify_order_usd.json"


def bought_at_shopify(running: Running, number: int) -> dict[str, Any]:
    """Buy something at Shopify; returns the order as the storefront would tell of it."""
    told = {
        "admin_graphql_api_id": f"gid://shopify/Order/{number}",
        "name": f"#{number}",
        "email": f"buyer{number}@example.com",
        "created_at": datetime.now(UTC).isoformat(),
        "updated_at": datetime.now(UTC).isoformat(),
    }
    body = json.dumps(json.loads(FIXTURE.read_bytes()) | told).encode()
    assert running.post_shopify(body).status_code == 200
    order = CHANNELS["shopify"].read("orders/create", body, "test-shop")[0].order
    assert order is not None
    document: dict[str, Any] = order.model_dump(mode="json")
    return document


def test_the_same_purchase_in_two_channels_is_held_until_somebody_looked(
    running: Running,
) -> None:
    document = bought_at_shopify(running, 7_700_001)
    first = running.order_id("7700001", "shopify")
    again = document | {"external_id": "twice-1", "number": "W-1", "flags": []}
    assert running.post_storefront({"topic": "order.created", "order": again}).status_code == 200
    second = running.order_id("twice-1")
    running.until(second, lambda found: found.held and found.rule_set != "")
    with running.engine.connect() as c:
        (held,) = progress.open_holds(c, second)
        written = notes.texts(c, second)[held.note_id].text
        assert progress.open_holds(c, first) == []
    assert (held.reason, held.raised_by) == (ReasonCode.DUPLICATE, "system")
    assert (held.detail, held.assignee) == (f"order:{first}", "customer_service")
    assert "#7700001" in written
    with running.api("service") as service:
        for one, other in ((first, second), (second, first)):
            shown = service.get(f"/orders/{one}").json()
            assert [each["order_id"] for each in shown["similar_orders"]] == [other]
        released = service.post(f"/orders/{second}/holds/{held.id}/release", json={})
    assert released.status_code == 202, released.text
    running.until(second, lambda found: not found.held)


def moved_in(running: Running, stage: str) -> tuple[int, str]:
    """Move an order here that stood in this stage; returns the message and its external id."""
    placed = (datetime.now(UTC) - timedelta(days=20)).isoformat()
    document = order_document(stage=stage, placed_at=placed, source_updated_at=placed)
    delivery = inbox.Delivery(
        channel="storefront",
        shop="test-shop",
        topic="order.created",
        dedup_key=f"history:{document['external_id']}",
        headers={},
        body=json.dumps({"topic": "order.created", "order": document}).encode(),
        received_at=datetime.now(UTC),
        priority=5,
        submitter="seller",
        found_by="history",
        import_id="imp_1",
    )
    with running.engine.begin() as c:
        return inbox.put(c, [delivery])[0].id, document["external_id"]


def test_what_was_moved_here_is_a_record_or_goes_on_and_the_doctor_is_content(
    running: Running,
) -> None:
    _, ended = moved_in(running, "completed")
    _, open_one = moved_in(running, "preparing")
    finished = running.until_stage(running.order_id(ended), "completed")
    assert (finished.version, finished.owner_person) == (6, "")
    going = running.until(running.order_id(open_one), lambda found: found.waits_for == "prepare")
    assert going.stage == "preparing"

    def is_quiet() -> bool:
        with running.engine.connect() as c:
            return not set(inbox.counts(c)) & {"received", "stored"}

    wait_for(is_quiet, "an inbox where nothing is on its way")
    concerned = {f"order:storefront:test-shop:{each}" for each in (ended, open_one)}
    concerned |= {running.order_id(ended), running.order_id(open_one)}
    found = running.run(examine(running.settings))
    assert [each for each in found if each.subject in concerned] == []
