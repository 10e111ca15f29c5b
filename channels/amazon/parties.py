"""Who buys and where it goes, tidied, each change on record."""

from typing import Any

from channels.amazon.purchase import Purchase, Recipient
from channels.body import joined
from domain.addresses import country_code
from domain.cleansing import Cleansing, CleansingCode


def buyer(purchase: Purchase, cleansing: Cleansing) -> dict[str, Any]:
    """Return the canonical customer; Amazon verifies its business buyers and says so.

    Amazon gives no id of the buyer and no phone but the recipient's.
    """
    recipient = purchase.recipient
    country = country_code(recipient.country) if recipient else None
    named = purchase.buyer_name or purchase.buyer_company
    name = named or (recipient.name if recipient else "")
    if name and not named:
        before = "no buyer name"
        cleansing.note(CleansingCode.ADDRESS_SOURCE, "customer.name", before, name)
    phone = recipient.phone if recipient else ""
    is_business = purchase.is_business or bool(purchase.buyer_company)
    return {
        "kind": "business" if is_business else "consumer",
        "name": name,
        "email": purchase.buyer_email,
        "phone": cleansing.phone("customer.phone", phone, country or ""),
    }


def postal_address(recipient: Recipient | None, cleansing: Cleansing) -> dict[str, Any] | None:
    """Return the canonical address; company and further street lines share line 2.

    Sellers in Germany often find the street in the second line, in Japan no city at all.
    """
    if recipient is None or not _says_anything(recipient):
        return None
    country = cleansing.country("shipping_address.country", recipient.country)
    streets = [line for line in recipient.streets if line] or [""]
    _note_source("line1", "AddressLine1", recipient.streets, streets[0], cleansing)
    city = next((name for name in recipient.cities if name), "")
    _note_source("city", "City", recipient.cities, city, cleansing)
    code = cleansing.postal_code("shipping_address.postal_code", recipient.postal_code, country)
    return {
        "name": recipient.name or recipient.company,
        "line1": streets[0],
        "line2": joined((recipient.company if recipient.name else "", *streets[1:]), ", "),
        "city": city,
        "region": recipient.region,
        "postal_code": code,
        "country": country,
        "phone": cleansing.phone("shipping_address.phone", recipient.phone, country),
    }


def _says_anything(recipient: Recipient) -> bool:
    said = (*recipient.streets, *recipient.cities, recipient.postal_code, recipient.country)
    return any((recipient.name, recipient.region, *said))


def _note_source(
    field: str, named: str, places: tuple[str, ...], found: str, cleansing: Cleansing
) -> None:
    if found and not places[0]:
        path = f"shipping_address.{field}"
        cleansing.note(CleansingCode.ADDRESS_SOURCE, path, f"no {named}", found)
