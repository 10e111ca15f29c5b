"""Each WooCommerce topic and each kind of stored document is read for what it is."""

import json
from typing import Any

import pytest

from channels.woocommerce.channel import CHANNEL
from channels.woocommerce.documents import read_document
from channels.woocommerce.topics import read
from domain.holds import ReasonCode
from domain.stages import Stage
from tests.unit.woocommerce_bodies import ORDER_ID, codes, first, fixture, messages, order_body


def documents(body: object) -> list[Any]:
    return read_document(json.dumps(body).encode(), "acme")


@pytest.mark.parametrize(
    "topic",
    ["order.created", "order.updated", "order.restored", "ORDER.UPDATED", "orders/poll"],
)
def test_topics_of_orders_yield_the_order(topic: str) -> None:
    message = first(order_body(), topic)
    assert (message.kind, message.external_id) == ("order", ORDER_ID)
    assert message.order is not None
    assert message.order.shop == "acme"


def test_deleted_order_is_a_cancellation_although_only_its_id_is_told() -> None:
    (message,) = messages({"id": 16}, "order.deleted")
    assert (message.kind, message.external_id) == ("cancellation", "16")
    assert message.cancel_reason is ReasonCode.OTHER


def test_deletion_that_names_no_order_is_refused() -> None:
    (message,) = messages({}, "order.deleted")
    assert codes(message) == {("id", "REQUIRED")}


@pytest.mark.parametrize("topic", ["product.updated", "customer.created", "action.x", ""])
def test_other_topics_are_ignored(topic: str) -> None:
    (message,) = messages(order_body(), topic)
    assert (message.kind, message.external_id) == ("ignored", None)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b"webhook_id=3", b"\xff\x00"])
def test_body_that_is_no_order_is_said_to_be_none(raw: bytes) -> None:
    (message,) = read("order.updated", raw, "acme")
    assert message.order is None
    assert {code for _, code in codes(message)} <= {"BAD_JSON", "NOT_AN_ORDER"}
    assert message.findings


def test_webhook_whose_user_may_not_read_orders_says_so() -> None:
    body = {"code": "woocommerce_rest_cannot_view", "message": "Sorry", "data": {"status": 401}}
    (message,) = messages(body)
    assert "woocommerce_rest_cannot_view" in message.findings[0].message_en


def test_stored_order_is_history() -> None:
    kinds = [m.kind for m in documents(order_body(status="completed"))]
    assert kinds == ["order", "parcel", "delivery"]


@pytest.mark.parametrize(
    "document",
    [
        [order_body(id=1), order_body(id=2)],
        {"orders": [order_body(id=1), order_body(id=2)]},
        {"create": [order_body(id=1)], "update": [order_body(id=2)]},
        [{"order": order_body(id=1)}, {"order": order_body(id=2)}],
    ],
)
def test_every_order_of_a_document_is_read(document: object) -> None:
    found = documents(document)
    assert [m.external_id for m in found] == ["1", "2"]
    assert all(m.order and m.order.stage is Stage.IN_REVIEW for m in found)


def test_broken_line_of_json_lines_does_not_stop_the_others() -> None:
    lines = [json.dumps(order_body(id=1)), '{"id": 2,', json.dumps(order_body(id=3))]
    found = read_document("\n".join(lines).encode(), "acme")
    assert [m.external_id for m in found] == ["1", None, "3"]
    assert codes(found[1]) == {("", "BAD_JSON")}


def test_one_broken_document_is_one_finding() -> None:
    text = json.dumps([order_body()], indent=2)
    found = read_document(text[:-40].encode(), "acme")
    assert [codes(m) for m in found] == [{("", "BAD_JSON")}]


@pytest.mark.parametrize(
    ("document", "hint"),
    [
        (fixture("woocommerce_refund"), "a refund"),
        ({"id": 3, "note": "Sent", "customer_note": True}, "an order note"),
        ({"id": 3, "topic": "order.updated", "delivery_url": "https://x"}, "a webhook"),
        ({"id": 3, "email": "a@example.com", "is_paying_customer": False}, "a customer"),
        ({"id": 3, "name": "Lamp", "regular_price": "3"}, "a product"),
        ({"code": "rest_no_route", "message": "No route"}, "rest_no_route: No route"),
        ({"id": 0, "error": {"code": "invalid_id", "message": "Invalid"}}, "invalid_id: Invalid"),
        ({"order": {"id": 3, "billing_address": {}}}, "legacy API"),
        ([], "the list is empty"),
    ],
)
def test_what_holds_no_order_says_what_it_is(document: object, hint: str) -> None:
    (message,) = documents(document)
    assert (message.kind, message.external_id) == ("order", None)
    (finding,) = message.findings
    assert finding.code.value == "NOT_AN_ORDER"
    assert hint in finding.message_en
    assert finding.message_zh != finding.message_en


def test_document_nested_without_end_is_no_order() -> None:
    raw = b"[" * 400 + b"]" * 400
    (message,) = read_document(raw, "acme")
    assert codes(message) == {("", "NOT_AN_ORDER")}


def test_channel_is_asked_for_what_its_webhooks_lose() -> None:
    assert CHANNEL.polling is not None
    assert CHANNEL.polling.open is CHANNEL.connect
    assert CHANNEL.is_ping is not None
