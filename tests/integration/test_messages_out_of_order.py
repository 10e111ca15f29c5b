"""Messages early, late, twice and stale: the order ends where the newest fact says."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from database import orders
from database.inbox import inbox
from tests.running import Running, order_document, wait_for

FIXTURE = Path(__file__).parent.parent / "fixtures" / "channels" / "shopify_order_usd.json"


def post(running: Running, topic: str, document: dict[str, Any]) -> int:
    """Post an order body under a topic; returns the inbox row."""
    answer = running.post_storefront({"topic": topic, "order": document})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["id"])


def fact(running: Running, topic: str, external_id: str, **beside: Any) -> int:
    """Post a fact about an order."""
    body = {"topic": topic, "order_id": external_id, "occurred_at": datetime.now(UTC).isoformat()}
    answer = running.post_storefront(body | beside)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["id"])


def state_of(running: Running, inbox_id: int) -> str:
    """Return what became of an inbox row."""
    with running.engine.connect() as c:
        return str(c.execute(select(inbox.c.state).where(inbox.c.id == inbox_id)).scalar_one())


def until_state(running: Running, inbox_id: int, state: str) -> None:
    """Wait until the relay has brought a row there."""
    wait_for(lambda: state_of(running, inbox_id) == state, lambda: state_of(running, inbox_id))


def at(minutes: int) -> str:
    """Return an instant of the shop's clock."""
    return (datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=minutes)).isoformat()


def test_an_update_that_overtakes_its_creation_creates_the_order(running: Running) -> None:
    document = order_document(source_updated_at=at(5))
    until_state(running, post(running, "order.updated", document), "done")
    late = post(running, "order.created", document | {"source_updated_at": at(0), "notes": "old"})
    until_state(running, late, "merged")
    order_id = running.order_id(document["external_id"])
    with running.engine.connect() as c:
        content = orders.content(c, order_id)
    assert content is not None
    assert (content.version, content.order.notes) == (1, "")


def test_a_newer_update_is_reviewed_again_and_a_stale_one_changes_nothing(
    running: Running,
) -> None:
    document = order_document(source_updated_at=at(0))
    post(running, "order.created", document)
    order_id = running.order_id(document["external_id"])
    running.until(order_id, lambda found: found.waits_for == "prepare")
    dearer = order_document(total="3000.00") | {
        key: document[key] for key in ("external_id", "number", "customer", "placed_at")
    }
    post(running, "order.updated", dearer | {"source_updated_at": at(10)})
    reviewed = running.until(order_id, lambda found: found.content_version == 2)
    reviewed = running.until(order_id, lambda found: found.tier == "manager")
    assert reviewed.stage == "in_review"
    stale = post(running, "order.updated", document | {"source_updated_at": at(3), "notes": "x"})
    until_state(running, stale, "merged")
    found = running.progress(order_id)
    assert found is not None
    assert found.content_version == 2


def test_a_parcel_told_before_its_order_waits_for_it(running: Running) -> None:
    document = order_document()
    external_id = document["external_id"]
    parcel = {"tracking_number": f"P-{external_id}", "carrier": "ups"}
    early = fact(running, "parcel.shipped", external_id, parcel=parcel)
    until_state(running, early, "waiting")
    post(running, "order.created", document)
    until_state(running, early, "done")
    order_id = running.order_id(external_id)
    running.until_stage(order_id, "shipped")


def test_a_cancellation_after_completion_is_a_persons_to_decide(running: Running) -> None:
    document = order_document()
    external_id = document["external_id"]
    post(running, "order.created", document)
    order_id = running.order_id(external_id)
    running.until(order_id, lambda found: found.waits_for == "prepare")
    tracking = f"C-{external_id}"
    fact(running, "parcel.shipped", external_id, parcel={"tracking_number": tracking})
    running.until_stage(order_id, "shipped")
    fact(running, "parcel.delivered", external_id, tracking_number=tracking)
    running.until_stage(order_id, "completed")
    late = fact(running, "order.cancelled", external_id)
    until_state(running, late, "quarantined")


def test_a_cancellation_of_an_order_that_is_closed_already_is_merged(running: Running) -> None:
    document = order_document(total="5000.00")
    external_id = document["external_id"]
    post(running, "order.created", document)
    order_id = running.order_id(external_id)
    running.until_stage(order_id, "in_review")
    fact(running, "order.cancelled", external_id)
    running.until_stage(order_id, "closed_abnormally")
    until_state(running, fact(running, "order.cancelled", external_id, note="again"), "merged")


def test_a_body_that_is_no_json_is_kept_for_a_person(running: Running) -> None:
    answer = running.post_shopify(b'{"id": 1,,}', "orders/create")
    assert answer.status_code == 200
    until_state(running, int(answer.json()["id"]), "quarantined")


def test_a_test_order_of_the_shop_is_ignored(running: Running) -> None:
    order = json.loads(FIXTURE.read_bytes()) | {"test": True, "id": 77}
    answer = running.post_shopify(json.dumps(order).encode(), "orders/create")
    assert answer.status_code == 200
    until_state(running, int(answer.json()["id"]), "ignored")
