"""WooCommerce bodies of invented people for the tests: a fixture, changed where a test needs it."""

import json
from pathlib import Path
from typing import Any

from channels.message import ChannelMessage
from channels.woocommerce.topics import read
from domain.cleansing import CleansingCode
from domain.order import CanonicalOrder

FIXTURES = Path(__file__).parents[1] / "fixtures" / "channels"
ORDER_ID = "9007199254741993"
UNPAID = {"date_paid": None, "date_paid_gmt": None}
Body = dict[str, Any]


def fixture(name: str) -> Body:
    """Load one fixture anew."""
    body: Body = json.loads((FIXTURES / f"{name}.json").read_text())
    return body


def order_body(**changes: Any) -> Body:
    """The paid order in EUR, with top-level fields changed."""
    return fixture("woocommerce_order_eur") | changes


def one_line_body(**changes: Any) -> Body:
    """An order of one line without tax or freight, with fields of the line changed."""
    line = {
        "id": 501,
        "name": "Nails",
        "sku": "N-1",
        "quantity": 1,
        "subtotal": "10.00",
        "total": "10.00",
        "total_tax": "0.00",
    } | changes
    amounts = {"total": line["total"], "total_tax": "0.00", "discount_total": "0.00"}
    parts = {"line_items": [line], "shipping_lines": [], "coupon_lines": []}
    return order_body(**amounts, **parts, shipping_total="0.00")


def messages(body: object, topic: str = "order.updated") -> list[ChannelMessage]:
    """Read a body as a delivery of that topic from the shop `acme`."""
    return read(topic, json.dumps(body).encode(), "acme")


def first(body: object, topic: str = "order.updated") -> ChannelMessage:
    """The first message of a body."""
    return messages(body, topic)[0]


def mapped(body: object, topic: str = "order.updated") -> CanonicalOrder:
    """The canonical order of a body that must map."""
    message = first(body, topic)
    assert message.order is not None, message.findings
    return message.order


def codes(message: ChannelMessage) -> set[tuple[str, str]]:
    """Field and code of each finding."""
    return {(each.field, each.code.value) for each in message.findings}


def steps(message: ChannelMessage, code: CleansingCode) -> list[tuple[str, str, str]]:
    """Field, before and after of each cleansing step of a kind."""
    return [
        (step.field, step.before, step.after) for step in message.cleansing if step.code is code
    ]
