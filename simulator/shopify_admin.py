"""What the Admin API does to an order: fulfil it, cancel it, hold it and release it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from domain.order import rfc3339
from simulator.documents import Document
from simulator.shopify_nodes import connection, fulfilment_node, gid
from simulator.shopify_shop import ShopifyShop

Arguments = Mapping[str, Any]
_HOLD_REASONS = frozenset(
    {
        "AWAITING_PAYMENT",
        "HIGH_RISK_OF_FRAUD",
        "INCORRECT_ADDRESS",
        "INVENTORY_OUT_OF_STOCK",
        "UNKNOWN_DELIVERY_DATE",
        "ONLINE_STORE_POST_PURCHASE_CROSS_SELL",
        "AWAITING_RETURN_ITEMS",
        "OTHER",
    }
)
_MOST_HOLDS = 10


def number_of(value: object) -> str:
    """Return the number of a global id such as `gid://shopify/Order/123`."""
    return str(value).rpartition("/")[2]


def remaining(order: Document) -> dict[str, int]:
    """Return how many pieces of each line no fulfilment covers yet."""
    left = {line["id"]: line["quantity"] for line in order["lines"]}
    for fulfilment in order["fulfilments"]:
        for line_id, quantity in fulfilment["lines"].items():
            left[line_id] -= quantity
    return left


def fulfilment_order(order: Document) -> Document:
    """Return the one fulfilment order an order has; it bears the order's number."""
    left = remaining(order)
    lines = [
        {
            "id": gid("FulfillmentOrderLineItem", line["id"]),
            "remainingQuantity": left[line["id"]],
            "totalQuantity": line["quantity"],
            "lineItem": {"id": gid("LineItem", line["id"])},
        }
        for line in order["lines"]
    ]
    return {
        "__typename": "FulfillmentOrder",
        "id": gid("FulfillmentOrder", order["id"]),
        "status": _status(order, left),
        "requestStatus": "UNSUBMITTED",
        "orderId": gid("Order", order["id"]),
        "assignedLocation": {"location": {"id": gid("Location", 1)}, "name": "Warehouse"},
        "fulfillAt": None,
        "fulfillmentHolds": order["holds"],
        "lineItems": connection(lines),
    }


def _status(order: Document, left: dict[str, int]) -> str:
    if order["cancelled_at"] or not any(left.values()):
        return "CLOSED"
    return "ON_HOLD" if order["holds"] else "OPEN"


def create_fulfilment(shop: ShopifyShop, given: Arguments) -> Document:
    """Do `fulfillmentCreate`; it has no memory of keys, as the real one has none."""
    wanted = given.get("fulfillment") or {}
    parts = wanted.get("lineItemsByFulfillmentOrder") or []
    order = shop.record(number_of(parts[0].get("fulfillmentOrderId"))) if parts else None
    if order is None:
        return _created(None, "Fulfillment order does not exist.")
    status = fulfilment_order(order)["status"]
    if status != "OPEN":
        text = f"Fulfillment order {order['id']} has an unfulfillable status= {status.lower()}."
        return _created(None, text)
    pieces, left = dict(_pieces(order, parts)), remaining(order)
    if any(quantity < 1 for quantity in pieces.values()):
        return _created(None, "Quantity must be greater than 0")
    if not pieces or any(quantity > left.get(line, 0) for line, quantity in pieces.items()):
        return _created(None, "Invalid fulfillment order line item quantity requested.")
    fulfilment = _fulfilment(order, wanted.get("trackingInfo") or {}, pieces)
    order["fulfilments"].append(fulfilment)
    shop.fulfilled(order, remaining(order))
    return _created(fulfilment_node(fulfilment), None)


def _fulfilment(order: Document, tracking: Document, pieces: dict[str, int]) -> Document:
    return {
        "id": f"{order['id']}{len(order['fulfilments']) + 1}",
        "tracking": tracking.get("number") or next(iter(tracking.get("numbers") or []), ""),
        "company": tracking.get("company", ""),
        "url": tracking.get("url"),
        "lines": pieces,
        "at": rfc3339(datetime.now(UTC)),
    }


def _pieces(order: Document, parts: list[Document]) -> Iterator[tuple[str, int]]:
    for part in parts:
        lines = part.get("fulfillmentOrderLineItems")
        if not lines:
            yield from ((line, left) for line, left in remaining(order).items() if left)
        else:
            yield from ((number_of(line["id"]), int(line["quantity"])) for line in lines)


