"""Who buys and where it goes, from the places Shopify may have put that."""

import re
from typing import Any

from channels.body import gid_number, joined
from channels.shopify.payload import RestAddress, RestCustomer, RestOrder
from domain.cleansing import Cleansing, CleansingCode

# Shopify has no field for it before B2B; shops mark their dealers with one of these tags.
_BUSINESS_TAGS = frozenset({"b2b", "business", "dealer", "wholesale", "reseller"})

# A house number and a street: `12 Rivonia Road`, `7B High St.`. A flat or floor is none.
_STREET_WORDS = (
    r"(street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|crescent|cres|way|court|ct"
    r"|boulevard|blvd|place|pl|terrace|square|highway|hwy)"
)
_HOUSE_AND_STREET = re.compile(rf"[0-9]+[a-z]?[ ,].*\b{_STREET_WORDS}\b\.?", re.IGNORECASE)
_STREET = re.compile(rf"\b{_STREET_WORDS}\b", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")


def buyer(order: RestOrder, clean: Cleansing) -> dict[str, Any]:
    """Return the canonical customer: a business when Shopify names a B2B company or a tag does.

    The company line of an address is no evidence: consumers have parcels sent to their office.
    """
    customer = order.customer or RestCustomer()
    billing, shipping = order.billing_address, order.shipping_address
    named = joined((customer.first_name, customer.last_name), " ")
    phone = order.phone or customer.phone or (billing.phone if billing else "")
    return {
        "kind": "business" if _is_business(order, customer) else "consumer",
        "external_id": _customer_id(customer, clean),
        "name": named or _person(billing) or _person(shipping),
        "email": order.email or order.contact_email or customer.email,
        "phone": clean.phone("customer.phone", phone, _home(billing) or _home(shipping)),
    }


def postal_address(address: RestAddress | None, clean: Cleansing) -> dict[str, Any] | None:
    """Return the canonical address; the company, which has no field of its own, joins line 2."""
    if address is None:
        return None
    path = "shipping_address"
    country = _country(address, clean)
    line1, line2 = _street_lines(address, clean)
    return {
        "name": _person(address) or address.company,
        "line1": line1,
        "line2": joined((address.company, line2), ", "),
        "city": address.city,
        "region": address.province_code or address.province,
        "postal_code": clean.postal_code(f"{path}.postal_code", address.zip, country),
        "country": country,
        "phone": clean.phone(f"{path}.phone", address.phone, country),
    }


def _is_business(order: RestOrder, customer: RestCustomer) -> bool:
    tags = {tag.strip().casefold() for tag in customer.tags.split(",")}
    return order.company is not None or bool(tags & _BUSINESS_TAGS)


def _customer_id(customer: RestCustomer, clean: Cleansing) -> str:
    whole = gid_number(customer.admin_graphql_api_id) or customer.id or ""
    clean.note(CleansingCode.IDENTIFIER, "customer.external_id", customer.id or whole, whole)
    return whole


def _country(address: RestAddress, clean: Cleansing) -> str:
    said = address.country_code or address.country
    return clean.country("shipping_address.country", said, address.country)


def _home(address: RestAddress | None) -> str:
    """Return the country of an address whose changes nobody has to see."""
    return _country(address, Cleansing()) if address else ""


def _street_lines(address: RestAddress, clean: Cleansing) -> tuple[str, str]:
    """Return the street first: some shops' forms have it second, after a suburb or nothing."""
    first, second = address.address1, address.address2
    if not (second and _is_second(first, second)):
        return first, second
    hint = (" (its second line)", "（第二行）")
    clean.note(CleansingCode.ADDRESS_SOURCE, "shipping_address.line1", first, second, hint)
    return second, first


def _is_second(first: str, second: str) -> bool:
    if not first:
        return True
    names_a_street = _STREET.search(first) or _DIGIT.search(first)
    return not names_a_street and bool(_HOUSE_AND_STREET.fullmatch(second))


def _person(address: RestAddress | None) -> str:
    if address is None:
        return ""
    return address.name or joined((address.first_name, address.last_name), " ")
