"""Who calls, which order changed, and what lies in a file of Amazon's."""

import json
from datetime import UTC, datetime

import pytest

from channels.amazon.channel import CHANNEL
from channels.amazon.documents import read_document
from channels.amazon.signature import delivery, verify
from channels.amazon.topics import ORDERS_2026, ORDERS_V0
from channels.message import ChannelMessage
from tests.unit.amazon_bodies import Body, fixture, messages, order_2026, package, v0, with_status

NOW = datetime(2026, 11, 3, tzinfo=UTC)
ORDER = "305-1112223-4445556"


@pytest.mark.parametrize(
    ("headers", "secrets", "proven"),
    [
        ({"x-api-key": "current"}, ["current", "previous"], True),
        ({"X-API-KEY": "previous"}, ["current", "previous"], True),
        ({"X-Api-Key": "guessed"}, ["current", "previous"], False),
        ({"X-Api-Key": "current"}, [], False),
        ({"X-Api-Key": ""}, [""], False),
        ({}, ["current"], False),
        ({"X-Api-Key": "schlüssel"}, ["current"], False),
    ],
)
def test_the_api_key_proves_the_event_bus(
    headers: dict[str, str], secrets: list[str], proven: bool
) -> None:
    assert verify(headers, b"{}", secrets, NOW) is proven


def test_without_a_header_a_delivery_is_an_order_change() -> None:
    assert delivery({}, b"").topic == "ORDER_CHANGE"
    assert delivery({"x-amz-notification-type": "ORDER_CHANGE"}, b"").delivery_id is None


def _change() -> Body:
    return fixture("amazon_order_change")


@pytest.mark.parametrize(
    "body",
    [
        _change(),
        {"version": "0", "detail-type": "ORDER_CHANGE", "detail": _change()},
        {"Body": json.dumps(_change()), "MessageId": "1"},
        {"Body": json.dumps({"Type": "Notification", "Message": json.dumps(_change())})},
        {"Records": [{"body": json.dumps(_change())}]},
        [{"detail": _change()}],
    ],
    ids=["bare", "eventbridge", "sqs", "sns-in-sqs", "records", "batch"],
)
def test_a_change_leads_to_a_look_up_however_it_is_wrapped(body: object) -> None:
    (message,) = messages(body, "ORDER_CHANGE")
    assert (message.kind, message.external_id, message.reference) == ("look_up", ORDER, ORDER)
    assert message.source_updated_at == datetime(2026, 11, 3, 8, 40, tzinfo=UTC)
    assert message.findings == ()


def test_another_notification_is_ignored_with_a_note() -> None:
    (message,) = messages(_change() | {"NotificationType": "ANY_OFFER_CHANGED"}, "ORDER_CHANGE")
    assert message.kind == "ignored"
    assert "ANY_OFFER_CHANGED" in message.note


def test_a_change_that_names_no_order_says_so() -> None:
    body = _change()
    del body["Payload"]["OrderChangeNotification"]["AmazonOrderId"]
    (message,) = messages(body, "ORDER_CHANGE")
    assert [f.code.value for f in message.findings] == ["REQUIRED"]


@pytest.mark.parametrize("topic", [ORDERS_2026, "", "orders/2031-01-01"])
def test_an_order_is_read_by_its_topic_else_by_its_shape(topic: str) -> None:
    for body in (fixture("amazon_order_2026"), order_2026()):
        (message,) = messages(body, topic)
        assert message.order is not None
        assert (message.order.channel, message.order.shop) == ("amazon", "acme")


@pytest.mark.parametrize("topic", [ORDERS_V0, "", "orders/v1"])
def test_a_v0_order_is_read_by_its_topic_else_by_its_shape(topic: str) -> None:
    assert messages(v0(), topic)[0].order is not None


@pytest.mark.parametrize("body", [{}, [], "text", 7, None, {"Payload": 1}, {"detail": "{"}])
def test_what_holds_nothing_goes_to_quarantine(body: object) -> None:
    (message,) = messages(body, "ORDER_CHANGE")
    assert message.kind == "order"
    assert [f.code.value for f in message.findings] == ["NOT_AN_ORDER"]


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe{}", b'{"a": NaN}'])
def test_bytes_that_are_no_json_say_so(raw: bytes) -> None:
    (message,) = CHANNEL.read("ORDER_CHANGE", raw, "acme")
    assert [f.code.value for f in message.findings] == ["BAD_JSON"]


