"""The parts of WooCommerce's REST v3 bodies that we read, as leniently as PHP writes them.

Source: woocommerce/woocommerce-rest-api-docs, wp-api-v3, Orders. An empty object arrives as `[]`, a
list with gaps as an object, a SKU as a number, a quantity as a fraction. Everything else is
ignored.
"""

import re
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from channels.body import (
    CleanText,
    Clipped,
    ClippedNotes,
    NumericId,
    clean_text,
    zero_if_absent,
)
from domain.order import Amount, instant

_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
_OFFSET = re.compile(r"(Z|[+-][0-9]{2}:?[0-9]{2})$", re.IGNORECASE)
_NO_DATE = "0000-00-00"


def _object(value: object) -> object:
    return {} if value is None or value in ([], "") else value


def _list(value: object) -> object:
    if value is None or value == "":
        return []
    return list(value.values()) if isinstance(value, dict) else value


def _quantity(value: object) -> Decimal:
    text = clean_text(value)
    if not isinstance(text, str) or not _NUMBER.fullmatch(text):
        raise PydanticCustomError("quantity", "a quantity is a number")
    return Decimal(text)


def _gmt(value: object) -> datetime | None:
    """Read a date of WooCommerce, which names no offset, as UTC."""
    text = clean_text(value)
    if text == "" or (isinstance(text, str) and text.startswith(_NO_DATE)):
        return None
    if not isinstance(text, str):
        raise PydanticCustomError("instant", "a date is text such as 2026-11-03T08:15:00")
    try:
        return instant(text if _OFFSET.search(text) else f"{text}Z")
    except ValueError as error:
        raise PydanticCustomError("instant", "{reason}", {"reason": str(error)}) from error


Money = Annotated[Amount, BeforeValidator(zero_if_absent)]
Quantity = Annotated[Decimal, BeforeValidator(_quantity)]
Gmt = Annotated[datetime | None, BeforeValidator(_gmt)]
AnyList = BeforeValidator(_list)
AnyObject = BeforeValidator(_object)


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class WooMeta(_Body):
    """What a plugin, or we, keep with an order; the value may have any shape."""

    key: CleanText = ""
    value: Any = None


class WooLine(_Body):
    """An order line; `subtotal` is before and `total` after coupons, both net and for the line."""

    id: NumericId
    name: Clipped = ""
    sku: CleanText = ""
    quantity: Quantity
    subtotal: Amount | None = None
    total: Money = Decimal(0)
    total_tax: Money = Decimal(0)

    @property
    def undiscounted(self) -> Decimal:
        """The net line before coupons; staff may raise a line's total above its subtotal."""
        return self.total if self.subtotal is None else max(self.subtotal, self.total)


class WooShippingLine(_Body):
    """One way of shipping, net."""

    total: Money = Decimal(0)


class WooFee(_Body):
    """A surcharge or, when negative, a rebate, net; tips are fees too."""

    name: Clipped = ""
    total: Money = Decimal(0)


class WooCoupon(_Body):
    """A coupon; its amount is already in the totals of the lines."""

    code: Clipped = ""


class WooRefund(_Body):
    """That money went back: only the amount (negative), not for what."""

    total: Money = Decimal(0)


class WooAddress(_Body):
    """A postal address; `state` is a code where WooCommerce knows the states, else a name."""

    first_name: Clipped = ""
    last_name: Clipped = ""
    company: Clipped = ""
    address_1: CleanText = ""
    address_2: CleanText = ""
    city: CleanText = ""
    state: CleanText = ""
    postcode: CleanText = ""
    country: CleanText = ""
    email: CleanText = ""
    phone: CleanText = ""


class WooChange(_Body):
    """What a poll has to know of an order: its status and when it changed last (UTC)."""

    status: CleanText = ""
    date_modified_gmt: Gmt = None

    @property
    def plain_status(self) -> str:
        """The status without the prefix under which WordPress stores it."""
        return self.status.lower().removeprefix("wc-")


class WooOrder(WooChange):
    """An order as webhooks and GET /orders carry it; instants are UTC, amounts in `currency`."""

    id: NumericId
    number: CleanText = ""
    created_via: CleanText = ""
    currency: CleanText
    date_created: CleanText = ""
    date_created_gmt: Gmt = None
    date_paid: CleanText = ""
    date_paid_gmt: Gmt = None
    date_completed: CleanText = ""
    date_completed_gmt: Gmt = None
    discount_total: Money = Decimal(0)
    shipping_total: Money = Decimal(0)
    total: Amount
    total_tax: Money = Decimal(0)
    prices_include_tax: bool | None = None
    customer_id: CleanText = ""
    customer_note: ClippedNotes = ""
    billing: Annotated[WooAddress, AnyObject] = WooAddress()
    shipping: Annotated[WooAddress, AnyObject] = WooAddress()
    payment_method: CleanText = ""
    payment_method_title: Clipped = ""
    needs_processing: bool | None = None
    meta_data: Annotated[list[WooMeta], AnyList] = []
    line_items: Annotated[list[WooLine], AnyList]
    shipping_lines: Annotated[list[WooShippingLine], AnyList] = []
    fee_lines: Annotated[list[WooFee], AnyList] = []
    coupon_lines: Annotated[list[WooCoupon], AnyList] = []
    refunds: Annotated[list[WooRefund], AnyList] = []

    @property
    def is_paid(self) -> bool:
        """Tell whether the shop noted a payment."""
        return bool(self.date_paid_gmt or self.date_paid)

    @property
    def was_completed(self) -> bool:
        """Tell whether the shop ever completed the order, whatever its status is now."""
        return bool(self.date_completed_gmt or self.date_completed)

    @property
    def refunded(self) -> Decimal:
        """What went back to the buyer, as a positive amount."""
        return abs(sum((refund.total for refund in self.refunds), Decimal(0)))

    def meta(self, key: str) -> Any:
        """Return what is kept under a key, None when nothing is."""
        return next((each.value for each in self.meta_data if each.key == key), None)
