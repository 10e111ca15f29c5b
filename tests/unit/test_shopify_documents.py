"""Whatever people keep in files about Shopify's orders is read, or says what it is."""

import json
from typing import Any

import pytest

from channels.message import ChannelMessage
from channels.shopify.documents import read_document
from domain.stages import Stage
from tests.unit.shopify_bodies import Body, codes, fixture, order_body, order_node

ORDER_ID = "9007199254740993123"


def document(value: object) -> list[ChannelMessage]:
    return read_document(json.dumps(value).encode(), "acme")


def one(value: object) -> ChannelMessage:
    (message,) = document(value)
    return message


def hint(value: object) -> str:
    message = one(value)
    assert (message.kind, message.order) == ("order", None)
    (flaw,) = message.findings
    assert flaw.code.value == "NOT_AN_ORDER"
    assert any("\u4e00" <= letter <= "\u9fff" for letter in flaw.message_zh)
    return flaw.message_en


@pytest.mark.parametrize(
    "wrapped",
    [
        order_body(),
        {"order": order_body()},
        {"orders": [order_body()]},
        [order_body()],
        {"topic": "orders/create", "payload": order_body()},
        {"headers": {"X-Shopify-Topic": "orders/create"}, "body": order_body()},
        {"headers": {"x-shopify-test": ["false"]}, "body": json.dumps(order_body())},
        order_node(),
        {"data": {"order": order_node()}},
        {"data": {"node": order_node()}},
        {"data": {"orders": {"nodes": [order_node()]}}},
        {"data": {"orders": {"edges": [{"cursor": "x", "node": order_node()}]}}},
        {"data": {"o1": order_node()}, "extensions": {"cost": {}}},
        {"data": {"order": order_node()}, "errors": [{"message": "half"}]},
    ],
)
def test_order_is_found_in_every_wrapping(wrapped: object) -> None:
    message = one(wrapped)
    assert message.order is not None, message.findings
    assert (message.order.external_id, message.order.shop) == (ORDER_ID, "acme")


def test_orders_of_a_page_are_all_read() -> None:
    page = {"data": {"orders": {"nodes": [order_node(), order_node(id="gid://shopify/Order/8")]}}}
    assert [message.external_id for message in document(page)] == [ORDER_ID, "8"]


def test_what_is_no_order_in_a_list_stops_no_other() -> None:
    first, second, third = document([order_body(), {"x": 1}, order_node()])
    assert first.order is not None
    assert codes(second) == {("", "NOT_AN_ORDER")}
    assert third.order is not None


def test_json_lines_are_read_one_by_one() -> None:
    lines = [json.dumps(order_body()), '{"id": 1,}', "", json.dumps(order_node())]
    first, broken, last = read_document("\n".join(lines).encode())
    assert first.order is not None
    assert last.order is not None
    assert "line 2 of the file" in broken.findings[0].message_en


def test_file_of_a_bulk_operation_is_read_with_the_lines_below() -> None:
    node = order_node()
    lines, shipping = node.pop("lineItems")["nodes"], node.pop("shippingLines")["nodes"]
    parent = {"__parentId": node["id"]}
    below = [*lines, *({"id": "gid://shopify/ShippingLine/1"} | each for each in shipping)]
    text = "\n".join(json.dumps(each) for each in [node, *(each | parent for each in below)])
    (message,) = read_document(text.encode())
    assert message.order is not None, message.findings
    assert len(message.order.lines) == 2


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]}, "THROTTLED"),
        (
            {"data": None, "errors": [{"message": "x", "extensions": {"code": "ACCESS_DENIED"}}]},
            "ACCESS_DENIED",
        ),
        ({"errors": "[API] Invalid API key"}, "Invalid API key"),
        ({"errors": []}, "refused API call"),
        (
            {"data": {"orderCancel": {"orderCancelUserErrors": [{"code": "INVALID"}]}}},
            "INVALID",
        ),
        ({"data": {"order": None}}, "without an order"),
        ({"data": {"shop": {"name": "acme"}}}, "without an order"),
    ],
)
def test_answer_without_an_order_says_why(answer: object, code: str) -> None:
    assert code in hint(answer)


@pytest.mark.parametrize(
    ("body", "looks_like"),
    [
        ({"id": 1, "refund_line_items": [], "order_id": 2}, "a refund"),
        ({"id": 1, "admin_graphql_api_id": "gid://shopify/Refund/1"}, "a refund"),
        (fixture("shopify_fulfilment"), "a fulfilment"),
        ({"admin_graphql_api_id": "gid://shopify/FulfillmentEvent/1"}, "a carrier's event"),
        ({"fulfillment_order": {"id": "gid://shopify/FulfillmentOrder/1"}}, "a fulfilment order"),
        ({"fulfillment_hold": {}, "fulfillment_order": {}}, "a fulfilment hold"),
        ({"order_edit": {"order_id": 1}}, "an edit of an order"),
        (
            {
                "admin_graphql_api_id": "gid://shopify/Return/1",
                "order": {"id": 2, "admin_graphql_api_id": "gid://shopify/Order/2"},
            },
            "a return",
        ),
        ({"id": 1, "title": "Lamp", "variants": []}, "a product"),
        ({"id": 1, "invoice_url": "https://x", "line_items": [], "total_price": "1"}, "a draft"),
        ({"abandoned_checkout_url": "https://x", "line_items": [], "total_price": "1"}, "checkout"),
        ({"shop_domain": "acme.myshopify.com", "customer": {}}, "a privacy request"),
        ({"id": 1, "myshopify_domain": "acme.myshopify.com"}, "a shop's settings"),
        ({"id": 820982911946154508}, "a bare id"),
        ({"x": 1}, "nothing we know"),
        ([], "an empty list"),
        ({"orders": []}, "an empty list"),
        (7, "nothing we know"),
        (None, "nothing we know"),
    ],
)
def test_other_things_say_what_they_look_like(body: object, looks_like: str) -> None:
    assert looks_like in hint(body)


