"""Likeness: what two orders have in common when a buyer ordered the same thing in two channels."""

import hashlib
import json
from datetime import timedelta

from domain.money import plain
from domain.order import CanonicalOrder
from domain.phones import e164

# Who finds the goods cheaper elsewhere, or doubts that the first order went through, orders again
# within the day; the same purchase a day later is more often meant.
WINDOW = timedelta(hours=24)
# A marketplace gives each buyer an address of its own, which no other channel knows.
_ALIAS = "@marketplace.amazon."


def likeness(order: CanonicalOrder) -> str:
    """Return a hash that is equal for orders of one buyer with the same goods and total.

    A buyer is recognised by e-mail address, else phone number, else name and postal code. Empty
    when nothing tells who buys: such orders are like no other.
    """
    buyer = _buyer(order)
    if not buyer:
        return ""
    total = plain(order.total.normalize())
    document = json.dumps([buyer, sorted(_pieces(order).items()), total, order.currency])
    return hashlib.sha256(document.encode()).hexdigest()


def _buyer(order: CanonicalOrder) -> str:
    email = order.customer.email.casefold()
    if email and _ALIAS not in email:
        return f"email:{email}"
    phone = _phone(order)
    if phone:
        return f"phone:{phone}"
    return _name_and_place(order)


def _phone(order: CanonicalOrder) -> str | None:
    address = order.shipping_address
    country = address.country if address else ""
    said = (order.customer.phone, address.phone if address else "")
    return next((number for phone in said if (number := e164(phone, country))), None)


def _name_and_place(order: CanonicalOrder) -> str:
    address = order.shipping_address
    if address is None:
        return ""
    name = "".join((order.customer.name or address.name).casefold().split())
    postal_code = "".join(address.postal_code.casefold().split())
    return f"name:{name}/{address.country}/{postal_code}" if name and postal_code else ""


def _pieces(order: CanonicalOrder) -> dict[str, int]:
    """Count pieces by article: one channel makes one line of what is two in another."""
    pieces: dict[str, int] = {}
    for line in order.lines:
        article = (line.sku or line.title).casefold()
        pieces[article] = pieces.get(article, 0) + line.quantity
    return pieces
