"""Whether a Shopify order is paid, and on which terms."""

import re

from channels.shopify.payload import RestOrder

_COD = re.compile(r"\bcod\b|cash.on.delivery")
_KNOWN = ("authorized", "partially_paid", "paid", "partially_refunded", "refunded", "voided")


def payment_status(order: RestOrder) -> str:
    """Return our word for the financial status; `unknown` for one Shopify has not documented."""
    status = order.financial_status.lower()
    if status in _KNOWN:
        return status
    return {"": "pending", "pending": "pending", "expired": "voided"}.get(status, "unknown")


def payment_terms(order: RestOrder) -> str:
    """Return `net30`-like terms, `cod`, or nothing for an order paid before delivery."""
    terms = order.payment_terms
    if terms is None:
        return "cod" if is_cod(order) else ""
    if terms.payment_terms_type.lower() == "net" and terms.due_in_days is not None:
        return f"net{terms.due_in_days}"
    return re.sub(r"[^a-z0-9]+", "_", terms.payment_terms_type.lower()).strip("_") or "agreed"


def is_cod(order: RestOrder) -> bool:
    """Tell whether the carrier collects the money (its gateway says so)."""
    return any(_COD.search(name.lower()) for name in (*order.payment_gateway_names, order.gateway))