def test_a_body_of_the_wrong_form_keeps_its_order_id() -> None:
    (message,) = messages(order_2026(orderItems="none"))
    assert message.external_id == ORDER
    assert message.findings != ()


def _document(body: object) -> list[ChannelMessage]:
    return read_document(json.dumps(body).encode(), "acme")


def _orders(body: object) -> list[str]:
    return [m.order.external_id for m in _document(body) if m.order is not None]


V0 = "113-7778889-0001112"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (order_2026(), [ORDER]),
        ({"order": order_2026()}, [ORDER]),
        ({"orders": [order_2026(), order_2026(orderId="2")], "pagination": {}}, [ORDER, "2"]),
        ({"request": {}, "response": {"order": order_2026()}}, [ORDER]),
        ([order_2026(), v0()], [ORDER, V0]),
        ({"payload": v0()}, [V0]),
        ({"payload": {"Orders": [v0(), v0(AmazonOrderId="2")], "NextToken": "t"}}, [V0, "2"]),
        (fixture("amazon_order_v0"), [V0]),
        ([fixture("amazon_order_v0")], [V0]),
        ([fixture("amazon_order_change"), order_2026()], [ORDER]),
    ],
    ids=[
        "bare",
        "get",
        "search",
        "recorded",
        "list",
        "v0-get",
        "v0-page",
        "composed",
        "composeds",
        "mixed",
    ],
)
def test_orders_are_found_in_every_answer(body: object, found: list[str]) -> None:
    assert _orders(body) == found


def test_json_lines_are_read_line_by_line_and_a_broken_one_stops_nothing() -> None:
    lines = [json.dumps(order_2026()), "", '{"orderId": ', json.dumps(v0())]
    told = read_document("\n".join(lines).encode(), "acme")
    assert [m.order.external_id if m.order else None for m in told] == [ORDER, None, V0]
    assert told[1].findings[0].code.value == "BAD_JSON"


def test_a_document_tells_parcels_beside_the_order() -> None:
    told = _document({"order": with_status("SHIPPED", packages=[package()])})
    assert [m.kind for m in told] == ["order", "parcel"]


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ({"payload": {"AmazonOrderId": V0, "OrderItems": []}}, "getOrderItems"),
        ({"payload": {"AmazonOrderId": V0, "ShippingAddress": {}}}, "getOrderAddress"),
        ({"payload": {"AmazonOrderId": V0, "BuyerEmail": "x@example.com"}}, "getOrderBuyerInfo"),
        ({"errors": [{"code": "QuotaExceeded", "message": "slow down"}]}, "QuotaExceeded"),
        ({"request": {}, "response": {}}, "empty answer"),
        ({"orders": []}, "list is empty"),
        ({"payload": {"Orders": []}}, "list is empty"),
        ({"$schema": "http://json-schema.org"}, "JSON schema"),
        (fixture("amazon_order_change"), f"ORDER_CHANGE: read order {ORDER}"),
        ({"detail": fixture("amazon_order_change")}, "ORDER_CHANGE"),
        (7, "JSON int"),
    ],
)
def test_what_holds_no_order_says_what_it_is(body: object, hint: str) -> None:
    (message,) = _document(body)
    (flaw,) = message.findings
    assert message.kind == "ignored"
    assert flaw.code.value == "NOT_AN_ORDER"
    assert hint in flaw.message_en
    assert flaw.message_zh.startswith("此消息不包含订单；")


def test_an_error_answer_is_not_quoted_beyond_its_code() -> None:
    (message,) = _document({"errors": [{"code": "Unauthorized", "message": "token Atza|secret"}]})
    assert "Atza" not in message.findings[0].message_en


def test_a_deep_document_ends() -> None:
    body: object = order_2026()
    for _ in range(50):
        body = {"payload": body}
    assert [f.code.value for f in _document(body)[0].findings] == ["NOT_AN_ORDER"]
