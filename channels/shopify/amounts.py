"""What a Shopify order costs, from the totals that Shopify itself adds up.

total_price = sum(price * quantity) - total_discounts + shipping + tips, plus total_tax unless
taxes_included. Free-shipping codes, duties and fees move amounts between the parts, so the part
"shipping" is chosen as the reading under which the order adds up; where none does, validation
reports the difference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from channels.shopify.payload import MoneySet, RestLine, RestOrder

_ZERO = Decimal(0)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Bought:
    """The lines that count, with their quantities, and the order's amounts that go with them.

    `is_rest` says that refunds and edits took something away.
    """

    lines: Sequence[tuple[RestLine, int]]
    shipping: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal
    is_rest: bool = False


def as_ordered(order: RestOrder) -> Bought:
    """Return the order as it was placed, before edits and refunds."""
    return Bought(
        # A line of 0 is what remains of one that was taken out of a draft.
        lines=[(line, line.quantity) for line in order.line_items if line.quantity],
        shipping=_fitting_shipping(order),
        discount=order.total_discounts,
        tax=order.total_tax,
        total=order.total_price,
    )


def as_left(order: RestOrder) -> Bought:
    """Return what edits and refunds left of the order (Shopify's `current_*` amounts)."""
    current = order.current_shipping_price_set
    shipping = current.shop_money.amount if current else next(_shipping_readings(order))
    extras = _extras(order.current_total_duties_set, order.current_total_additional_fees_set)
    left = Bought(
        lines=[(line, line.remaining) for line in order.line_items if line.remaining],
        shipping=shipping + order.total_tip_received,
        discount=_or(order.current_total_discounts, order.total_discounts),
        tax=_or(order.current_total_tax, order.total_tax),
        total=_or(order.current_total_price, order.total_price),
        is_rest=True,
    )
    gap = left.total - _sum(left, order.taxes_included is True)
    return left if gap != extras else replace(left, shipping=left.shipping + extras)


def line_discount(line: RestLine) -> Decimal:
    """Return a line's share of all discounts; without allocations its own manual discount."""
    if line.discount_allocations:
        return sum((share.amount for share in line.discount_allocations), _ZERO)
    return line.total_discount


def line_tax(line: RestLine) -> Decimal:
    """Return a line's tax; the order's tax_lines repeat the same amounts and are not added."""
    return sum((tax.price for tax in line.tax_lines), _ZERO)


def _fitting_shipping(order: RestOrder) -> Decimal:
    readings = list(_shipping_readings(order))
    goods = sum((line.price * line.quantity for line in order.line_items), _ZERO)
    tax = _ZERO if order.taxes_included else order.total_tax
    rest = order.total_price - goods + order.total_discounts - tax
    tolerance = _CENT * len(order.line_items)
    return next((s for s in readings if abs(s - rest) <= tolerance), readings[0])


def _shipping_readings(order: RestOrder) -> Iterator[Decimal]:
    lines = order.shipping_lines
    reduced = sum((_or(line.discounted_price, line.price) for line in lines), _ZERO)
    full = sum((line.price for line in lines), _ZERO)
    extras = _extras(order.original_total_duties_set, order.original_total_additional_fees_set)
    tip = order.total_tip_received
    yield from (reduced + tip, full + tip, reduced + tip + extras, full + tip + extras)


def _extras(duties: MoneySet | None, fees: MoneySet | None) -> Decimal:
    return sum((each.shop_money.amount for each in (duties, fees) if each), _ZERO)


def _sum(bought: Bought, taxes_included: bool) -> Decimal:
    goods = sum((line.price * quantity for line, quantity in bought.lines), _ZERO)
    tax = _ZERO if taxes_included else bought.tax
    return goods + bought.shipping - bought.discount + tax


def _or(amount: Decimal | None, otherwise: Decimal) -> Decimal:
    return otherwise if amount is None else amount
