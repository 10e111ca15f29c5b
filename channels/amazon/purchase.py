"""An Amazon order without its dialect: what both versions of the Orders API say, in one shape.

Amounts are positive and in the order's currency; None means that Amazon gave no amount.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

ZERO = Decimal(0)


@dataclass(frozen=True)
class Amount:
    """An amount under the name Amazon gives it, for the record of what was changed."""

    word: str
    value: Decimal

    def __str__(self) -> str:
        return f"{self.word} {self.value:f}"


@dataclass(frozen=True)
class Item:
    """One order item; `price` is for all pieces before discounts, `unit_price` for one.

    `charges` are shipping, gift wrap and fees. `collected` names the model under which the
    marketplace withholds the tax, empty when it does not. `quantity` is what was sent, a whole
    number or not.
    """

    id: str
    sku: str
    title: str
    quantity: Any
    price: Amount | None
    unit_price: Decimal | None
    tax: Amount
    charges: tuple[Amount, ...] = ()
    charges_tax: Decimal = ZERO
    discount: Amount = Amount("", ZERO)
    discount_tax: Decimal = ZERO
    charges_discount: Decimal = ZERO
    charges_discount_tax: Decimal = ZERO
    collected: str = ""
    currencies: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Recipient:
    """Where it goes, as written."""

    name: str
    company: str
    streets: tuple[str, str, str]
    cities: tuple[str, str, str]
    region: str
    postal_code: str
    country: str
    phone: str


@dataclass(frozen=True)
class Parcel:
    """A package of the order with its coarse and its fine status word."""

    reference: str
    tracking_number: str
    carrier: str
    status: str
    detailed_status: str
    shipped_at: str
    lines: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Purchase:
    """One order. `total` is what Amazon says it comes to; `items` is None when it sent none.

    `free` marks orders whose missing amounts are 0: replacements, and orders sold elsewhere that
    Amazon only ships. Instants are as written.
    """

    id: str
    placed_at: str
    updated_at: str
    status: str
    fulfilled_by_amazon: bool
    marketplace_id: str
    marketplace_name: str
    total: Amount | None
    items: tuple[Item, ...] | None
    buyer_name: str = ""
    buyer_email: str = ""
    buyer_company: str = ""
    is_business: bool = False
    recipient: Recipient | None = None
    order_charges: tuple[Amount, ...] = ()
    currencies: frozenset[str] = frozenset()
    cod: bool = False
    free: bool = False
    replacement: bool = False
    multi_channel: bool = False
    cancel_requested: bool = False
    cancelled_by: str = ""
    has_regulated_items: bool = False
    easy_ship_status: str = ""
    service_level: str = ""
    parcels: tuple[Parcel, ...] = ()
    notes: str = ""
