"""Amazon's packages to parcels and deliveries.

Amazon lists packages only for what the merchant ships; an order that is shipped without any left
all the same, under its own id. Source: OrderPackage of Orders 2026-01-01.
"""

from collections.abc import Iterator
from datetime import datetime

from channels.amazon.purchase import Parcel, Purchase
from channels.amazon.status import OUT, parcel_meaning
from channels.message import ChannelMessage, ParcelFact
from domain.order import instant
from domain.stages import Stage

_MOVING = frozenset({Stage.PREPARING, Stage.SHIPPED, Stage.COMPLETED})


def meanings(purchase: Purchase) -> tuple[str, ...]:
    """Say how far each package got; Easy Ship has one package and a status on the order."""
    if not purchase.parcels:
        return (parcel_meaning(purchase.easy_ship_status),)
    return tuple(_meaning(parcel) for parcel in purchase.parcels)


def parcel_messages(purchase: Purchase, stage: Stage) -> Iterator[ChannelMessage]:
    """Tell of the parcels that left, and of those that arrived.

    A shipped order of which no package tells, or not of all its pieces, left with an untracked
    parcel known by the order's id.
    """
    if stage not in _MOVING:
        return
    out = [parcel for parcel in purchase.parcels if _is_out(parcel)]
    moved = moment(purchase.updated_at)
    for parcel in out:
        yield _parcel(purchase.id, parcel, moved)
    if stage is not Stage.PREPARING and _some_left(purchase, out):
        fact = ParcelFact("", external_id=purchase.id, shipped_at=moved)
        yield ChannelMessage("parcel", purchase.id, moved, parcel=fact)
    yield from _deliveries(purchase.id, out, stage, moved)


def moment(said: str) -> datetime | None:
    """Read an instant (UTC), None when it is missing or unreadable."""
    try:
        return instant(said)
    except ValueError:
        return None


def _meaning(parcel: Parcel) -> str:
    said = parcel_meaning(parcel.detailed_status, parcel.status)
    # A package without a status is out once the carrier has it.
    return said or ("left" if parcel.tracking_number else "waiting")


def _is_out(parcel: Parcel) -> bool:
    return _meaning(parcel) in OUT


def _parcel(order_id: str, parcel: Parcel, moved: datetime | None) -> ChannelMessage:
    fact = ParcelFact(
        tracking_number=parcel.tracking_number,
        carrier=parcel.carrier,
        lines=tuple((line, n) for line, n in parcel.lines if type(n) is int and n > 0),
        shipped_at=moment(parcel.shipped_at),
        external_id=f"{order_id}:{parcel.reference}",
    )
    return ChannelMessage("parcel", order_id, moved, parcel=fact)


def _some_left(purchase: Purchase, out: list[Parcel]) -> bool:
    if not out:
        return True
    if not all(parcel.lines for parcel in out):
        return False
    packed = [n for parcel in out for _, n in parcel.lines if type(n) is int]
    ordered = [item.quantity for item in purchase.items or () if type(item.quantity) is int]
    return sum(packed) < sum(ordered)


def _deliveries(
    order_id: str, out: list[Parcel], stage: Stage, moved: datetime | None
) -> Iterator[ChannelMessage]:
    if stage is Stage.COMPLETED:
        yield ChannelMessage("delivery", order_id, moved, delivered_tracking="")
        return
    for parcel in out:
        if _meaning(parcel) == "arrived" and parcel.tracking_number:
            tracking = parcel.tracking_number
            yield ChannelMessage("delivery", order_id, moved, delivered_tracking=tracking)
