"""The storefront's protocol: what each topic means, and what it refuses."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.message import ChannelMessage
from channels.storefront.mapping import read
from domain.holds import ReasonCode
from tests.unit.shopify_bodies import Body, codes, fixture

FACT: Body = {"order_id": "SF-1001", "occurred_at": "2026-10-09T10:00:00+02:00"}
WHEN = datetime(2026, 10, 9, 8, 0, tzinfo=UTC)


def told(body: object) -> ChannelMessage:
    (message,) = read("whatever", json.dumps(body).encode(), "main")
    return message


def created(**changes: Any) -> Body:
    body = fixture("storefront_order_created")
    body["order"] |= changes
    return body


@pytest.mark.parametrize("topic", ["order.created", "order.updated"])
def test_order_is_taken_as_it_is(topic: str) -> None:
    message = told(created() | {"topic": topic})
    assert (message.kind, message.external_id, message.findings) == ("order", "SF-1001", ())
    order = message.order
    assert order is not None
    assert (order.channel, order.shop, order.total.as_tuple().digits) == (
        "storefront",
        "main",
        (1, 0, 4, 9, 0),
    )
    assert message.source_updated_at == datetime(2026, 10, 8, 7, 0, 1, 500000, tzinfo=UTC)


def test_proven_shop_outranks_what_the_body_claims() -> None:
    order = told(created(channel="shopify", shop="somebody-else")).order
    assert order is not None
    assert (order.channel, order.shop) == ("storefront", "main")


def test_customer_of_a_web_shop_is_a_consumer_unless_told() -> None:
    order = told(created()).order
    assert order is not None
    assert order.customer.kind == "consumer"
    dealer = created()
    dealer["order"]["customer"]["kind"] = "business"
    order = told(dealer).order
    assert order is not None
    assert order.customer.kind == "business"


def test_cancellation() -> None:
    message = told({"topic": "order.cancelled", "reason": "FRAUD_RISK", "note": "odd", **FACT})
    assert (message.kind, message.external_id) == ("cancellation", "SF-1001")
    assert (message.source_updated_at, message.note) == (WHEN, "odd")
    assert message.cancel_reason is ReasonCode.FRAUD_RISK
    silent = told({"topic": "order.cancelled", **FACT})
    assert silent.cancel_reason is ReasonCode.BUYER_CANCEL


def test_parcel() -> None:
    parcel = {"tracking_number": "JD-1", "lines": [{"line_id": "1", "quantity": 2}]}
    message = told({"topic": "parcel.shipped", "parcel": parcel, **FACT})
    assert message.kind == "parcel"
    assert message.parcel is not None
    assert (message.parcel.tracking_number, message.parcel.lines) == ("JD-1", (("1", 2),))
    assert message.parcel.shipped_at == WHEN


def test_delivery() -> None:
    message = told({"topic": "parcel.delivered", "tracking_number": "JD-1", **FACT})
    assert (message.kind, message.delivered_tracking) == ("delivery", "JD-1")
    assert message.source_updated_at == WHEN


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ([], "", "NOT_AN_ORDER"),
        ({}, "", "NOT_AN_ORDER"),
        ({"topic": "order.exploded"}, "topic", "BAD_VALUE"),
        ({"topic": ["order.created"]}, "topic", "BAD_VALUE"),
        ({"topic": "order.created"}, "order", "REQUIRED"),
        ({"topic": "order.created", "order": []}, "order", "BAD_VALUE"),
        (created() | {"extra": 1}, "extra", "UNKNOWN_FIELD"),
        (created(colour="red"), "colour", "UNKNOWN_FIELD"),
        (created(total="1.00"), "total", "AMOUNT_MISMATCH"),
        (created(customer=3), "customer", "BAD_VALUE"),
        ({"topic": "order.cancelled", **FACT, "reason": "WHIM"}, "reason", "BAD_VALUE"),
        ({"topic": "order.cancelled", "order_id": "1"}, "occurred_at", "REQUIRED"),
        (
            {"topic": "parcel.shipped", **FACT, "parcel": {"tracking_number": ""}},
            "parcel.tracking_number",
            "REQUIRED",
        ),
    ],
)
def test_what_is_refused_is_told_by_field(body: object, field: str, code: str) -> None:
    message = told(body)
    assert message.order is None
    assert codes(message) == {(field, code)}


def test_refused_order_still_names_itself() -> None:
    assert told(created(total="1.00")).external_id == "SF-1001"
    assert told(created(colour="red")).external_id == "SF-1001"


def test_broken_json_is_told() -> None:
    (message,) = read("order.created", b'{"topic": ')
    assert codes(message) == {("", "BAD_JSON")}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(
    topic=st.sampled_from(["order.created", "order.cancelled", "parcel.shipped", "x"]),
    key=st.sampled_from(["order", "order_id", "occurred_at", "reason", "parcel"]),
    value=json_values,
)
def test_no_body_makes_it_raise(topic: str, key: str, value: object) -> None:
    message = told({"topic": topic, **FACT, key: value})
    assert message.order is not None or message.findings or message.kind != "order"
