"""How the played storefront words an order and its cancellation: the canonical JSON."""

from datetime import datetime

from domain.order import rfc3339
from simulator.documents import Document
from simulator.purchases import Bought, Purchase


def order_body(purchase: Purchase, *, paid: bool, updated_at: datetime) -> Document:
    """Return an order; the topic goes around it."""
    buyer = purchase.buyer
    return {
        "external_id": purchase.external_id,
        "number": purchase.number,
        "placed_at": rfc3339(purchase.placed_at),
        "source_updated_at": rfc3339(updated_at),
        "currency": purchase.currency,
        "customer": {
            "kind": "business" if purchase.is_business else "consumer",
            "external_id": buyer.key,
            "name": buyer.company or buyer.name,
            "email": buyer.email,
            "phone": buyer.phone,
        },
        "shipping_address": {
            "name": buyer.name,
            "line1": buyer.line1,
            "line2": buyer.company,
            "city": buyer.city,
            "region": buyer.region,
            "postal_code": buyer.postal_code,
            "country": buyer.country,
            "phone": buyer.phone,
        },
        "lines": [_line(line, included=purchase.tax_included) for line in purchase.lines],
        "shipping": str(purchase.freight),
        "tax": str(purchase.tax),
        "total": str(purchase.total),
        "payment": {"status": "paid" if paid else "pending", "terms": purchase.terms},
    }


def told(topic: str, order: Document) -> Document:
    """Return the body that tells of an order (`order.created`, `order.updated`)."""
    return {"topic": topic, "order": order}


def cancelled_body(external_id: str, at: datetime) -> Document:
    """Return the body that calls an order off."""
    return {
        "topic": "order.cancelled",
        "order_id": external_id,
        "occurred_at": rfc3339(at),
        "reason": "BUYER_CANCEL",
    }


def _line(line: Bought, *, included: bool) -> Document:
    net = line.unit_price * line.quantity
    return {
        "line_id": line.line_id,
        "sku": line.article.sku,
        "title": line.article.title,
        "quantity": line.quantity,
        "unit_price": str(line.unit_price),
        "tax": str(line.tax),
        "tax_included": included,
        "total": str(net if included else net + line.tax),
    }
