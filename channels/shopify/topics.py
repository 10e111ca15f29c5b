"""Shopify's webhook topics: which body each carries and what we make of it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from channels.body import decoded
from channels.message import ChannelMessage, MessageKind
from channels.port import DEFAULT_SHOP
from channels.shopify.notices import DUTIES, changed, deleted, fulfilment_event
from channels.shopify.orders import id_or_none, node_messages, rest_messages
from channels.shopify.parcels import parcel_messages
from channels.shopify.payload import FulfilmentBody
from domain.findings import FindingCode, finding
from domain.validation import findings_of

Reader = Callable[[dict[str, Any], str], Iterator[ChannelMessage]]

# The topic of an order that was read through GraphQL: by a poll, a look-up or a backfill.
READ_ORDER = "graphql/order"

# What a shop has to send us. Nothing less: each of them moves an order. Nothing more: edits,
# payments, returns and risks come with an orders/updated of their own, and topics that need
# further scopes would stand amiss for ever.
WANTED = (
    "orders/create",
    "orders/updated",
    "orders/cancelled",
    "orders/delete",
    "fulfillments/create",
    "fulfillments/update",
    "fulfillment_orders/placed_on_hold",
    "fulfillment_orders/hold_released",
    "refunds/create",
    "app/uninstalled",
)


def read(topic: str, raw_body: bytes, shop: str = DEFAULT_SHOP) -> list[ChannelMessage]:
    """Say what a delivery means; never raises.

    An order body yields the order (or its cancellation) and the parcels and deliveries that its
    fulfilments tell of, in that order, so that a lost fulfilment webhook is made good by the next
    orders/updated. Topics that only name an order ask for it by `look_up`. Topics we do not act on
    are `ignored` with a note.
    """
    name = topic.strip().lower()
    reader = _reader(name)
    if reader is None:
        note = DUTIES.get(name, f"topic {topic[:80]!r} is not acted on")
        return [ChannelMessage("ignored", None, note=note)]
    body, findings = decoded(raw_body)
    if not findings and not isinstance(body, dict):
        findings = (finding(FindingCode.NOT_AN_ORDER),)
    if not findings:
        return list(reader(body, shop))
    if reader is changed or reader is fulfilment_event:
        note = "an unreadable notice; the next poll finds what changed"
        return [ChannelMessage("ignored", None, note=note)]
    return [ChannelMessage(_kind(name), None, findings=findings)]


def _reader(topic: str) -> Reader | None:
    family = topic.partition("/")[0]
    return _READERS.get(topic) or (changed if family in _ABOUT_AN_ORDER else None)


def _kind(topic: str) -> MessageKind:
    if topic == "orders/delete":
        return "cancellation"
    return "parcel" if topic.startswith("fulfillments/") else "order"


def _fulfilment(body: dict[str, Any], shop: str) -> Iterator[ChannelMessage]:
    try:
        fulfilment = FulfilmentBody.model_validate(body)
    except ValidationError as error:
        order_id = id_or_none(body.get("order_id"))
        yield ChannelMessage("parcel", order_id, findings=tuple(findings_of(error)))
        return
    yield from parcel_messages(fulfilment, fulfilment.order_id)


_READERS: Mapping[str, Reader] = {
    "orders/create": rest_messages,
    "orders/updated": rest_messages,
    "orders/paid": rest_messages,
    "orders/cancelled": rest_messages,
    "orders/partially_fulfilled": rest_messages,
    "orders/fulfilled": rest_messages,
    "orders/edited": changed,
    "orders/delete": deleted,
    "orders/risk_assessment_changed": changed,
    "fulfillments/create": _fulfilment,
    "fulfillments/update": _fulfilment,
    "fulfillment_events/create": fulfilment_event,
    "refunds/create": changed,
    "order_transactions/create": changed,
    READ_ORDER: node_messages,
}
# Every topic of these families is a notice about one order.
_ABOUT_AN_ORDER = frozenset({"fulfillment_orders", "fulfillment_holds", "returns"})
