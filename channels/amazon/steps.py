"""What the mapping of an Amazon order changed, said for its record: tax, prices, charges, dates."""

from collections.abc import Sequence
from decimal import Decimal

from channels.amazon.amounts import Bought, LineAmounts, is_collected
from channels.amazon.marketplaces import Marketplace
from channels.amazon.purchase import Amount, Item, Purchase
from channels.amazon.status import StatusRow
from domain.cleansing import Cleansing, CleansingCode
from domain.money import plain
from domain.order import instant, rfc3339


def note_date(cleansing: Cleansing, field: str, said: str) -> None:
    """Note an instant that was written with another offset than UTC's."""
    try:
        moment = instant(said)
    except ValueError:
        return
    if not said.rstrip().endswith(("Z", "z", "+00:00")):
        cleansing.note(CleansingCode.DATE, field, said, rfc3339(moment))


def note_currency(cleansing: Cleansing, place: Marketplace) -> None:
    """Note that an order without any amount is in its marketplace's currency."""
    where = (f"; that of {place.name}", f"；取自 {place.name}")
    cleansing.note(CleansingCode.MONEY, "currency", "no currency", place.currency, where)


def note_status(cleansing: Cleansing, purchase: Purchase, row: StatusRow) -> None:
    """Note which stage the status was taken for."""
    shipper = "by Amazon" if purchase.fulfilled_by_amazon else "by merchant"
    cleansing.note(CleansingCode.STATUS, "stage", f"{purchase.status}, {shipper}", row.stage)


def note_amounts(
    cleansing: Cleansing, purchase: Purchase, items: Sequence[Item], found: Bought
) -> None:
    """Note how charges and discounts were summed, and what became of Amazon's total."""
    extras = [*(a for item in items for a in item.charges), *purchase.order_charges]
    if any(amount.word == "DELIVERY_TIP" for amount in extras):
        cleansing.note(CleansingCode.TIP, "shipping", _sum_of(extras), found.shipping)
    elif any("ship" not in amount.word.lower() for amount in extras):
        hint = ("; shipping, wrapping and fees are one amount", "；运费、包装费与手续费合计")
        cleansing.note(CleansingCode.MONEY, "shipping", _sum_of(extras), found.shipping, hint)
    if found.discount:
        parts = [item.discount for item in items if item.discount.value]
        cleansing.note(CleansingCode.DISCOUNT, "discount", _sum_of(parts), found.discount)
    if purchase.total is None:
        hint = ("; Amazon gave no total, it is worked out", "；亚马逊未提供总额，由各项合计得出")
        cleansing.note(CleansingCode.MONEY, "total", "no total", found.total, hint)
    elif found.reading.withheld:
        hint = ("; Amazon's total leaves out the tax it keeps", "；亚马逊总额不含其代缴税款")
        cleansing.note(CleansingCode.MONEY, "total", str(purchase.total), found.total, hint)


def note_line(cleansing: Cleansing, path: str, item: Item, unit_price: Decimal) -> None:
    """Note a price of one piece that was worked out from the whole line."""
    if item.price is None or item.quantity == 1:
        return
    if item.unit_price != unit_price:
        before = f"{item.price} / {item.quantity}"
        cleansing.note(CleansingCode.UNIT_PRICE, f"{path}.unit_price", before, unit_price)


def note_tax(
    cleansing: Cleansing,
    path: str,
    item: Item,
    line: LineAmounts,
    included: bool,
    place: Marketplace,
) -> None:
    """Note whether a line's tax is inside its price, on top of it, or unknown."""
    where = _whose_rule(included, place)
    if is_tax_unknown(item, line, included):
        cleansing.note(CleansingCode.TAX_UNKNOWN, f"{path}.tax", str(item.tax), "unknown", where)
    elif line.tax:
        said, price = plain(line.tax), plain(line.price)
        code = CleansingCode.TAX_INCLUDED if included else CleansingCode.TAX_ON_TOP
        became = f"{said} inside {price}" if included else f"{said} on top of {price}"
        cleansing.note(code, f"{path}.tax", str(item.tax), became, where)


def note_remitter(cleansing: Cleansing, items: Sequence[Item]) -> None:
    """Note that the marketplace withholds the tax."""
    model = next((item.collected for item in items if is_collected(item)), "")
    if model:
        before = f"TaxCollection {model}"
        cleansing.note(CleansingCode.TAX_BY_MARKETPLACE, "tax_remitted_by", before, "marketplace")


def is_tax_unknown(item: Item, line: LineAmounts, tax_included: bool) -> bool:
    """Tell whether a tax of 0 says nothing.

    Where prices contain the tax, Amazon reports 0.00 for sellers outside its VAT calculation
    service (issues 1766, 3004 and 4858 of amzn/selling-partner-api-models).
    """
    return tax_included and not item.tax.value and line.price > 0


def _whose_rule(included: bool, place: Marketplace) -> tuple[str, str]:
    if included == place.tax_included:
        return f" ({place.name})", f"（{place.name}）"
    return " (the order's total adds up only so)", "（只有这样订单总额才相符）"


def _sum_of(amounts: Sequence[Amount]) -> str:
    return " + ".join(str(amount) for amount in amounts)
