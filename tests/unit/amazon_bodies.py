"""Amazon bodies of invented people for the tests: a fixture, changed where a test needs it."""

import json
from pathlib import Path
from typing import Any

from channels.amazon.topics import read
from channels.message import ChannelMessage
from domain.cleansing import CleansingCode
from domain.order import CanonicalOrder

FIXTURES = Path(__file__).parents[1] / "fixtures" / "channels"
Body = dict[str, Any]

DE, ES, UK, JP, US = (
    "A1PA6795UKMFR9",
    "A1RKKUPIHCS9HS",
    "A1F83G8C2ARO7P",
    "A1VC38T7YXB528",
    "ATVPDKIKX0DER",
)


def fixture(name: str) -> Body:
    """Load one fixture anew."""
    body: Body = json.loads((FIXTURES / f"{name}.json").read_text())
    return body


def order_2026(**changes: Any) -> Body:
    """The German order of 2026-01-01, with top-level fields changed."""
    order: Body = fixture("amazon_order_2026")["order"]
    return order | changes


def with_status(word: str, **changes: Any) -> Body:
    """The German order in another fulfilment status."""
    order = order_2026(**changes)
    order["fulfillment"]["fulfillmentStatus"] = word
    return order


def money(amount: str, currency: str = "EUR") -> Body:
    """An amount as 2026-01-01 writes it."""
    return {"amount": amount, "currencyCode": currency}


def kinds(currency: str = "EUR", **amounts: str) -> list[Body]:
    """A list of proceeds, such as ITEM="10.00"."""
    return [{"type": kind, "subtotal": money(a, currency)} for kind, a in amounts.items()]


def package(reference: str = "1", tracking: str = "TRK-1", **changes: Any) -> Body:
    """A package of the whole German order, in transit."""
    return {
        "packageReferenceId": reference,
        "trackingNumber": tracking,
        "carrier": "DHL",
        "shipTime": "2026-11-04T10:00:00Z",
        "packageStatus": {"status": "IN_TRANSIT", "detailedStatus": "PICKED_UP"},
        "packageItems": [{"orderItemId": "30511122233344", "quantity": 2}],
    } | changes


def v0(**changes: Any) -> Body:
    """The US order of v0 with its items inside, as one object."""
    parts = fixture("amazon_order_v0")
    order: Body = parts["order"]["payload"]
    return order | {"OrderItems": parts["items"]["payload"]["OrderItems"]} | changes


def v0_line(currency: str, price: str, tax: str, **changes: Any) -> Body:
    """One v0 item of one piece."""
    return {
        "OrderItemId": "1",
        "SellerSKU": "SKU-1",
        "Title": "Thing",
        "QuantityOrdered": 1,
        "ItemPrice": old_money(price, currency),
        "ItemTax": old_money(tax, currency),
    } | changes


def v0_order(marketplace: str, total: str, *lines: Body, **changes: Any) -> Body:
    """A v0 order of some lines in their currency."""
    currency = lines[0]["ItemPrice"]["CurrencyCode"]
    return v0(
        MarketplaceId=marketplace,
        OrderTotal=old_money(total, currency),
        OrderItems=list(lines),
        **changes,
    )


def old_money(amount: str, currency: str) -> Body:
    """An amount as v0 writes it."""
    return {"CurrencyCode": currency, "Amount": amount}


def messages(body: object, topic: str = "") -> list[ChannelMessage]:
    """Read a body as a delivery to the shop `acme`."""
    return read(topic, json.dumps(body).encode(), "acme")


def first(body: object) -> ChannelMessage:
    """The first message of a body."""
    return messages(body)[0]


def mapped(body: object) -> CanonicalOrder:
    """The canonical order of a body that must map."""
    message = first(body)
    assert message.order is not None, message.findings
    return message.order


def codes(message: ChannelMessage) -> set[tuple[str, str]]:
    """Field and code of each finding."""
    return {(each.field, each.code.value) for each in message.findings}


def step(message: ChannelMessage, code: CleansingCode, field: str) -> tuple[str, str]:
    """What came in and what it became, of the one step of that code on that field."""
    (found,) = [each for each in message.cleansing if (each.code, each.field) == (code, field)]
    return found.before, found.after
