"""Each Shopify topic says what it means, and no body makes the reader raise."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.registry import CHANNELS
from channels.shopify.topics import read
from domain.holds import ReasonCode
from tests.unit.shopify_bodies import Body, codes, first, fixture, messages, order_body

ORDER_ID = "9007199254740993123"


def fulfilment(**changes: Any) -> Body:
    return fixture("shopify_fulfilment") | changes


@pytest.mark.parametrize("topic", ["orders/create", "orders/updated", "orders/paid"])
def test_order_topics_carry_the_order(topic: str) -> None:
    (message,) = messages(topic, order_body())
    assert (message.kind, message.external_id) == ("order", ORDER_ID)
    assert message.order is not None


@pytest.mark.parametrize("topic", ["orders/cancelled", "orders/updated", "orders/create"])
def test_cancelled_order_is_a_cancellation_whatever_the_topic(topic: str) -> None:
    body = order_body(cancelled_at="2026-10-06T10:00:00Z", cancel_reason="fraud")
    (message,) = messages(topic, body)
    assert message.kind == "cancellation"
    assert message.cancel_reason is ReasonCode.FRAUD_RISK
    assert message.order is not None


def test_cancellation_of_a_flawed_order_still_names_it() -> None:
    body = order_body(cancelled_at="2026-10-06T10:00:00Z", total_price="1.00")
    message = first(body, "orders/cancelled")
    assert (message.kind, message.external_id, message.order) == ("cancellation", ORDER_ID, None)


def test_test_order_is_not_imported() -> None:
    message = first(order_body(test=True))
    assert (message.kind, message.order) == ("ignored", None)
    assert codes(message) == {("", "TEST_ORDER")}


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("orders/edited", {"order_edit": {"id": 1, "order_id": int(ORDER_ID)}}),
        ("refunds/create", {"id": 1, "order_id": int(ORDER_ID)}),
        ("order_transactions/create", {"id": 1, "order_id": int(ORDER_ID)}),
        (
            "orders/risk_assessment_changed",
            {
                "order_id": 9007199254740993000,
                "admin_graphql_api_order_id": f"gid://shopify/Order/{ORDER_ID}",
            },
        ),
        ("returns/request", {"id": 1, "order": {"id": int(ORDER_ID)}}),
        ("returns/reopen", {"id": 1, "order_id": int(ORDER_ID)}),
        ("fulfillment_events/create", {"order_id": int(ORDER_ID), "status": "delivered"}),
        ("fulfillment_events/create", {"order_id": int(ORDER_ID), "status": "failure"}),
    ],
)
def test_notice_asks_for_its_order(topic: str, body: Body) -> None:
    (message,) = messages(topic, body)
    assert (message.kind, message.external_id) == ("look_up", ORDER_ID)
    assert message.reference == ORDER_ID


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("fulfillment_orders/placed_on_hold", "fulfillment_order"),
        ("fulfillment_orders/hold_released", "fulfillment_order"),
        ("fulfillment_orders/cancelled", "fulfillment_order"),
        ("fulfillment_orders/moved", "original_fulfillment_order"),
        ("fulfillment_holds/added", "fulfillment_order"),
        ("fulfillment_holds/released", "fulfillment_order"),
    ],
)
def test_notice_asks_for_the_order_of_its_fulfilment_order(topic: str, name: str) -> None:
    gid = "gid://shopify/FulfillmentOrder/31"
    (message,) = messages(topic, {name: {"id": gid, "status": "open"}})
    assert (message.kind, message.external_id, message.reference) == ("look_up", None, gid)


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("returns/decline", {"id": 1, "status": "declined"}),
        ("orders/risk_assessment_changed", {"order_id": None, "risk_level": "high"}),
        ("fulfillment_orders/moved", {"original_fulfillment_order": {"id": "x"}}),
        ("fulfillment_events/create", {"order_id": int(ORDER_ID), "status": "in_transit"}),
        ("draft_orders/create", {"id": 1}),
    ],
)
def test_notice_that_names_no_order_or_no_change_is_ignored_with_a_note(
    topic: str, body: Body
) -> None:
    (message,) = messages(topic, body)
    assert message.kind == "ignored"
    assert message.note


def test_arrival_that_names_its_parcel_is_a_delivery() -> None:
    body = {
        "order_id": int(ORDER_ID),
        "status": "delivered",
        "tracking_number": "1ZX900",
        "happened_at": "2026-10-09T09:00:00Z",
    }
    (message,) = messages("fulfillment_events/create", body)
    assert (message.kind, message.delivered_tracking) == ("delivery", "1ZX900")
    assert message.source_updated_at == datetime(2026, 10, 9, 9, tzinfo=UTC)


def test_deleted_order_is_cancelled() -> None:
    (message,) = messages("orders/delete", {"id": int(ORDER_ID)})
    assert (message.kind, message.external_id) == ("cancellation", ORDER_ID)
    assert message.cancel_reason is ReasonCode.OTHER
    assert message.findings == ()


@pytest.mark.parametrize("raw", [b"{}", b"[]", b"\xff"])
def test_deletion_that_names_no_order_is_not_lost(raw: bytes) -> None:
    (message,) = read("orders/delete", raw)
    assert message.kind == "cancellation"
    assert message.findings


@pytest.mark.parametrize(
    ("topic", "duty"),
    [
        ("app/uninstalled", "installed again"),
        ("customers/redact", "deleted"),
        ("customers/data_request", "export"),
        ("shop/redact", "delete all"),
    ],
)
def test_notice_of_a_duty_says_what_to_do_in_both_languages(topic: str, duty: str) -> None:
    (message,) = read(topic, b"{}")
    assert message.kind == "ignored"
    assert duty in message.note
    assert any("\u4e00" <= letter <= "\u9fff" for letter in message.note)


@pytest.mark.parametrize("topic", ["app/uninstalled", "refunds/create", "", "carts/DELETE"])
def test_other_topics_are_ignored_unread(topic: str) -> None:
    (message,) = read(topic, b"\xff not even json")
    assert message.kind == "ignored"


def test_shipped_order_without_a_parcel_has_one_known_by_the_order() -> None:
    order, parcel = messages("orders/updated", order_body(fulfillment_status="fulfilled"))
    assert order.kind == "order"
    assert parcel.parcel is not None
    assert (parcel.parcel.tracking_number, parcel.parcel.external_id) == ("", ORDER_ID)
    assert parcel.parcel.lines == ()


def test_completed_order_is_delivered_even_without_a_tracking_number() -> None:
    body = order_body(fulfillment_status="fulfilled")
    for line in body["line_items"]:
        line["requires_shipping"] = False
    kinds = [message.kind for message in messages("orders/updated", body)]
    assert kinds == ["order", "parcel", "delivery"]
    untracked = fulfilment(tracking_number=None, tracking_numbers=[], shipment_status="delivered")
    body = order_body(fulfillment_status="fulfilled", fulfillments=[untracked])
    *_, last = messages("orders/updated", body)
    assert (last.kind, last.delivered_tracking) == ("delivery", "")


def test_open_order_has_no_invented_parcel() -> None:
    assert len(messages("orders/updated", order_body())) == 1


@pytest.mark.parametrize("topic", ["fulfillments/create", "fulfillments/update"])
def test_fulfilment_is_a_parcel(topic: str) -> None:
    (message,) = messages(topic, fulfilment())
    assert (message.kind, message.external_id) == ("parcel", ORDER_ID)
    parcel = message.parcel
    assert parcel is not None
    assert (parcel.tracking_number, parcel.carrier) == ("1ZX900", "UPS")
    assert parcel.lines == (("9007199254740994001", 2),)
    assert parcel.shipped_at == datetime(2026, 10, 6, 15, 0, tzinfo=UTC)
    assert parcel.external_id == "9007199254740995555"


@pytest.mark.parametrize("status", ["delivered", "picked_up"])
def test_delivered_parcel_is_a_parcel_and_a_delivery(status: str) -> None:
    parcel, delivery = messages("fulfillments/update", fulfilment(shipment_status=status))
    assert parcel.kind == "parcel"
    assert (delivery.kind, delivery.delivered_tracking) == ("delivery", "1ZX900")


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "cancelled"},
        {"status": "error"},
        {"status": "pending", "tracking_number": None, "tracking_numbers": []},
    ],
)
def test_fulfilment_that_did_not_happen_is_ignored(changes: Body) -> None:
    assert first(fulfilment(**changes), "fulfillments/update").kind == "ignored"


def test_several_tracking_numbers_are_one_parcel_with_a_note() -> None:
    body = fulfilment(tracking_number=None, tracking_numbers=["A1", "A2"])
    message = first(body, "fulfillments/create")
    assert message.parcel is not None
    assert message.parcel.tracking_number == "A1"
    assert "A2" in message.note


def test_order_tells_of_parcels_whose_own_message_was_lost() -> None:
    gone = [fulfilment(shipment_status="delivered"), fulfilment(id=7, status="cancelled")]
    body = order_body(fulfillment_status="partial", fulfillments=gone)
    kinds = [message.kind for message in messages("orders/updated", body)]
    assert kinds == ["order", "parcel", "delivery"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "BAD_JSON"),
        (b"{'id': 1}", "BAD_JSON"),
        (b'{"id": 1,}', "BAD_JSON"),
        (b'{"id": NaN}', "BAD_JSON"),
        (b"\xff\xfe", "BAD_JSON"),
        (b"[" * 100_000, "BAD_JSON"),
        (b"1" * 10_000, "BAD_JSON"),
        (b'{"total_price": 1e9999999999999999999999}', "BAD_JSON"),
        (b"[]", "NOT_AN_ORDER"),
        (b"null", "NOT_AN_ORDER"),
        (b'{"errors": [{"message": "Throttled"}]}', "NOT_AN_ORDER"),
    ],
)
def test_what_holds_no_order_is_told(raw: bytes, code: str) -> None:
    (message,) = read("orders/create", raw)
    assert (message.kind, message.external_id, message.order) == ("order", None, None)
    assert {c for _, c in codes(message)} == {code}


def test_byte_order_mark_is_forgiven() -> None:
    raw = b"\xef\xbb\xbf" + json.dumps(order_body()).encode()
    assert read("orders/create", raw)[0].order is not None


def test_registry_finds_the_channel() -> None:
    channel = CHANNELS["shopify"]
    assert channel.read("orders/create", b"{", "acme")[0].findings


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
PLACES = (
    *((key,) for key in fixture("shopify_order_usd")),
    *(("line_items", 0, key) for key in fixture("shopify_order_usd")["line_items"][0]),
    *(("shipping_address", key) for key in fixture("shopify_order_usd")["shipping_address"]),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(place=st.sampled_from(PLACES), value=json_values)
def test_no_body_makes_it_raise(place: tuple[Any, ...], value: object) -> None:
    body = order_body()
    target: Any = body
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    for message in messages("orders/updated", body):
        assert message.order is not None or message.findings or message.kind != "order"


@settings(deadline=None)
@given(key=st.sampled_from(sorted(fixture("shopify_fulfilment"))), value=json_values)
def test_no_fulfilment_makes_it_raise(key: str, value: object) -> None:
    messages("fulfillments/update", fulfilment(**{key: value}))
