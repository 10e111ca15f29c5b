"""confirmShipment of the played Orders API v0: what a confirmation has to hold.

Source: ordersV0.json of amzn/selling-partner-api-models. The same packageReferenceId again is an
edit of that package; a date like 02/21/2022 is Amazon's own example of an invalid input.
"""

import re
from datetime import UTC, datetime
from typing import Any

from domain.order import instant, rfc3339
from simulator.amazon_bodies import CANCELLED, PENDING, shipped_pieces
from simulator.amazon_search import InvalidInput
from simulator.amazon_store import AmazonStore
from simulator.documents import Document

_REQUIRED = ("packageReferenceId", "carrierCode", "trackingNumber", "shipDate", "orderItems")
_REFERENCE = re.compile(r"[1-9][0-9]{0,17}")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


def confirm(store: AmazonStore, order: Document, body: Document) -> None:
    """Note a package that left; raises InvalidInput for anything Amazon would refuse."""
    package = body.get("packageDetail")
    if not isinstance(package, dict):
        raise InvalidInput("packageDetail is required")
    missing = [name for name in _REQUIRED if not package.get(name)]
    if missing:
        raise InvalidInput(f"packageDetail lacks {', '.join(missing)}")
    if body.get("marketplaceId") != order["body"]["salesChannel"]["marketplaceId"]:
        raise InvalidInput("marketplaceId is not the order's")
    ref = str(package["packageReferenceId"])
    if not _REFERENCE.fullmatch(ref):
        raise InvalidInput("packageReferenceId is a positive whole number")
    if package["carrierCode"] == "Other" and not package.get("carrierName"):
        raise InvalidInput("carrierName is required when carrierCode is Other")
    if order["by_amazon"] or order["status"] in (PENDING, CANCELLED):
        raise InvalidInput("the order is not one that can be shipped by the merchant now")
    store.ship(order, ref, _shipment(order, ref, package))


def _shipment(order: Document, ref: str, package: Document) -> Document:
    return {
        "tracking": str(package["trackingNumber"]),
        "carrier": str(package.get("carrierName") or package["carrierCode"]),
        "service": str(package.get("shippingMethod") or ""),
        "shipped_at": rfc3339(_ship_date(package["shipDate"])),
        "created_at": rfc3339(datetime.now(UTC)),
        "items": _items(order, ref, package["orderItems"]),
    }


def _ship_date(text: Any) -> datetime:
    if not isinstance(text, str) or not _ISO_DATE.match(text):
        raise InvalidInput("shipDate is no ISO 8601 date and time")
    try:
        return instant(text)
    except ValueError:
        raise InvalidInput("shipDate is no ISO 8601 date and time") from None


def _items(order: Document, ref: str, wanted: Any) -> dict[str, int]:
    ordered = {i["orderItemId"]: i["quantityOrdered"] for i in order["body"]["orderItems"]}
    elsewhere = shipped_pieces(order, but=ref)
    items: dict[str, int] = {}
    for each in wanted if isinstance(wanted, list) else []:
        item_id, quantity = str(each.get("orderItemId")), each.get("quantity")
        if item_id not in ordered:
            raise InvalidInput("orderItemId is none of the order")
        if not isinstance(quantity, int) or quantity < 1:
            raise InvalidInput("quantity is a positive whole number")
        items[item_id] = items.get(item_id, 0) + quantity
        if items[item_id] + elsewhere.get(item_id, 0) > ordered[item_id]:
            raise InvalidInput("quantity is more than what is left to ship")
    if not items:
        raise InvalidInput("orderItems is empty")
    return items
