"""How Amazon words an order (Orders 2026-01-01) and the news that one changed (ORDER_CHANGE).

Source of the shapes: amzn/selling-partner-api-models; the contents are ours. A pending order shows
neither amounts nor buyer nor address.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from domain.order import rfc3339
from simulator.catalog import rounded
from simulator.documents import Document
from simulator.purchases import Bought, Purchase

MARKETPLACES: Mapping[str, tuple[str, str]] = {
    "US": ("ATVPDKIKX0DER", "Amazon.com"),
    "CA": ("A2EUQ1WTGCTBG2", "Amazon.ca"),
    "GB": ("A1F83G8C2ARO7P", "Amazon.co.uk"),
    "DE": ("A1PA6795UKMFR9", "Amazon.de"),
    "FR": ("A13V1IB3VIYZZH", "Amazon.fr"),
    "IT": ("APJ6JRA9NG5V4", "Amazon.it"),
    "JP": ("A1VC38T7YXB528", "Amazon.co.jp"),
}
SETTLES = ("recipient",)
"""What changes about a body once the order is whole."""

PENDING, UNSHIPPED, PARTIALLY = "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED"
SHIPPED, CANCELLED = "SHIPPED", "CANCELLED"
_V0_WORDS = {
    PENDING: "Pending",
    UNSHIPPED: "Unshipped",
    PARTIALLY: "PartiallyShipped",
    SHIPPED: "Shipped",
    CANCELLED: "Canceled",
}
# Which part of an order comes only when `includedData` asks for it.
_DATASETS = {
    "buyer": "BUYER",
    "recipient": "RECIPIENT",
    "proceeds": "PROCEEDS",
    "expense": "EXPENSE",
    "promotion": "PROMOTION",
    "cancellation": "CANCELLATION",
    "fulfillment": "FULFILLMENT",
    "packages": "PACKAGES",
    "tax": "TAX",
    "payment": "PAYMENT",
}
_EVENT_NAMES = uuid.UUID("8d1d2f0e-6c1b-4d62-9a53-0f6c3b1f5a10")


def order_body(purchase: Purchase, *, by_amazon: bool) -> Document:
    """Return an order that is ready to be shipped, with every dataset."""
    buyer = purchase.buyer
    marketplace, name = MARKETPLACES[buyer.country]
    to_ship_by = purchase.placed_at + timedelta(days=2)
    return {
        "orderId": purchase.external_id,
        "orderAliases": [],
        "createdTime": rfc3339(purchase.placed_at),
        "lastUpdatedTime": rfc3339(purchase.placed_at),
        "programs": ["PRIME"] if by_amazon else [],
        "associatedOrders": [],
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": marketplace,
            "marketplaceName": name,
        },
        "buyer": {
            "buyerName": buyer.name,
            "buyerEmail": f"{purchase.external_id}@marketplace.example.com",
        },
        "recipient": {"deliveryAddress": _address(purchase, by_amazon=by_amazon)},
        "proceeds": _order_proceeds(purchase),
        "fulfillment": {
            "fulfillmentStatus": UNSHIPPED,
            "fulfilledBy": "AMAZON" if by_amazon else "MERCHANT",
            "fulfillmentServiceLevel": "STANDARD",
            "shipByWindow": {
                "earliestDateTime": rfc3339(purchase.placed_at),
                "latestDateTime": rfc3339(to_ship_by),
            },
        },
        "orderItems": [
            _item(line, purchase, freight=purchase.freight if place == 0 else Decimal(0))
            for place, line in enumerate(purchase.lines)
        ],
    }


def _address(purchase: Purchase, *, by_amazon: bool) -> Document:
    buyer = purchase.buyer
    address = {
        "name": buyer.name,
        "addressLine1": buyer.line1,
        "city": buyer.city,
        "stateOrRegion": buyer.region,
        "postalCode": buyer.postal_code,
        "countryCode": buyer.country,
        "addressType": "RESIDENTIAL",
    }
    # Amazon keeps the number to itself for what it ships.
    return address if by_amazon else address | {"phone": buyer.phone}


def _order_proceeds(purchase: Purchase) -> Document:
    goods = sum((line.unit_price * line.quantity for line in purchase.lines), Decimal(0))
    parts = [_part("ITEM", goods, purchase), _part("SHIPPING", purchase.freight, purchase)]
    if not purchase.tax_included:
        parts.append(_part("TAX", purchase.tax, purchase))
    return {"grandTotal": _money(purchase.total, purchase), "breakdowns": parts}


def _item(line: Bought, purchase: Purchase, *, freight: Decimal) -> Document:
    amount = line.unit_price * line.quantity
    parts, total = [_part("ITEM", amount, purchase)], amount + freight
    if freight:
        parts.append(_part("SHIPPING", freight, purchase))
    if not purchase.tax_included:
        detail = {"subtype": "ITEM", "value": _money(line.tax, purchase)}
        parts.append(_part("TAX", line.tax, purchase) | {"detailedBreakdowns": [detail]})
        total += line.tax
    item = {
        "orderItemId": line.line_id,
        "quantityOrdered": line.quantity,
        "programs": [],
        "product": {
            "asin": "B0" + f"{uuid.uuid5(_EVENT_NAMES, line.article.sku).hex[:8]}".upper(),
            "title": line.article.title,
            "sellerSku": line.article.sku,
            "condition": {"conditionType": "NEW", "conditionSubtype": "NEW"},
            "price": {"unitPrice": _money(line.unit_price, purchase)},
        },
        "proceeds": {"proceedsTotal": _money(total, purchase), "breakdowns": parts},
        "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": line.quantity},
    }
    return item if purchase.tax_included else item | {"tax": _collected_by_amazon()}


def _collected_by_amazon() -> Document:
    collection = {"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "Amazon Services, Inc."}
    return {"taxCollections": [collection]}


def _part(kind: str, amount: Decimal, purchase: Purchase) -> Document:
    return {"type": kind, "subtotal": _money(amount, purchase)}


def _money(amount: Decimal, purchase: Purchase) -> Document:
    text = str(rounded(amount, purchase.currency))
    return {"amount": text, "currencyCode": purchase.currency}


def shown(order: Document, included: frozenset[str]) -> Document:
    """Return an order as it stands now, with the datasets that were asked for."""
    body = _with_progress(order)
    if order["status"] == PENDING:
        body = _without_amounts(body)
    body = _only(body, included)
    return body | {"orderItems": [_only(item, included) for item in body["orderItems"]]}


def _only(part: Document, included: frozenset[str]) -> Document:
    return {key: v for key, v in part.items() if _DATASETS.get(key) in included | {None}}


def _without_amounts(body: Document) -> Document:
    hidden = ("buyer", "recipient", "proceeds")
    items = [
        {key: value for key, value in item.items() if key not in ("proceeds", "tax")}
        | {"product": {k: v for k, v in item["product"].items() if k != "price"}}
        for item in body["orderItems"]
    ]
    rest = {key: value for key, value in body.items() if key not in hidden}
    return rest | {"orderItems": items}


def _with_progress(order: Document) -> Document:
    body: Document = order["body"]
    left = shipped_pieces(order)
    fulfilment = body["fulfillment"] | {"fulfillmentStatus": order["status"]}
    items = [_with_item_progress(item, order, left) for item in body["orderItems"]]
    return body | {
        "lastUpdatedTime": order["updated_at"],
        "fulfillment": fulfilment,
        "orderItems": items,
        "packages": [_package(ref, each) for ref, each in order["shipments"].items()],
    }


def _with_item_progress(item: Document, order: Document, gone: Mapping[str, int]) -> Document:
    ordered = item["quantityOrdered"]
    is_out = order["by_amazon"] and order["status"] == SHIPPED
    done = ordered if is_out else gone.get(item["orderItemId"], 0)
    left = 0 if order["status"] == CANCELLED else ordered - done
    progress = item | {"fulfillment": {"quantityFulfilled": done, "quantityUnfulfilled": left}}
    if not order["cancel_requested"]:
        return progress
    asked = {"requester": "BUYER", "cancelReason": "Changed mind about purchase"}
    return progress | {"cancellation": {"cancellationRequest": asked}}


def shipped_pieces(order: Document, but: str = "") -> dict[str, int]:
    """Return how many pieces of each item are in packages, one package left out."""
    gone: dict[str, int] = {}
    for ref, shipment in order["shipments"].items():
        for item_id, quantity in shipment["items"].items() if ref != but else ():
            gone[item_id] = gone.get(item_id, 0) + quantity
    return gone


def _package(ref: str, shipment: Document) -> Document:
    items = [
        {"orderItemId": item_id, "quantity": quantity}
        for item_id, quantity in shipment["items"].items()
    ]
    return {
        "packageReferenceId": ref,
        "createdTime": shipment["created_at"],
        "packageStatus": {"status": "SHIPPED", "detailedStatus": "SHIPPED"},
        "carrier": shipment["carrier"],
        "shipTime": shipment["shipped_at"],
        "shippingService": shipment["service"],
        "trackingNumber": shipment["tracking"],
        "packageItems": items,
    }


def order_change(seller: str, order: Document, mark: str, at: datetime) -> Document:
    """Return what EventBridge posts to an API destination when an order changed."""
    number = uuid.uuid5(_EVENT_NAMES, f"{seller}/{order['id']}/{mark}")
    body, moment = order["body"], rfc3339(at)
    asked = order["cancel_requested"]
    gone = shipped_pieces(order)
    ordered = sum(item["quantityOrdered"] for item in body["orderItems"])
    summary = {
        "MarketplaceId": body["salesChannel"]["marketplaceId"],
        "OrderStatus": _V0_WORDS[order["status"]],
        "PurchaseDate": body["createdTime"],
        "FulfillmentType": "AFN" if order["by_amazon"] else "MFN",
        "OrderType": "StandardOrder",
        "NumberOfItemsShipped": sum(gone.values()),
        "NumberOfItemsUnshipped": ordered - sum(gone.values()),
        "OrderItems": [
            {
                "OrderItemId": item["orderItemId"],
                "SellerSKU": item["product"]["sellerSku"],
                "Quantity": item["quantityOrdered"],
                "QuantityShipped": gone.get(item["orderItemId"], 0),
                "IsBuyerRequestedCancel": asked,
            }
            for item in body["orderItems"]
        ],
    }
    reason = "Buyer Requested Cancel" if asked else None
    change = {
        "NotificationLevel": "OrderLevel",
        "SellerId": seller,
        "AmazonOrderId": order["id"],
        "OrderChangeType": "BuyerRequestedChange" if asked else "OrderStatusChange",
        "OrderChangeTrigger": {"TimeOfOrderChange": moment, "ChangeReason": reason},
        "Summary": summary,
    }
    return _event(str(number), moment, change)


def _event(number: str, moment: str, change: Document) -> Document:
    return {
        "version": "0",
        "id": number,
        "detail-type": "ORDER_CHANGE",
        "source": "aws.partner/sellingpartnerapi.amazon.com/000000000000/amzn1.sellerapps.example",
        "account": "000000000000",
        "time": moment,
        "region": "us-east-1",
        "resources": [],
        "detail": {
            "NotificationVersion": "1.0",
            "NotificationType": "ORDER_CHANGE",
            "PayloadVersion": "1.0",
            "EventTime": moment,
            "Payload": {"OrderChangeNotification": change},
            "NotificationMetadata": {
                "ApplicationId": "amzn1.sellerapps.example",
                "SubscriptionId": "order-change",
                "PublishTime": moment,
                "NotificationId": number,
            },
        },
    }
