"""What a delivery of Amazon means, by its topic, else by its shape."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from channels.amazon import mapping, mapping_v0
from channels.amazon.envelopes import notifications
from channels.amazon.notifications import notification_message
from channels.amazon.payload import Order
from channels.amazon.payload_v0 import OrderV0
from channels.amazon.shapes import is_2026, is_v0, what_it_is
from channels.amazon.signature import ORDER_CHANGE
from channels.body import clean_text, decoded
from channels.message import ChannelMessage
from channels.port import DEFAULT_SHOP
from domain.findings import FindingCode, finding
from domain.validation import findings_of

ORDERS_2026 = "orders/2026-01-01"
ORDERS_V0 = "orders/v0"

Reader = Callable[[Any, str], Iterator[ChannelMessage]]


def read(topic: str, raw_body: bytes, shop: str = DEFAULT_SHOP) -> list[ChannelMessage]:
    """Say what a delivery means; never raises.

    A notification yields a look-up of its order. An order, bare or as `{"order": ...}`, yields
    itself (or its cancellation) and what its packages tell of.
    """
    body, findings = decoded(raw_body)
    if findings:
        return [ChannelMessage("order", None, findings=findings)]
    reader = _READERS.get(topic.strip()) or _reader_of(body)
    return list(reader(body, shop))


def order_of(body: object, shop: str) -> Iterator[ChannelMessage]:
    """Read one order of either version; anything else says that it holds none."""
    body = with_items(body)
    if is_v0(body):
        yield from _v0(body, shop)
    elif is_2026(body):
        yield from _2026(body, shop)
    else:
        holds_none = finding(FindingCode.NOT_AN_ORDER, hint=what_it_is(body))
        yield ChannelMessage("order", None, findings=(holds_none,))


def with_items(body: object) -> object:
    """Unwrap `{"order": ...}`; the items beside a v0 order, as fetched, move inside it."""
    order = _payload(body.get("order")) if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(order, dict):
        return body
    items = _payload(body.get("items"))
    if isinstance(items, dict):
        items = items.get("OrderItems")
    return order | {"OrderItems": items} if isinstance(items, list) and is_v0(order) else order


def _payload(answer: object) -> object:
    return answer.get("payload", answer) if isinstance(answer, dict) else answer


def _v0(body: object, shop: str) -> Iterator[ChannelMessage]:
    try:
        order = OrderV0.model_validate(body)
    except ValidationError as error:
        yield _unreadable(body, "AmazonOrderId", error)
        return
    yield from mapping_v0.order_messages(order, shop)


def _2026(body: object, shop: str) -> Iterator[ChannelMessage]:
    try:
        order = Order.model_validate(body)
    except ValidationError as error:
        yield _unreadable(body, "orderId", error)
        return
    yield from mapping.order_messages(order, shop)


def _unreadable(body: object, name: str, error: ValidationError) -> ChannelMessage:
    said = clean_text(body.get(name)) if isinstance(body, dict) else None
    order_id = said if isinstance(said, str) and said else None
    return ChannelMessage("order", order_id, findings=tuple(findings_of(error)))


def _changes(body: object, shop: str) -> Iterator[ChannelMessage]:
    found = [notification_message(each) for each in notifications(body)]
    yield from found if found else order_of(body, shop)


def _reader_of(body: object) -> Reader:
    return _changes if any(notifications(body)) else order_of


_READERS: Mapping[str, Reader] = {
    ORDER_CHANGE: _changes,
    ORDERS_2026: order_of,
    ORDERS_V0: order_of,
}
