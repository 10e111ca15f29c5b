"""Webhooks that only say that an order changed: which order has to be read, or what to do.

Source: shopify.dev/docs/api/webhooks. Their bodies hold a refund, a return, a hold; none holds the
order itself, so the order is read again from the shop.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from channels.body import gid_kind, gid_number
from channels.message import ChannelMessage
from channels.shopify.nodes import items
from channels.shopify.orders import id_or_none
from channels.shopify.parcels import ARRIVED, NOT_ARRIVED
from domain.findings import FindingCode, finding
from domain.holds import ReasonCode
from domain.order import instant

# What lies in the body of a topic under which the order, or a fulfilment order of it, is named.
_INNER = (
    "order_edit",
    "fulfillment_order",
    "original_fulfillment_order",
    "moved_fulfillment_order",
    "submitted_fulfillment_order",
    "return",
)
_ORDER_GIDS = ("admin_graphql_api_order_id", "order_id")
_MOMENTS = ("updated_at", "happened_at", "processed_at", "committed_at", "created_at")
_WORTH_A_LOOK = ARRIVED | NOT_ARRIVED | {"out_for_delivery", "delayed"}

# Topics that no order follows from, and what a person has to do.
DUTIES: Mapping[str, str] = {
    "app/uninstalled": (
        "the shop removed our app: nothing arrives and nothing can be written back until it is "
        "installed again and the shop's access token replaced / "
        "店铺已卸载应用：重新安装并更新访问令牌之前，订单无法收取或回写"
    ),
    "customers/data_request": (
        "a customer asks for their data: export what we hold of them and give it to the shop's "
        "owner within 30 days / 客户索取个人数据：请在 30 天内导出并交给店主"
    ),
    "customers/redact": (
        "a customer's personal data has to be deleted within 30 days, unless the law asks to keep "
        "it / 请在 30 天内删除该客户的个人数据（法律要求保留的除外）"
    ),
    "shop/redact": (
        "the shop left 48 hours ago: delete all its customers' personal data within 30 days / "
        "店铺已于 48 小时前卸载应用：请在 30 天内删除其全部客户数据"
    ),
}


def changed(body: Mapping[str, Any], shop: str) -> Iterator[ChannelMessage]:
    """Ask to read the order that a notice names; one that names none is ignored with a note."""
    reference = reference_in(body)
    if not reference:
        note = "this notice names no order; the next poll finds what changed"
        yield ChannelMessage("ignored", None, note=note)
        return
    yield ChannelMessage(
        "look_up",
        reference if reference.isdigit() else None,
        _moment(body),
        reference=reference,
    )


def deleted(body: Mapping[str, Any], shop: str) -> Iterator[ChannelMessage]:
    """Close the order: the shop's staff deleted it, and with it the reason why."""
    order_id = gid_number(body.get("admin_graphql_api_id")) or id_or_none(body.get("id"))
    yield ChannelMessage(
        "cancellation",
        order_id,
        findings=() if order_id else (finding(FindingCode.REQUIRED, "id"),),
        cancel_reason=ReasonCode.OTHER,
        note="deleted in the shop",
    )


def fulfilment_event(body: Mapping[str, Any], shop: str) -> Iterator[ChannelMessage]:
    """Read what a carrier's event says: a delivery when it names the parcel, else a look-up.

    Events that move no order (label printed, in transit) are ignored.
    """
    status = str(body.get("status") or "").lower()
    order_id = id_or_none(body.get("order_id"))
    tracking = body.get("tracking_number")
    if order_id and status in ARRIVED and isinstance(tracking, str) and tracking.strip():
        moment = _moment(body)
        yield ChannelMessage("delivery", order_id, moment, delivered_tracking=tracking.strip())
    elif status in _WORTH_A_LOOK:
        yield from changed(body, shop)
    else:
        note = f"a parcel's event {status[:40]!r} changes nothing"
        yield ChannelMessage("ignored", order_id, note=note)


def reference_in(body: Mapping[str, Any]) -> str:
    """Return the order a notice names: its number, or the gid of one of its fulfilment orders."""
    inner = [part for name in _INNER for part in items([body.get(name)])]
    for merged in items([body.get("fulfillment_order_merges")]):
        inner += items([merged.get("fulfillment_order")])
    for part in (body, *inner):
        number = _order_number(part)
        if number:
            return number
    ids = (part.get("id") for part in inner)
    return next((str(gid) for gid in ids if gid_kind(gid) == "FulfillmentOrder"), "")


def _order_number(part: Mapping[str, Any]) -> str:
    """Return the id of an order, from its gid first: relays ruin numbers."""
    order = part.get("order")
    if isinstance(order, Mapping):
        return gid_number(order.get("admin_graphql_api_id")) or id_or_none(order.get("id")) or ""
    named = (id_or_none(part.get(name)) for name in _ORDER_GIDS)
    return next((number for number in named if number), "")


def _moment(body: Mapping[str, Any]) -> datetime | None:
    for name in _MOMENTS:
        try:
            return instant(body.get(name))
        except ValueError:
            continue
    return None
