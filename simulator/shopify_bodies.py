"""How Shopify words an order, a cancellation and a fulfilment in its REST webhooks.

Source of the shape: shopify.dev/docs/api/admin-rest (Order, Fulfillment); the contents are ours.
"""

from datetime import datetime
from decimal import Decimal

from domain.order import rfc3339
from simulator.buyers import Buyer
from simulator.catalog import rounded
from simulator.documents import Document
from simulator.purchases import Bought, Purchase


def order_body(purchase: Purchase, *, paid: bool, updated_at: datetime) -> Document:
    """Return the body of orders/create and orders/updated."""
    currency, buyer = purchase.currency, purchase.buyer
    goods = sum((line.unit_price * line.quantity for line in purchase.lines), Decimal(0))
    address = _address(buyer)
    return {
        "id": int(purchase.external_id),
        "admin_graphql_api_id": f"gid://shopify/Order/{purchase.external_id}",
        "name": purchase.number,
        "order_number": int(purchase.number.lstrip("#")),
        "created_at": rfc3339(purchase.placed_at),
        "updated_at": rfc3339(updated_at),
        "cancelled_at": None,
        "closed_at": None,
        "cancel_reason": None,
        "test": False,
        "currency": currency,
        "presentment_currency": currency,
        "taxes_included": purchase.tax_included,
        "subtotal_price": _text(goods, currency),
        "total_line_items_price": _text(goods, currency),
        "total_price": _text(purchase.total, currency),
        "current_total_price": _text(purchase.total, currency),
        "current_total_tax": _text(purchase.tax, currency),
        "current_total_discounts": _text(Decimal(0), currency),
        "total_tax": _text(purchase.tax, currency),
        "total_discounts": _text(Decimal(0), currency),
        "financial_status": "paid" if paid else "pending",
        "fulfillment_status": None,
        "payment_gateway_names": ["shopify_payments" if paid else "bank_transfer"],
        "source_name": "web",
        "tags": "",
        "email": buyer.email,
        "phone": None,
        "note": None,
        "customer": _customer(buyer, purchase.external_id),
        "billing_address": address,
        "shipping_address": address,
        "line_items": [_line(line, purchase) for line in purchase.lines],
        "shipping_lines": [{"title": "Standard", "price": _text(purchase.freight, currency)}],
        "fulfillments": [],
        "refunds": [],
    }


SETTLES = (
    "financial_status",
    "payment_gateway_names",
    "shipping_address",
    "billing_address",
    "customer",
)
"""What changes about a body once the order is paid and whole."""


def cancellation(at: datetime, reason: str = "customer") -> Document:
    """Return what a cancellation changes about an order's body."""
    return {"cancelled_at": rfc3339(at), "cancel_reason": reason}


def refund(body: Document, at: datetime) -> Document:
    """Return what a full refund changes: nothing is left of any line.

    Amounts of refund lines are JSON numbers, other than everywhere else (Shopify's own oddity).
    """
    nothing = _text(Decimal(0), body["currency"])
    none_left = {"current_quantity": 0, "fulfillable_quantity": 0}
    back = [
        {
            "id": int(line["id"]) + 7,
            "line_item_id": line["id"],
            "quantity": line["quantity"],
            "restock_type": "cancel",
            "subtotal": float(Decimal(line["price"]) * line["quantity"]),
            "total_tax": float(line["tax_lines"][0]["price"]),
        }
        for line in body["line_items"]
    ]
    return {
        "financial_status": "refunded",
        "current_total_price": nothing,
        "current_total_tax": nothing,
        "line_items": [line | none_left for line in body["line_items"]],
        "refunds": [{"id": body["id"] + 3, "created_at": rfc3339(at), "refund_line_items": back}],
    }


def with_fulfilment(order: Document, left: dict[str, int], at: datetime) -> Document:
    """Return what a new fulfilment changes about the body of its order; `left` is by line."""
    body = order["body"]
    lines = [
        line | {"fulfillable_quantity": min(left[str(line["id"])], line["fulfillable_quantity"])}
        for line in body["line_items"]
    ]
    new = fulfilment_body(order, order["fulfilments"][-1], at)
    return {
        "line_items": lines,
        "fulfillment_status": "partial" if any(left.values()) else "fulfilled",
        "fulfillments": [*body["fulfillments"], new],
    }


def fulfilment_body(order: Document, fulfilment: Document, at: datetime) -> Document:
    """Return the body of fulfillments/create for a fulfilment the shop has on record."""
    moment = rfc3339(at)
    return {
        "id": int(fulfilment["id"]),
        "order_id": int(order["id"]),
        "status": "success",
        "shipment_status": None,
        "tracking_company": fulfilment["company"],
        "tracking_number": fulfilment["tracking"],
        "tracking_numbers": [fulfilment["tracking"]],
        "line_items": [
            {"id": int(line), "quantity": quantity}
            for line, quantity in fulfilment["lines"].items()
        ],
        "created_at": moment,
        "updated_at": moment,
    }


def _customer(buyer: Buyer, external_id: str) -> Document:
    return {
        "id": int(external_id) + 1_000_000_000_000,
        "first_name": buyer.first_name,
        "last_name": buyer.last_name,
        "email": buyer.email,
        "phone": None,
        "tags": "",
    }


def _address(buyer: Buyer) -> Document:
    return {
        "name": buyer.name,
        "first_name": buyer.first_name,
        "last_name": buyer.last_name,
        "company": buyer.company or None,
        "address1": buyer.line1,
        "address2": None,
        "city": buyer.city,
        "province_code": buyer.region or None,
        "zip": buyer.postal_code,
        "country_code": buyer.country,
        "phone": buyer.phone,
    }


def _line(line: Bought, purchase: Purchase) -> Document:
    currency = purchase.currency
    return {
        "id": int(line.line_id),
        "admin_graphql_api_id": f"gid://shopify/LineItem/{line.line_id}",
        "sku": line.article.sku,
        "name": line.article.title,
        "title": line.article.title,
        "quantity": line.quantity,
        "current_quantity": line.quantity,
        "fulfillable_quantity": line.quantity,
        "requires_shipping": True,
        "price": _text(line.unit_price, currency),
        "total_discount": _text(Decimal(0), currency),
        "discount_allocations": [],
        "tax_lines": [{"title": "Tax", "price": _text(line.tax, currency)}],
    }


def _text(amount: Decimal, currency: str) -> str:
    return str(rounded(amount, currency))
