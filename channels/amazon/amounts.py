"""What an Amazon order costs: whether its tax is inside or on top, and each line's share.

No field says whether prices contain the tax. It follows from the marketplace, unless the order's
own total adds up only the other way: Amazon's total outranks the rule. Where no reading adds up
the marketplace's stands, and validation reports the difference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from channels.amazon.marketplaces import Marketplace
from channels.amazon.purchase import ZERO, Amount, Item
from domain.validation import TOLERANCE_PER_LINE

_FACILITATOR = "marketplacefacilitator"


@dataclass(frozen=True)
class Reading:
    """One way to read the amounts.

    `prices_with_tax`: proceeds are net and the buyer's prices come with their tax put back.
    `net_discounts`: the tax on discounts is taken off too. `withheld`: Amazon's total leaves out
    the tax that it keeps.
    """

    tax_included: bool
    prices_with_tax: bool = False
    net_discounts: bool = True
    withheld: bool = False


@dataclass(frozen=True)
class LineAmounts:
    """One line's amounts as the canonical order wants them."""

    price: Decimal
    discount: Decimal
    tax: Decimal

    def total(self, tax_included: bool) -> Decimal:
        """Return what the buyer pays for the line."""
        return self.price - self.discount + (ZERO if tax_included else self.tax)


@dataclass(frozen=True)
class Bought:
    """The order's amounts under the reading that fits."""

    reading: Reading
    lines: tuple[LineAmounts, ...]
    shipping: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal


def bought(
    items: Sequence[Item], extras: Sequence[Amount], said: Decimal | None, place: Marketplace
) -> Bought:
    """Return the amounts of an order whose items have prices; `extras` stand on the order alone.

    Without a total of Amazon's the one worked out stands.
    """
    readings = [_read(reading, items, extras) for reading in _readings(items, place)]
    if said is None:
        return readings[0]
    tolerance = TOLERANCE_PER_LINE * max(1, len(items))
    fitting = (each for each in readings if abs(_claimed(each, items) - said) <= tolerance)
    found = next(fitting, readings[0])
    total = said + found.tax if found.reading.withheld else said
    return Bought(found.reading, found.lines, found.shipping, found.discount, found.tax, total)


def is_collected(item: Item) -> bool:
    """Tell whether the marketplace withholds the item's tax and remits it."""
    return item.collected.replace("_", "").casefold() == _FACILITATOR


def price_of(item: Item) -> Decimal:
    """Return the price of all pieces of an item, 0 where Amazon gave none."""
    return item.price.value if item.price else ZERO


def _readings(items: Sequence[Item], place: Marketplace) -> Iterator[Reading]:
    inside = (Reading(True, net_discounts=False), Reading(True))
    on_top = (Reading(False), Reading(False, net_discounts=False))
    put_back = (Reading(True, prices_with_tax=True),) if _are_net(items) else ()
    withheld = (Reading(False, withheld=True),) if any(map(is_collected, items)) else ()
    if place.tax_included:
        yield from (*inside, *put_back, *on_top)
    else:
        yield from (*on_top, *withheld, *inside)


def _are_net(items: Sequence[Item]) -> bool:
    """Tell whether the price of one piece contains the tax that the proceeds leave out."""
    taxed = [item for item in items if item.tax.value]
    return bool(taxed) and all(_gross_unit_fits(item) for item in taxed)


def _gross_unit_fits(item: Item) -> bool:
    if item.unit_price is None or type(item.quantity) is not int:
        return False
    gap = item.unit_price * item.quantity - price_of(item) - item.tax.value
    return abs(gap) <= TOLERANCE_PER_LINE


def _read(reading: Reading, items: Sequence[Item], extras: Sequence[Amount]) -> Bought:
    lines = tuple(_line(reading, item) for item in items)
    charges = [amount.value for item in items for amount in item.charges]
    shipping = sum(charges, ZERO) + sum((each.value for each in extras), ZERO)
    if reading.prices_with_tax:
        shipping += sum((item.charges_tax for item in items), ZERO)
    discount = sum((line.discount for line in lines), ZERO)
    discount += sum((_charges_discount(reading, item) for item in items), ZERO)
    tax = sum((_whole_tax(reading, item) for item in items), ZERO)
    goods = sum((line.price for line in lines), ZERO)
    total = goods + shipping - discount + (ZERO if reading.tax_included else tax)
    return Bought(reading, lines, shipping, discount, tax, total)


def _line(reading: Reading, item: Item) -> LineAmounts:
    price, discount, tax = price_of(item), item.discount.value, item.tax.value
    if reading.prices_with_tax:
        price += tax
    if reading.net_discounts and reading.tax_included:
        discount += item.discount_tax
    elif reading.net_discounts:
        tax = max(ZERO, tax - item.discount_tax)
    return LineAmounts(price, discount, tax)


def _charges_discount(reading: Reading, item: Item) -> Decimal:
    net = reading.net_discounts and reading.tax_included
    return item.charges_discount + (item.charges_discount_tax if net else ZERO)


def _whole_tax(reading: Reading, item: Item) -> Decimal:
    off = item.discount_tax + item.charges_discount_tax if reading.net_discounts else ZERO
    return max(ZERO, item.tax.value + item.charges_tax - off)


def _claimed(found: Bought, items: Sequence[Item]) -> Decimal:
    """Return what Amazon's total should be under a reading."""
    return found.total - found.tax if found.reading.withheld else found.total