def _created(node: Document | None, refusal: str | None) -> Document:
    errors = [{"field": ["fulfillment"], "message": refusal}] if refusal else []
    return {"fulfillment": node, "userErrors": errors}


def cancel_order(shop: ShopifyShop, given: Arguments) -> Document:
    """Do `orderCancel`."""
    order = shop.record(number_of(given.get("orderId")))
    if order is None:
        return _cancelled("Order does not exist", "NOT_FOUND")
    if order["cancelled_at"]:
        return _cancelled("Cannot cancel an order that has already been canceled", "INVALID")
    if order["fulfilments"]:
        return _cancelled("Cannot cancel an order that has outstanding fulfillments", "INVALID")
    if len(given.get("staffNote") or "") > 255:
        return _cancelled("Staff note is too long (maximum is 255 characters)", "INVALID")
    reason = str(given.get("reason") or "OTHER")
    order["cancel_reason"] = reason
    shop.cancelled_by_us(order, reason.lower())
    return _cancelled(None, None)


def _cancelled(refusal: str | None, code: str | None) -> Document:
    errors = [{"field": ["orderId"], "message": refusal, "code": code}] if refusal else []
    job = None if refusal else {"id": gid("Job", 1), "done": False}
    return {"job": job, "orderCancelUserErrors": errors, "userErrors": errors}


def hold(shop: ShopifyShop, given: Arguments) -> Document:
    """Do `fulfillmentOrderHold`."""
    order = shop.record(number_of(given.get("id")))
    wanted = given.get("fulfillmentHold") or {}
    refusal = _hold_refusal(order, wanted)
    if order is None or refusal:
        return _held(None, None, refusal)
    own = {
        "id": gid("FulfillmentHold", f"{order['id']}{len(order['holds']) + 1}"),
        "reason": wanted["reason"],
        "reasonNotes": wanted.get("reasonNotes"),
        "displayReason": wanted["reason"].replace("_", " ").capitalize(),
        "handle": wanted.get("handle"),
        "externalId": wanted.get("externalId"),
        "heldByRequestingApp": True,
    }
    order["holds"] = [*order["holds"], own]
    shop.amend(order, {}, datetime.now(UTC))
    return _held(fulfilment_order(order), own, None)


def _hold_refusal(order: Document | None, wanted: Document) -> tuple[str, str] | None:
    if order is None:
        return ("Fulfillment order does not exist.", "FULFILLMENT_ORDER_NOT_FOUND")
    if wanted.get("reason") not in _HOLD_REASONS:
        return ("Reason is not included in the list", "INVALID")
    if fulfilment_order(order)["status"] not in ("OPEN", "ON_HOLD"):
        return ("The fulfillment order is not in a holdable state.", "INVALID")
    if len(order["holds"]) >= _MOST_HOLDS:
        text = "The maximum number of fulfillment holds was reached."
        return (text, "FULFILLMENT_ORDER_HOLD_LIMIT_REACHED")
    if any((each["handle"] or "") == (wanted.get("handle") or "") for each in order["holds"]):
        text = "The handle provided for the fulfillment hold is already in use."
        return (text, "DUPLICATE_FULFILLMENT_HOLD_HANDLE")
    return None


def _held(node: Document | None, own: Document | None, refusal: tuple[str, str] | None) -> Document:
    errors = [{"field": ["id"], "message": refusal[0], "code": refusal[1]}] if refusal else []
    return {
        "fulfillmentOrder": node,
        "fulfillmentHold": own,
        "remainingFulfillmentOrder": None,
        "userErrors": errors,
    }


def release(shop: ShopifyShop, given: Arguments) -> Document:
    """Do `fulfillmentOrderReleaseHold`: the named holds, else all of them."""
    order = shop.record(number_of(given.get("id")))
    if order is None:
        refusal = {"field": ["id"], "message": "Fulfillment order does not exist.", "code": None}
        return {"fulfillmentOrder": None, "userErrors": [refusal]}
    named, outside = given.get("holdIds"), given.get("externalId")
    order["holds"] = [
        each
        for each in order["holds"]
        if (named and each["id"] not in named) or (outside and each["externalId"] != outside)
    ]
    shop.amend(order, {}, datetime.now(UTC))
    return {"fulfillmentOrder": fulfilment_order(order), "userErrors": []}
