"""The storefront's bodies: our canonical order and facts about it, as JSON.

Every body is an object with a `topic`:

- `order.created`, `order.updated`: `{"topic", "order": {canonical order}}`; `channel` and `shop`
  may be left out, `source_updated_at` should be there so that late messages are recognised;
  a customer without a `kind` is a consumer.
- `order.cancelled`: `{"topic", "order_id", "occurred_at", "reason"?, "note"?}`; `reason` is one of
  our reason codes, BUYER_CANCEL if left out.
- `parcel.shipped`: `{"topic", "order_id", "occurred_at", "parcel": {"tracking_number", "carrier"?,
  "external_id"?, "lines"?: [{"line_id", "quantity"}]}}`; no lines means all that was left.
- `parcel.delivered`: `{"topic", "order_id", "occurred_at", "tracking_number"}`.

`order_id` is the `external_id` of the order. Unknown fields are refused, amounts are decimal
strings, instants RFC 3339 with offset. What is refused goes to quarantine with its findings.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from channels.body import decoded
from channels.message import ChannelMessage, MessageKind, ParcelFact
from channels.port import DEFAULT_SHOP
from domain.findings import Finding, FindingCode, finding, is_blocking
from domain.holds import ReasonCode
from domain.order import MAX_LINES, MAX_QUANTITY, Identifier, Instant, Notes, Short
from domain.validation import findings_of, parsed_order


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OrderBody(_Body):
    """A new order, or its content after a change."""

    topic: Literal["order.created", "order.updated"]
    order: dict[str, Any]


class CancelBody(_Body):
    """The buyer or the shop called the order off."""

    topic: Literal["order.cancelled"]
    order_id: Identifier
    occurred_at: Instant
    reason: ReasonCode = ReasonCode.BUYER_CANCEL
    note: Notes = ""


class ParcelLine(_Body):
    """How much of an order line is in a parcel."""

    line_id: Identifier
    quantity: Annotated[int, Field(strict=True, ge=1, le=MAX_QUANTITY)]


class ParcelBody(_Body):
    """A parcel."""

    tracking_number: Identifier
    carrier: Short = ""
    external_id: Short = ""
    lines: Annotated[tuple[ParcelLine, ...], Field(max_length=MAX_LINES)] = ()


class ShippedBody(_Body):
    """A parcel left."""

    topic: Literal["parcel.shipped"]
    order_id: Identifier
    occurred_at: Instant
    parcel: ParcelBody


class DeliveredBody(_Body):
    """A parcel arrived."""

    topic: Literal["parcel.delivered"]
    order_id: Identifier
    occurred_at: Instant
    tracking_number: Identifier


def read(topic: str, raw_body: bytes, shop: str = DEFAULT_SHOP) -> list[ChannelMessage]:
    """Say what a delivery means; never raises.

    The signed body's topic decides; `topic`, from a header nobody signed, is not looked at.
    """
    body, findings = decoded(raw_body)
    if findings:
        return [ChannelMessage("order", None, findings=findings)]
    said = body.get("topic") if isinstance(body, dict) else None
    reader = _READERS.get(said) if isinstance(said, str) else None
    if reader is None:
        return [ChannelMessage("order", None, findings=(_unknown_topic(said),))]
    kind, read_body = reader
    try:
        return [read_body(body, shop)]
    except ValidationError as error:
        return [ChannelMessage(kind, _order_id(body), findings=tuple(findings_of(error)))]


def _order(body: dict[str, Any], shop: str) -> ChannelMessage:
    told = OrderBody.model_validate(body)
    order, findings = parsed_order(_completed(told.order, shop), "channel")
    external_id = told.order.get("external_id")
    return ChannelMessage(
        kind="order",
        external_id=order.external_id if order else _text_or_none(external_id),
        source_updated_at=order.source_updated_at if order else None,
        order=None if is_blocking(findings) else order,
        findings=tuple(findings),
    )


def _completed(order: dict[str, Any], shop: str) -> dict[str, Any]:
    """Put the proven channel and shop in, and say that a web shop's customer is a consumer."""
    customer = order.get("customer")
    known = {"customer": {"kind": "consumer"} | customer} if isinstance(customer, dict) else {}
    return order | known | {"channel": "storefront", "shop": shop}


def _cancelled(body: dict[str, Any], shop: str) -> ChannelMessage:
    told = CancelBody.model_validate(body)
    return ChannelMessage(
        "cancellation",
        told.order_id,
        told.occurred_at,
        cancel_reason=told.reason,
        note=told.note,
    )


def _shipped(body: dict[str, Any], shop: str) -> ChannelMessage:
    told = ShippedBody.model_validate(body)
    parcel = ParcelFact(
        tracking_number=told.parcel.tracking_number,
        carrier=told.parcel.carrier,
        lines=tuple((line.line_id, line.quantity) for line in told.parcel.lines),
        shipped_at=told.occurred_at,
        external_id=told.parcel.external_id,
    )
    return ChannelMessage("parcel", told.order_id, told.occurred_at, parcel=parcel)


def _delivered(body: dict[str, Any], shop: str) -> ChannelMessage:
    told = DeliveredBody.model_validate(body)
    return ChannelMessage(
        "delivery", told.order_id, told.occurred_at, delivered_tracking=told.tracking_number
    )


def _unknown_topic(said: object) -> Finding:
    if said is None:
        return finding(FindingCode.NOT_AN_ORDER)
    topics = ", ".join(_READERS)
    return finding(FindingCode.BAD_VALUE, "topic", said, (f"; use {topics}", f"；可用：{topics}"))


def _order_id(body: dict[str, Any]) -> str | None:
    return _text_or_none(body.get("order_id"))


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


_READERS: Mapping[str, tuple[MessageKind, Callable[[dict[str, Any], str], ChannelMessage]]] = {
    "order.created": ("order", _order),
    "order.updated": ("order", _order),
    "order.cancelled": ("cancellation", _cancelled),
    "parcel.shipped": ("parcel", _shipped),
    "parcel.delivered": ("delivery", _delivered),
}
