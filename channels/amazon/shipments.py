"""A parcel in the words of confirmShipment (Orders v0).

Source: ConfirmShipmentRequest of amzn/selling-partner-api-models, ordersV0.json.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from channels.amazon.marketplaces import JAPAN
from channels.amazon.payload import Order, OrderItem, Package
from channels.errors import ChannelRefused
from channels.port import Lines
from domain.order import rfc3339

# Carriers that Amazon knows by a code of its own; every other one is "Other" with its name.
_CARRIERS = {
    name.casefold(): name
    for name in (
        "UPS",
        "USPS",
        "FedEx",
        "DHL",
        "DHL eCommerce",
        "DPD",
        "GLS",
        "Hermes",
        "Evri",
        "Royal Mail",
        "Parcelforce",
        "Yodel",
        "TNT",
        "Chronopost",
        "Colissimo",
        "La Poste",
        "Deutsche Post",
        "Correos",
        "SEUR",
        "Poste Italiane",
        "BRT",
        "PostNL",
        "PostNord",
        "Canada Post",
        "Australia Post",
        "YAMATO",
        "SAGAWA",
        "Japan Post",
        "China Post",
        "SF Express",
        "Yun Express",
        "OnTrac",
    )
}
_ORDINAL = re.compile(r":([1-9][0-9]{0,8})")


def tracked_as(packages: Sequence[Package], tracking_number: str) -> Package | None:
    """Return the package that carries this tracking number, None when there is none such."""
    wanted = tracking_number.casefold()
    return next((each for each in packages if each.trackingNumber.casefold() == wanted), None)


def package_reference(idempotency_key: str, packages: Sequence[Package]) -> str:
    """Return the package's number, the same for the same key: sending it again edits the package.

    It is the ordinal that ends the key; where somebody else's package has that number already,
    or the key has none, a number drawn from the key.
    """
    ordinal = _ORDINAL.fullmatch(f":{idempotency_key.rpartition(':')[2]}")
    taken = {package.packageReferenceId for package in packages}
    if ordinal and ordinal.group(1) not in taken:
        return ordinal.group(1)
    digest = hashlib.sha256(idempotency_key.encode()).digest()
    return str(10**9 + int.from_bytes(digest[:4], "big"))


def confirmation(
    order: Order,
    marketplace_id: str,
    reference: str,
    parcel: tuple[str, str],
    lines: Lines,
    now: datetime,
) -> dict[str, Any]:
    """Return the body; `parcel` is tracking number and carrier, no lines means all that is left.

    `now` (aware) is when it left. Raises ChannelRefused NOT_FULFILLABLE when nothing is left.
    """
    tracking, carrier = parcel
    code = _CARRIERS.get(carrier.strip().casefold(), "Other")
    detail = {
        "packageReferenceId": reference,
        "carrierCode": code,
        "carrierName": carrier.strip() or code,
        "trackingNumber": tracking,
        "shipDate": rfc3339(now.astimezone(UTC).replace(microsecond=0)),
        "orderItems": _items(order, lines),
    }
    body: dict[str, Any] = {"marketplaceId": marketplace_id, "packageDetail": detail}
    if marketplace_id == JAPAN and _is_cod(order):
        body["codCollectionMethod"] = "DirectPayment"
    return body


def _items(order: Order, lines: Lines) -> list[dict[str, Any]]:
    wanted = list(lines) or [(item.orderItemId, _left(item)) for item in order.orderItems]
    items = [{"orderItemId": line, "quantity": pieces} for line, pieces in wanted if pieces > 0]
    if not items:
        raise ChannelRefused("NOT_FULFILLABLE", "no piece of the order is left to ship")
    return items


def _left(item: OrderItem) -> int:
    left = item.fulfillment.quantityUnfulfilled if item.fulfillment else None
    pieces = item.quantityOrdered if left is None else left
    return pieces if type(pieces) is int else 0


def _is_cod(order: Order) -> bool:
    ways = order.payment.paymentExecutions if order.payment else ()
    return any(way.paymentMethod == "CashOnDelivery" for way in ways)
