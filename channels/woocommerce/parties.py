"""Who buys and where it goes, with every change of it noted."""

from typing import Any

from channels.body import joined
from channels.woocommerce.payload import WooAddress, WooOrder
from domain.addresses import country_code
from domain.cleansing import Cleansing, CleansingCode

# Where the VAT number plugins keep a number that the buyer gave (EU VAT Number, EU VAT Assistant,
# and the checkout field editors). WooCommerce itself has no field for it, nor for a buyer's role.
_VAT_NUMBERS = (
    "_vat_number",
    "vat_number",
    "_billing_vat_number",
    "billing_vat_number",
    "_billing_eu_vat_number",
    "_eu_vat_number",
)
_GUEST = ("; 0 is WooCommerce's word for a guest", "；0 在 WooCommerce 中表示游客")
_FROM_BILLING = (
    "; the shipping address is empty, goods go to the billing address",
    "；收货地址为空，按账单地址发货",
)


def buyer(order: WooOrder, cleansing: Cleansing) -> dict[str, Any]:
    """Return the canonical customer: a business when the order carries a VAT number.

    The company line of an address is no evidence: consumers have parcels sent to their office.
    Nor is `is_vat_exempt`, which also marks exports and charities.
    """
    billing, shipping = order.billing, order.shipping
    country = country_code(billing.country) or country_code(shipping.country) or ""
    external_id = "" if order.customer_id == "0" else order.customer_id
    cleansing.note(
        CleansingCode.IDENTIFIER, "customer.external_id", order.customer_id, external_id, _GUEST
    )
    return {
        "kind": "business" if _has_vat_number(order) else "consumer",
        "external_id": external_id,
        "name": _person(billing) or billing.company or _person(shipping),
        "email": billing.email,
        "phone": cleansing.phone("customer.phone", billing.phone, country),
    }


def postal_address(order: WooOrder, cleansing: Cleansing) -> dict[str, Any] | None:
    """Return where the goods go; the company, which has no field of its own, joins line 2."""
    address = order.shipping
    if _is_empty(address):
        address = order.billing
        if _is_empty(address):
            return None
        cleansing.note(
            CleansingCode.ADDRESS_SOURCE, "shipping_address", "shipping", "billing", _FROM_BILLING
        )
    field = "shipping_address"
    country = cleansing.country(f"{field}.country", address.country, order.billing.country)
    return {
        "name": _person(address) or address.company,
        "line1": address.address_1 or address.address_2,
        "line2": joined((address.company, address.address_2 if address.address_1 else ""), ", "),
        "city": address.city,
        "region": address.state,
        "postal_code": cleansing.postal_code(f"{field}.postal_code", address.postcode, country),
        "country": country,
        "phone": cleansing.phone(f"{field}.phone", address.phone, country),
    }


def _has_vat_number(order: WooOrder) -> bool:
    values = (order.meta(key) for key in _VAT_NUMBERS)
    return any(isinstance(value, str) and value.strip() for value in values)


def _is_empty(address: WooAddress) -> bool:
    # Country and state are filled in by the shop's defaults, so they say nothing.
    return not (address.address_1 or address.address_2 or address.city or address.postcode)


def _person(address: WooAddress) -> str:
    return joined((address.first_name, address.last_name), " ")
