"""One order through every process: signed webhook in, people act through the API, completed."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from channels.registry import CHANNELS
from database import credit, customers, inbox, stock
from tests.running import OLD_SECRET, Running, order_document, wait_for

FIXTURE = Path(__file__).parent.parent / "fixtures" / "channels" / "shopify_order_usd.json"


def shopify_order(**changes: Any) -> dict[str, Any]:
    """Return our Shopify fixture under an id of its own."""
    body: dict[str, Any] = json.loads(FIXTURE.read_bytes())
    return body | changes


def ship(running: Running, order_id: str, tracking: str, **lines: Any) -> None:
    """Ship as the keeper of North America."""
    body = {"tracking_number": tracking, "carrier": "ups", **lines}
    with running.api("keeper-na") as keeper:
        answer = keeper.post(f"/orders/{order_id}/shipments", json=body)
    assert answer.status_code == 202, answer.text


def deliver(running: Running, order_id: str) -> None:
    """Report every parcel as delivered."""
    with running.api("carrier") as carrier:
        assert carrier.post(f"/orders/{order_id}/deliveries", json={}).status_code == 202


def decide(
    running: Running, person: str, order_id: str, verdict: str = "approve"
) -> httpx.Response:
    """Sign or reject as a person, bound to the content as it is now."""
    body = {"verdict": verdict, "content_hash": running.content_hash(order_id)}
    if verdict == "reject":
        body["note"] = "not at this price"
    return running.act(person, f"/orders/{order_id}/decisions", body)


def explanation(running: Running, order_id: str) -> dict[str, Any]:
    """Return why the order took its path."""
    with running.api("lead") as lead:
        answer = lead.get(f"/orders/{order_id}/explanation")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_paid_order_that_nothing_stops_runs_by_itself(running: Running) -> None:
    order_id = running.order_id(running.order())
    running.until(order_id, lambda found: found.waits_for == "prepare")
    ship(running, order_id, f"T1-{order_id}")
    running.until_stage(order_id, "shipped")
    deliver(running, order_id)
    done = running.until_stage(order_id, "completed")
    assert (done.tier, done.group, done.red, done.held) == ("auto", "na", False, False)
    with running.api("lead") as lead:
        timeline = lead.get(f"/orders/{order_id}/timeline").json()
    seqs = [event["seq"] for event in timeline["events"]]
    assert seqs == list(range(1, len(seqs) + 1))


def test_the_same_shopify_webhook_five_times_is_one_order_and_a_changed_byte_is_refused(
    running: Running,
) -> None:
    body = json.dumps(shopify_order()).encode()
    answers = [running.post_shopify(body) for _ in range(4)]
    answers.append(running.post_shopify(body, secret=OLD_SECRET))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len({answer.json()["id"] for answer in answers}) == 1
    signed = running.post_shopify(body).request.headers["X-Shopify-Hmac-Sha256"]
    refused = httpx.post(
        f"{running.house.api_url}/webhooks/shopify/test-shop",
        content=body[:-2] + b" }",
        headers={"X-Shopify-Topic": "orders/create", "X-Shopify-Hmac-Sha256": signed},
    )
    unknown = running.post_shopify(body, shop="nobody")
    assert (refused.status_code, unknown.status_code) == (401, 401)
    assert refused.json() == unknown.json() | {"instance": refused.json().get("instance")} or (
        refused.json()["code"] == unknown.json()["code"]
    )
    external_id = str(shopify_order()["id"])
    order_id = running.order_id(external_id, "shopify")
    running.until(order_id, lambda found: found.rule_set != "")


@pytest.mark.parametrize(
    ("total", "currency", "kind", "tier"),
    [
        ("2000.00", "CNY", "consumer", "auto"),
        ("2000.01", "CNY", "consumer", "manager"),
        ("10000.00", "CNY", "consumer", "manager"),
        ("10000.01", "CNY", "consumer", "countersign"),
        ("10.00", "CNY", "business", "first_cooperation"),
        ("285.71", "USD", "consumer", "auto"),  # 1,999.97 CNY at 7.00
        ("285.72", "USD", "consumer", "manager"),  # 2,000.04
        ("1428.57", "USD", "consumer", "manager"),  # 9,999.99
        ("1428.58", "USD", "consumer", "countersign"),  # 10,000.06
    ],
)
def test_thresholds_choose_the_tier_and_say_why(
    running: Running, total: str, currency: str, kind: str, tier: str
) -> None:
    order_id = running.order_id(running.order(total=total, currency=currency, kind=kind))
    stage = "preparing" if tier == "auto" else "in_review"
    found = running.until_stage(order_id, stage)
    assert found.tier == tier
    why = json.dumps(explanation(running, order_id))
    assert '"approval"' in why
    assert ("USD-test" in why) == (currency == "USD")


def test_a_countersigned_order_needs_two_distinct_people(running: Running) -> None:
    order_id = running.order_id(running.order(total="20000.00"))
    running.until_stage(order_id, "in_review")
    assert decide(running, "manager", order_id).status_code == 403
    first = decide(running, "director", order_id)
    assert (first.status_code, first.json()["code"]) == (200, "signed")
    again = decide(running, "director", order_id)
    assert (again.status_code, again.json()["code"]) == (409, "already_signed")
    assert decide(running, "money", order_id).json()["code"] == "approved"
    running.until_stage(order_id, "preparing")


def test_a_rejection_closes_with_its_reason_and_gives_stock_and_credit_back(
    running: Running,
) -> None:
    document = order_document(
        total="3000.00", kind="business", payment={"status": "pending", "terms": "net30"}
    )
    document["customer"]["first_cooperation"] = False
    running.give_credit(document, "50000.00")
    running.post_storefront({"topic": "order.created", "order": document})
    order_id = running.order_id(document["external_id"])
    running.until_stage(order_id, "in_review")
    assert reserved_by(running, order_id) == (1, "held")
    assert decide(running, "director", order_id, "reject").status_code == 200
    closed = running.until_stage(order_id, "closed_abnormally")
    assert closed.closed_reason == "APPROVAL_REJECTED"
    assert closed.closed_note_id != ""
    assert reserved_by(running, order_id) == (0, "released")


def reserved_by(running: Running, order_id: str) -> tuple[int, str]:
    """Return the pieces an order has reserved and the state of its credit hold."""
    with running.engine.connect() as c:
        reservations = c.execute(
            stock.reservations.select().where(
                stock.reservations.c.order_id == order_id, stock.reservations.c.state == "active"
            )
        ).all()
        hold = c.execute(
            credit.credit_holds.select().where(credit.credit_holds.c.order_id == order_id)
        ).one()
    return sum(row.quantity for row in reservations), hold.state


def test_a_cancellation_from_the_channel_in_review_closes_and_releases(running: Running) -> None:
    body = shopify_order(id=5550001112223334449)
    body |= {
        "admin_graphql_api_id": f"gid://shopify/Order/{body['id']}",
        "customer": {"id": 4242, "first_name": "Ada", "last_name": "Dealer", "tags": "dealer"},
        "financial_status": "pending",
        "payment_terms": {"payment_terms_type": "net", "due_in_days": 30},
    }
    raw = json.dumps(body).encode()
    order = CHANNELS["shopify"].read("orders/create", raw, "test-shop")[0].order
    assert order is not None
    with running.engine.begin() as c:
        credit.set_limit(c, customers.upsert(c, order), Decimal(50_000))
    running.post_shopify(raw)
    order_id = running.order_id(str(body["id"]), "shopify")
    running.until_stage(order_id, "in_review")
    assert reserved_by(running, order_id) == (6, "held")
    cancelled = body | {
        "cancelled_at": "2026-11-20T10:00:00Z",
        "cancel_reason": "customer",
        "updated_at": "2026-12-01T10:00:00Z",
    }
    assert running.post_shopify(json.dumps(cancelled).encode(), "orders/cancelled").is_success
    closed = running.until_stage(order_id, "closed_abnormally")
    assert closed.closed_reason == "BUYER_CANCEL"
    assert reserved_by(running, order_id) == (0, "released")


def test_two_parcels_ship_an_order_only_when_everything_is_out(running: Running) -> None:
    order_id = running.order_id(running.order(total="300.00", quantity=3))
    running.until(order_id, lambda found: found.waits_for == "prepare")
    ship(running, order_id, f"A-{order_id}", lines=[{"line_id": "1", "quantity": 2}])
    running.until(order_id, lambda found: found.last_event_seq > 6)
    assert running.progress(order_id).stage == "preparing"  # type: ignore[union-attr]
    ship(running, order_id, f"B-{order_id}")
    running.until_stage(order_id, "shipped")


def test_an_order_without_a_route_waits_in_the_pool_until_a_person_picks_a_group(
    running: Running,
) -> None:
    order_id = running.order_id(running.order(country="GB"))
    held = running.until(order_id, lambda found: found.held)
    assert (held.waits_for, held.stage) == ("hold:NO_ROUTE", "pending_confirmation")
    assert held.owner_person == "lead"
    with running.api("lead") as lead:
        assert lead.post(f"/orders/{order_id}/group", json={"group": "eu"}).is_success
    assert running.until_stage(order_id, "preparing").group == "eu"


def test_a_missing_exchange_rate_holds_instead_of_passing(running: Running) -> None:
    order_id = running.order_id(running.order(total="1.000", currency="KWD"))
    held = running.until(order_id, lambda found: found.held)
    assert held.waits_for == "hold:FX_RATE_MISSING"


def test_broken_and_impossible_orders_end_in_quarantine_with_an_owner(running: Running) -> None:
    document = order_document(country="DE")
    del document["shipping_address"]["postal_code"]
    answer = running.post_storefront({"topic": "order.created", "order": document})
    assert answer.status_code == 200
    with running.api("service") as service:

        def found() -> dict[str, Any] | None:
            items = service.get("/quarantine").json()["items"]
            wanted = [each for each in items if each["external_id"] == document["external_id"]]
            return wanted[0] if wanted else None

        item = wait_for(found, "the quarantined order")
    assert item["owner_person"] == "service"
    assert [each["code"] for each in item["findings"]] == ["REQUIRED"]


def test_a_return_closes_a_completed_order_with_its_record(running: Running) -> None:
    order_id = running.order_id(running.order())
    running.until(order_id, lambda found: found.waits_for == "prepare")
    ship(running, order_id, f"R-{order_id}")
    running.until_stage(order_id, "shipped")
    deliver(running, order_id)
    running.until_stage(order_id, "completed")
    with running.api("service") as service:
        answer = service.post(f"/orders/{order_id}/returns", json={"note": "wrong colour"})
    assert answer.is_success, answer.text
    closed = running.until_stage(order_id, "closed_abnormally")
    assert (closed.closed_reason, closed.group, closed.tier) == ("RETURN", "na", "auto")


def test_nothing_acknowledged_is_left_in_the_inbox(running: Running) -> None:
    running.order()

    def emptied() -> bool:
        with running.engine.connect() as c:
            counts = inbox.counts(c)
        return not any(counts.get(state) for state in ("received", "stored"))

    wait_for(emptied, "an empty inbox")
