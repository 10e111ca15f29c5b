"""A whole order, in REST's or GraphQL's dialect, to everything it tells us."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from channels.body import gid_number, numeric_id
from channels.message import ChannelHold, ChannelMessage, ParcelFact
from channels.shopify.mapping import order_message
from channels.shopify.nodes import Node, channel_hold, is_cut, rest_order
from channels.shopify.parcels import parcel_messages
from channels.shopify.payload import RestOrder
from domain.findings import Finding, FindingCode, finding
from domain.stages import Stage
from domain.validation import findings_of

_LEFT = frozenset({Stage.SHIPPED, Stage.COMPLETED})
_BARE_HINT = ("; its lines were not asked for", "；未查询订单明细")
_CUT_HINT = (
    "; only the first page of lines is here, read the order again",
    "；此处只有第一页明细，请重新读取订单",
)


def rest_messages(body: Mapping[str, Any], shop: str) -> Iterator[ChannelMessage]:
    """Yield what a REST order says: the order (or its cancellation), parcels, deliveries."""
    if "line_items" not in body:
        missing = (finding(FindingCode.NOT_AN_ORDER),)
        yield ChannelMessage("order", order_id_of(body), findings=missing)
        return
    yield from _messages(body, shop)


def node_messages(node: Node, shop: str) -> Iterator[ChannelMessage]:
    """Yield what a GraphQL order says, with whether Shopify holds it.

    An order whose lines are cut off at a page is refused: a part of an order is none.
    """
    if "lineItems" not in node:
        missing = (finding(FindingCode.NOT_AN_ORDER, hint=_BARE_HINT),)
        yield ChannelMessage("order", gid_number(node.get("id")) or None, findings=missing)
        return
    if is_cut(node["lineItems"]) or is_cut(node.get("shippingLines")):
        cut: tuple[Finding, ...] = (finding(FindingCode.REQUIRED, "lines", hint=_CUT_HINT),)
        yield ChannelMessage("order", gid_number(node.get("id")) or None, findings=cut)
        return
    yield from _messages(rest_order(node), shop, channel_hold(node))


def order_id_of(body: Mapping[str, Any]) -> str | None:
    """Return the id of a REST order, None when it has none that can be read."""
    return gid_number(body.get("admin_graphql_api_id")) or id_or_none(body.get("id"))


def id_or_none(value: object) -> str | None:
    """Return a numeric id as text, None for anything else."""
    try:
        return numeric_id(value)
    except ValueError:
        return None


def _messages(
    body: Mapping[str, Any], shop: str, hold: ChannelHold | None = None
) -> Iterator[ChannelMessage]:
    try:
        order = RestOrder.model_validate(body)
    except ValidationError as error:
        findings = tuple(findings_of(error))
        yield ChannelMessage("order", order_id_of(body), findings=findings)
        return
    if order.test:
        test = (finding(FindingCode.TEST_ORDER),)
        note = "a test order of the shop"
        yield ChannelMessage("ignored", order.whole_id, findings=test, note=note)
        return
    message = order_message(order, shop, hold)
    yield message
    if message.kind == "order":
        yield from _progress(order, message)


def _progress(order: RestOrder, message: ChannelMessage) -> Iterator[ChannelMessage]:
    """Yield the parcels and deliveries inside; an order that left without one has one all the same.

    Such a parcel is known by the order's id and holds all that was left.
    """
    told = [
        each
        for fulfilment in order.fulfillments
        for each in parcel_messages(fulfilment, order.whole_id)
        if each.kind != "ignored"
    ]
    stage = message.order.stage if message.order else None
    if stage in _LEFT and not told:
        parcel = ParcelFact("", external_id=order.whole_id)
        bare = ChannelMessage("parcel", order.whole_id, message.source_updated_at)
        told.append(replace(bare, parcel=parcel, note="the shop names no parcel"))
    yield from told
    if stage is Stage.COMPLETED and not _all_arrived(told):
        moment = message.source_updated_at
        yield ChannelMessage("delivery", order.whole_id, moment, delivered_tracking="")


def _all_arrived(told: list[ChannelMessage]) -> bool:
    parcels = sum(each.kind == "parcel" for each in told)
    return parcels == sum(each.kind == "delivery" for each in told)