def test_test_send_and_test_order_are_told_apart_from_orders() -> None:
    sent = {"headers": {"X-Shopify-Test": "true"}, "body": order_body()}
    for value in (sent, order_body(test=True), order_node(test=True)):
        message = one(value)
        assert (message.kind, message.order) == ("ignored", None)
        assert codes(message) == {("", "TEST_ORDER")}


def placeholders(value: Any) -> Any:
    if isinstance(value, str):
        return "example string"
    if isinstance(value, list):
        return [placeholders(each) for each in value]
    if isinstance(value, dict):
        return {name: placeholders(each) for name, each in value.items()}
    return value


@pytest.mark.parametrize("body", [order_body(), order_node(), {"data": {"order": order_node()}}])
def test_placeholders_are_told_field_by_field(body: Body) -> None:
    message = one(placeholders(body))
    assert message.order is None
    assert {("created_at", "BAD_DATE"), ("total_price", "BAD_AMOUNT")} <= codes(message)


@pytest.mark.parametrize(
    ("raw", "place"),
    [(b'{"id": 1,\n "x": 2,}', "2:9"), (b'{"id": 1', ""), (b"", "1:1"), (b"id,name\n1,x", "1:1")],
)
def test_broken_json_is_told_with_its_place(raw: bytes, place: str) -> None:
    (message,) = read_document(raw)
    assert codes(message) == {("", "BAD_JSON")}
    assert place in message.findings[0].message_en


def test_text_of_a_captured_body_may_be_broken_too() -> None:
    assert codes(one({"headers": {}, "body": '{"id": 1,}'})) == {("", "BAD_JSON")}


def test_wrapping_without_end_is_no_order() -> None:
    value: object = order_body()
    for _ in range(50):
        value = {"data": value}
    assert hint(value)


# --- orders as shops really have them ---------------------------------------------------------


def test_cash_on_delivery_may_be_out_before_it_is_paid() -> None:
    body = fixture("shopify_order_jpy") | {"fulfillment_status": "fulfilled"}
    order, parcel = document(body)
    assert order.order is not None
    assert (order.order.stage, order.order.payment.status) == (Stage.SHIPPED, "pending")
    assert "cash_outstanding" in order.order.flags
    assert parcel.kind == "parcel"


def test_sale_at_the_till_has_no_address() -> None:
    body = order_body(
        source_name="pos",
        fulfillment_status="fulfilled",
        shipping_address=None,
        billing_address=None,
        customer=None,
        email="",
        contact_email=None,
        shipping_lines=[],
        total_price="116.46",
        current_total_price="116.46",
    )
    order, *_ = document(body)
    assert order.order is not None, order.findings
    assert "pos" in order.order.flags
    assert {each.severity for each in order.findings} == {"warning"}


def test_refund_at_the_till_closes_the_order() -> None:
    body = order_body(source_name="pos", fulfillment_status="fulfilled", shipping_address=None)
    refund = {
        "id": 5,
        "refund_line_items": [{"quantity": 1, "subtotal": 77.64, "total_tax": 5.64}],
        "transactions": [{"total_unsettled_set": {"shop_money": {"amount": 0, "currency": "USD"}}}],
    }
    message = one(body | {"financial_status": "refunded", "refunds": [refund]})
    assert (message.kind, message.cancel_reason) == ("cancellation", "RETURN")


@pytest.mark.parametrize(
    ("currency", "included", "price", "tax", "total"),
    [
        ("JPY", True, "5980", "543", "5980"),
        ("HKD", False, "388.00", "0.00", "388.00"),
        ("AUD", True, "110.00", "10.00", "110.00"),
        ("CAD", False, "100.00", "13.00", "113.00"),
        ("CAD", False, 100, 13, 113.0),
    ],
)
def test_currencies_and_ways_of_tax(
    currency: str, included: bool, price: object, tax: object, total: object
) -> None:
    line = {"id": 1, "sku": "A", "quantity": 1, "price": price, "tax_lines": [{"price": tax}]}
    body = order_body(
        currency=currency,
        taxes_included=included,
        line_items=[line],
        shipping_lines=[],
        total_discounts="0.00",
        total_tax=tax,
        total_price=total,
        current_total_price=total,
    )
    message = one(body)
    assert message.order is not None, message.findings
    assert message.findings == ()
    assert message.order.lines[0].tax_included is included
