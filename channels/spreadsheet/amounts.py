"""What an order costs, in the reading of its columns under which it adds up.

Files do not say whether tax is inside the prices, whether the order's discount holds those of its
lines, or whether freight repeated on each row is one amount or several. Where the file gives a
total it decides between these; where no reading fits, validation reports the difference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from channels.spreadsheet.context import Context
from channels.spreadsheet.lines import PricedLine
from channels.spreadsheet.values import yes_or_no
from channels.spreadsheet.wording import Words
from domain.cleansing import CleansingCode
from domain.findings import FindingCode
from domain.money import is_currency, quantize

_ZERO = Decimal(0)
_CENT = Decimal("0.01")
# Amazon's prices contain no tax in these; elsewhere they do. Source: item taxes of real orders.
_TAX_ON_TOP = frozenset({"amazon.com", "amazon.ca", "amazon.com.mx"})
_TAX_ON_TOP_CURRENCIES = frozenset({"USD", "CAD", "MXN"})


@dataclass(frozen=True)
class Bought:
    """The order's amounts in one reading."""

    lines: Sequence[PricedLine]
    shipping: Decimal
    discount: Decimal
    tax: Decimal
    tax_included: bool
    total: Decimal

    @property
    def parts(self) -> Decimal:
        """What the parts add up to."""
        goods = sum((line.goods for line in self.lines), _ZERO)
        on_top = _ZERO if self.tax_included else self.tax
        return goods + self.shipping - self.discount + on_top

    @property
    def adds_up(self) -> bool:
        """Tell whether the total is that of the parts, to a cent per line."""
        return abs(self.total - self.parts) <= _CENT * len(self.lines)


def bought(context: Context, lines: Sequence[PricedLine], currency: str, closed: bool) -> Bought:
    """Return the first reading that adds up, else the most usual one."""
    said = _total(context, closed)
    readings = _readings(context, lines, currency, said)
    usual = next(readings)
    chosen = usual if usual.adds_up else next((r for r in readings if r.adds_up), usual)
    _note(context, chosen, said)
    return chosen


def _readings(
    context: Context, lines: Sequence[PricedLine], currency: str, said: Decimal | None
) -> Iterator[Bought]:
    # The last one changes first: that tax is inside is tried before anything is left out.
    parts = product(
        _discounts(context, lines, said),
        _shippings(context, lines, said),
        _taxes(context, lines, said),
        _included(context, currency),
    )
    for discount, shipping, tax, included in parts:
        draft = Bought(lines, shipping, discount, tax, included, said or _ZERO)
        yield replace(draft, total=_counted(draft.parts, currency)) if said is None else draft


def _counted(parts: Decimal, currency: str) -> Decimal:
    """Round what we add up ourselves to what the currency is counted in."""
    return quantize(parts, currency) if is_currency(currency) else parts


def _total(context: Context, closed: bool) -> Decimal | None:
    total = context.first_amount("total", "total")
    # A report that counts cancelled orders as nothing says nothing about what they cost.
    return None if closed and not total else total


def _included(context: Context, currency: str) -> tuple[bool, ...]:
    text, row = context.group.first("tax_included")
    told = yes_or_no(text) if text else None
    if text and told is None:
        context.object_to(FindingCode.BAD_VALUE, "tax_included", text, row, "tax_included")
    known = told if told is not None else context.group.body.defaults.tax_included
    if known is None:
        known = context.group.dialect.tax_included
    if known is None and context.group.dialect.name == "amazon":
        known = not _amazon_adds_tax(context, currency)
    return (False, True) if known is None else (known,)


def _amazon_adds_tax(context: Context, currency: str) -> bool:
    channel = context.group.first("sales_channel")[0].casefold()
    if channel.startswith("amazon."):
        return channel in _TAX_ON_TOP
    return currency in _TAX_ON_TOP_CURRENCIES


def _shippings(
    context: Context, lines: Sequence[PricedLine], said: Decimal | None
) -> list[Decimal]:
    extras = sum((line.extra for line in lines), _ZERO)
    tip = context.first_amount("tip", "shipping") or _ZERO
    duties = context.first_amount("duties", "shipping") or _ZERO
    bases = [base + extras for base in _order_amounts(context, "shipping", said)]
    readings = [base + tip + duties for base in bases] + [base + tip for base in bases] + bases
    return list(dict.fromkeys(readings))


def _discounts(
    context: Context, lines: Sequence[PricedLine], said: Decimal | None
) -> list[Decimal]:
    of_lines = sum((line.discount + line.extra_discount for line in lines), _ZERO)
    of_order = [abs(amount) for amount in _order_amounts(context, "discount", said)]
    subtotal = context.first_amount("subtotal", "discount")
    goods = sum((line.goods for line in lines), _ZERO)
    readings: list[Decimal] = []
    for each in of_order:
        # An order's discount that equals those of its lines is the same money told twice.
        readings += [each] if each == of_lines else [each + of_lines, each]
    readings.append(of_lines)
    if subtotal is not None and goods - subtotal >= 0:
        readings.append(goods - subtotal)
    return list(dict.fromkeys(readings))


def _taxes(context: Context, lines: Sequence[PricedLine], said: Decimal | None) -> list[Decimal]:
    of_lines = sum((line.tax + line.extra_tax for line in lines), _ZERO)
    shipping_tax = context.first_amount("shipping_tax", "tax") or _ZERO
    of_order = _order_amounts(context, "tax", said)
    if not context.group.first("tax")[0]:
        return [of_lines + shipping_tax]
    readings = [*of_order, *(each + shipping_tax for each in of_order)]
    return list(dict.fromkeys([*readings, of_lines] if of_lines else readings))


def _order_amounts(context: Context, column: str, said: Decimal | None) -> list[Decimal]:
    """Return what a column may mean for the order: the amount once, or all of its rows added."""
    first = context.first_amount(column, column)
    if first is None:
        return [_ZERO]
    rows = [row for row in context.group.heads if row.get(column)]
    if len({row.get(column) for row in rows}) == 1:
        return [first]
    each = [context.amount(row, column, column) or _ZERO for row in rows]
    if said is None:
        context.refuse("disagree", context.group.header(rows[-1].sheet, column), column, rows[-1])
    return [first, sum(each, _ZERO)]


def _note(context: Context, chosen: Bought, said: Decimal | None) -> None:
    note = context.cleansing.note
    if chosen.tax:
        code = CleansingCode.TAX_INCLUDED if chosen.tax_included else CleansingCode.TAX_ON_TOP
        note(code, "tax", "", chosen.tax)
    elif chosen.tax_included and context.group.dialect.report:
        note(CleansingCode.TAX_UNKNOWN, "tax", "", _ZERO)
    told = context.first_amount("discount", "discount")
    if told and abs(told) > chosen.discount:
        inside: Words = ("; the prices are after this discount already", "；单价已扣除此优惠")
        note(CleansingCode.DISCOUNT, "discount", told, chosen.discount, inside)
    if context.group.first("tip")[0] and chosen.shipping:
        note(CleansingCode.TIP, "shipping", context.group.first("shipping")[0], chosen.shipping)
    if said is None:
        sums: Words = (
            "; the file gives no total, it is the sum of the parts",
            "；文件无合计，按各项相加",
        )
        note(CleansingCode.MONEY, "total", "", chosen.total, sums)
