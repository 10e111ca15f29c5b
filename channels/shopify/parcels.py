"""Shopify's fulfilments to parcels and deliveries.

Source: shopify.dev/docs/api/admin-rest (Fulfillment, with its shipment_status).
"""

from collections.abc import Iterator

from channels.message import ChannelMessage, ParcelFact
from channels.shopify.payload import RestFulfilment

ARRIVED = frozenset({"delivered", "picked_up"})
NOT_ARRIVED = frozenset({"failure", "attempted_delivery", "not_delivered"})
VOID = frozenset({"cancelled", "error", "failure"})


def parcel_messages(fulfilment: RestFulfilment, order_id: str) -> Iterator[ChannelMessage]:
    """Say what a fulfilment means: a parcel that left, and its delivery once it is there.

    A fulfilment that was cancelled or failed is ignored, and so is one still without a tracking
    number that the carrier has not taken over. Several tracking numbers are one parcel, known by
    the first.
    """
    moved = fulfilment.updated_at or fulfilment.created_at
    numbers = [number for number in fulfilment.tracking_numbers if number]
    tracking = fulfilment.tracking_number or next(iter(numbers), "")
    if fulfilment.status in VOID or (fulfilment.status != "success" and not tracking):
        note = f"fulfilment {fulfilment.id} is {fulfilment.status or 'without a status'}"
        yield ChannelMessage("ignored", order_id, moved, note=note)
        return
    parcel = ParcelFact(
        tracking_number=tracking,
        carrier=fulfilment.tracking_company,
        lines=tuple((line.whole_id, line.quantity) for line in fulfilment.line_items),
        shipped_at=fulfilment.created_at,
        external_id=fulfilment.whole_id,
    )
    yield ChannelMessage("parcel", order_id, moved, parcel=parcel, note=_others(tracking, numbers))
    if tracking and fulfilment.shipment_status in ARRIVED:
        yield ChannelMessage("delivery", order_id, moved, delivered_tracking=tracking)


def _others(tracking: str, numbers: list[str]) -> str:
    others = [number for number in numbers if number != tracking]
    return f"also tracked as {', '.join(others)}" if others else ""
