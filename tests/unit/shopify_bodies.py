"""Shopify bodies of invented people for the tests: a fixture, changed where a test needs it."""

import json
from pathlib import Path
from typing import Any

from channels.message import ChannelMessage
from channels.shopify.topics import read
from domain.order import CanonicalOrder

FIXTURES = Path(__file__).parents[1] / "fixtures" / "channels"
Body = dict[str, Any]


def fixture(name: str) -> Body:
    """Load one fixture anew."""
    body: Body = json.loads((FIXTURES / f"{name}.json").read_text())
    return body


def order_body(**changes: Any) -> Body:
    """The paid USD order, with top-level fields changed."""
    return fixture("shopify_order_usd") | changes


def messages(topic: str, body: object) -> list[ChannelMessage]:
    """Read a body as a delivery of that topic from the shop `acme`."""
    return read(topic, json.dumps(body).encode(), "acme")


def first(body: object, topic: str = "orders/create") -> ChannelMessage:
    """The first message of a body."""
    return messages(topic, body)[0]


def mapped(body: object, topic: str = "orders/create") -> CanonicalOrder:
    """The canonical order of a body that must map."""
    message = first(body, topic)
    assert message.order is not None, message.findings
    return message.order


def codes(message: ChannelMessage) -> set[tuple[str, str]]:
    """Field and code of each finding."""
    return {(each.field, each.code.value) for each in message.findings}


def order_node(**changes: Any) -> Body:
    """The same order as `order_body`, as the GraphQL Admin API gives it."""
    return fixture("shopify_graphql_order_usd") | changes


def node_messages(node: object) -> list[ChannelMessage]:
    """Read a GraphQL order as the clients hand it on."""
    return messages("graphql/order", node)


def steps(message: ChannelMessage) -> dict[tuple[str, str], tuple[str, str]]:
    """Before and after of each cleansing step, by field and code."""
    return {(s.field, s.code.value): (s.before, s.after) for s in message.cleansing}


def money(amount: str) -> Body:
    """A MoneyBag of the GraphQL API."""
    return {"shopMoney": {"amount": amount, "currencyCode": "USD"}}
