"""The parcels of an order: those we told the shop of, those of a tracking plugin, and the rest.

WooCommerce itself knows no parcels. What we write back we keep in the order's own meta data, so
that it is recognised when the shop repeats it. The plugins Shipment Tracking and Advanced Shipment
Tracking keep a list under `_wc_shipment_tracking_items`, without saying what is in which parcel.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from channels.body import clean_text
from channels.message import ChannelMessage, ParcelFact
from channels.woocommerce.payload import WooLine, WooOrder
from domain.order import instant

OURS = "_orderflow_parcels"
_PLUGINS = "_wc_shipment_tracking_items"
_LATEST_SECOND = 253_402_300_799  # 9999-12-31


@dataclass(frozen=True)
class ToldParcel:
    """A parcel that we told the shop of; no lines means all that was left."""

    tracking: str
    carrier: str = ""
    lines: tuple[tuple[str, int], ...] = ()

    def document(self) -> dict[str, Any]:
        """Write it as it is kept in the shop."""
        lines = [{"line_id": line_id, "quantity": quantity} for line_id, quantity in self.lines]
        return {"tracking": self.tracking, "carrier": self.carrier, "lines": lines}


def told_parcels(order: WooOrder) -> list[ToldParcel]:
    """Return the parcels that we told the shop of; what somebody else put there is left out."""
    return [told for item in _items(order.meta(OURS)) if (told := _told(item)).tracking]


def are_all_out(parcels: Sequence[ToldParcel], lines: Sequence[WooLine]) -> bool:
    """Tell whether the parcels together hold every piece of the order."""
    if any(not parcel.lines for parcel in parcels):
        return True
    sent: Counter[str] = Counter()
    for parcel in parcels:
        for line_id, quantity in parcel.lines:
            sent[line_id] += quantity
    return all(sent[line.id] >= line.quantity for line in lines)


def parcel_messages(order: WooOrder, told: datetime | None) -> Iterator[ChannelMessage]:
    """Say which parcels left, of an order that the shop says is out.

    Ours come first, each with its lines. A plugin's numbers are one parcel with all that is left,
    known by the first of them. Without any number the rest left unseen, under the order's id.
    """
    ours = told_parcels(order)
    for parcel in ours:
        yield _message(order, told, ParcelFact(parcel.tracking, parcel.carrier, parcel.lines))
    known = {parcel.tracking for parcel in ours}
    tracked = [fact for fact in _tracked(order) if fact.tracking_number not in known]
    if tracked:
        others = ", ".join(fact.tracking_number for fact in tracked[1:])
        yield _message(order, told, tracked[0], f"also tracked as {others}" if others else "")
    elif not ours or not are_all_out(ours, order.line_items):
        yield _message(order, told, ParcelFact("", shipped_at=order.date_completed_gmt))


def _message(
    order: WooOrder, told: datetime | None, parcel: ParcelFact, note: str = ""
) -> ChannelMessage:
    fact = ParcelFact(
        tracking_number=parcel.tracking_number,
        carrier=parcel.carrier,
        lines=parcel.lines,
        shipped_at=parcel.shipped_at or order.date_completed_gmt,
        external_id=parcel.tracking_number or order.id,
    )
    return ChannelMessage("parcel", order.id, told, parcel=fact, note=note)


def _tracked(order: WooOrder) -> Iterator[ParcelFact]:
    for item in _items(order.meta(_PLUGINS)):
        number = _text(item, "tracking_number")
        provider = _text(item, "tracking_provider") or _text(item, "custom_tracking_provider")
        if number:
            yield ParcelFact(number, provider, shipped_at=_shipped_at(item.get("date_shipped")))


def _items(value: object) -> list[Mapping[str, Any]]:
    found = list(value.values()) if isinstance(value, dict) else value
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _told(item: Mapping[str, Any]) -> ToldParcel:
    lines = ((_text(line, "line_id"), line.get("quantity")) for line in _items(item.get("lines")))
    return ToldParcel(
        tracking=_text(item, "tracking"),
        carrier=_text(item, "carrier"),
        lines=tuple((line_id, n) for line_id, n in lines if line_id and isinstance(n, int)),
    )


def _text(item: Mapping[str, Any], key: str) -> str:
    text = clean_text(item.get(key))
    return text[:120] if isinstance(text, str) else ""


def _shipped_at(value: object) -> datetime | None:
    """Read a plugin's day of shipment: Unix seconds, as a number or text, or an ISO date."""
    text = clean_text(value)
    if not isinstance(text, str) or not text:
        return None
    if text.isascii() and text.isdigit():
        seconds = int(text)
        return datetime.fromtimestamp(seconds, UTC) if seconds <= _LATEST_SECOND else None
    try:
        return instant(f"{text[:10]}T00:00:00Z")
    except ValueError:
        return None
