"""The order lines of a group: quantity, price of one piece, discount and tax of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count

from channels.spreadsheet.context import Context
from channels.spreadsheet.group import Cells
from channels.spreadsheet.values import has_lost_digits
from channels.spreadsheet.wording import Words
from domain.cleansing import CleansingCode
from domain.findings import FindingCode
from domain.money import MAX_FRACTION_DIGITS

_ZERO = Decimal(0)
_TOLERANCE = Decimal("0.01")
_SMALLEST = Decimal(1).scaleb(-MAX_FRACTION_DIGITS)


@dataclass(frozen=True)
class PricedLine:
    """One line; `said_total` is what the file says where nothing else agrees with it.

    `extra` is freight and wrapping charged with the line, `extra_tax` their tax and
    `extra_discount` what was taken off them.
    """

    row: Cells
    line_id: str
    sku: str
    title: str
    quantity: int
    unit_price: Decimal
    discount: Decimal = _ZERO
    tax: Decimal = _ZERO
    said_total: Decimal | None = None
    extra: Decimal = _ZERO
    extra_tax: Decimal = _ZERO
    extra_discount: Decimal = _ZERO

    @property
    def goods(self) -> Decimal:
        """The line before discount."""
        return self.unit_price * self.quantity


def repeats(rows: Sequence[Cells]) -> dict[int, int]:
    """Find rows that repeat an earlier one exactly, row counters aside: which repeats which."""
    if len(rows) < 2:
        return {}
    seen: dict[frozenset[tuple[str, str]], Cells] = {}
    found: dict[int, int] = {}
    for row in rows:
        content = frozenset(item for item in row.values.items() if item[0] != "row_number")
        first = seen.setdefault(content, row)
        if first is not row:
            found[row.row] = first.row
    return found


def note_repeats(context: Context, repeated: Mapping[int, int]) -> None:
    """Say which rows were left out because they repeat another."""
    for row, first in repeated.items():
        twice = (
            f"; row {row} repeats row {first} exactly and counts once",
            f"；第 {row} 行与第 {first} 行完全相同，只计一次",
        )
        context.cleansing.note(CleansingCode.QUANTITY, "lines", f"row {row}", "-", twice)


def priced_lines(context: Context, rows: Sequence[Cells], closed: bool) -> list[PricedLine]:
    """Read the lines; what can't be read becomes findings. `closed`: the order was called off."""
    named = [row.get("line_id") for row in rows]
    # Ids of our own where the file has none, or not one for each line.
    ids = named if all(named) and len(set(named)) == len(named) else map(str, count(1))
    each = (_line(context, row, i, own, closed) for row, i, own in zip(rows, count(), ids))
    return [line for line in each if line is not None]


def _line(
    context: Context, row: Cells, index: int, line_id: str, closed: bool
) -> PricedLine | None:
    path = f"lines[{index}]"
    quantity = _quantity(context, row, path, closed)
    unit = context.amount(row, "unit_price", f"{path}.unit_price")
    total = context.amount(row, "line_total", f"{path}.total")
    if quantity is None:
        return None
    goods = _ZERO if unit is None else unit * quantity
    discount = _discount(context, row, path, goods)
    tax = context.amount(row, "line_tax", f"{path}.tax") or _ZERO
    line = PricedLine(
        row,
        line_id,
        _sku(context, row, path),
        _title(context, row, path),
        quantity,
        unit if unit is not None else _ZERO,
        discount,
        tax,
        **_extras(context, row, path),
    )
    if unit is None:
        return _by_total(context, line, total, path, closed)
    return _checked(context, line, total, path)


def _quantity(context: Context, row: Cells, path: str, closed: bool) -> int | None:
    field = f"{path}.quantity"
    said = row.get("quantity")
    if not said and not context.group.has_column("quantity"):
        each: Words = ("; the file counts one row per piece", "；文件每行为一件")
        context.cleansing.note(CleansingCode.QUANTITY, field, "", 1, each)
        return 1
    number = context.quantity(row, field)
    if number == 0 and closed:
        gone: Words = (
            "; a cancelled line counts 0, kept as one piece",
            "；已取消的行数量为 0，按一件保留",
        )
        context.cleansing.note(CleansingCode.QUANTITY, field, 0, 1, gone)
        return 1
    if number is not None and number < 1:
        context.object_to(FindingCode.BAD_QUANTITY, field, said, row, "quantity")
        return None
    return number


def _discount(context: Context, row: Cells, path: str, goods: Decimal) -> Decimal:
    field = f"{path}.discount"
    said = context.amount(row, "line_discount", field)
    if said is not None:
        context.cleansing.note(CleansingCode.DISCOUNT, field, said, abs(said))
        return abs(said)
    rate = _rate(context, row, field) if row.get("line_discount_rate") else _ZERO
    if not rate:
        return _ZERO
    discount = (goods * rate).quantize(_SMALLEST).normalize()
    discount = discount if discount else _ZERO
    share: Words = ("; the file gives a share of the line", "；文件给出的是折扣率")
    context.cleansing.note(CleansingCode.DISCOUNT, field, rate, discount, share)
    return discount


def _rate(context: Context, row: Cells, field: str) -> Decimal:
    """Read a share: 0.15, or 15 and 15% for as many hundredths."""
    text = row.get("line_discount_rate")
    bare = Cells(row.sheet, row.row, {"line_discount_rate": text.rstrip("%％ ")})
    rate = context.amount(bare, "line_discount_rate", field) or _ZERO
    rate = rate / 100 if rate > 1 or text.endswith(("%", "％")) else rate
    if not 0 <= rate <= 1:
        context.object_to(FindingCode.BAD_AMOUNT, field, text, row, "line_discount_rate")
        return _ZERO
    return rate


def _extras(context: Context, row: Cells, path: str) -> dict[str, Decimal]:
    def added(*columns: str) -> Decimal:
        amounts = (context.amount(row, column, f"{path}.{column}") for column in columns)
        return sum((each for each in amounts if each), _ZERO)

    if not context.group.has_column("line_shipping", "line_gift_wrap", "line_shipping_discount"):
        return {}
    return {
        "extra": added("line_shipping", "line_gift_wrap"),
        "extra_tax": added("line_shipping_tax", "line_gift_wrap_tax"),
        "extra_discount": abs(added("line_shipping_discount")),
    }


def _by_total(
    context: Context, line: PricedLine, total: Decimal | None, path: str, closed: bool
) -> PricedLine | None:
    """Work the price of one piece out of the line's total."""
    field = f"{path}.unit_price"
    if total is None:
        return _without_price(context, line, field, closed)
    before = total if context.group.dialect.total_before_discount else total + line.discount
    unit = _each(before, line.quantity)
    context.cleansing.note(CleansingCode.UNIT_PRICE, field, "", unit)
    return replace(line, unit_price=unit)


def _without_price(
    context: Context, line: PricedLine, field: str, closed: bool
) -> PricedLine | None:
    if closed:
        blank: Words = ("; a cancelled order without an amount", "；已取消的订单没有金额")
        context.cleansing.note(CleansingCode.MONEY, field, "", _ZERO, blank)
        return line
    if not (line.row.get("unit_price") or line.row.get("line_total")):
        column = "line_total" if context.group.has_column("line_total") else "unit_price"
        if context.group.body.formulas:
            context.refuse("formula", column, field, line.row, column)
        else:
            context.object_to(FindingCode.REQUIRED, field, "", line.row, column)
    return None


def _checked(context: Context, line: PricedLine, total: Decimal | None, path: str) -> PricedLine:
    """Hold the line's total against its unit price."""
    if total is None or _agree(line, total):
        return line
    if context.group.dialect.line_total_wins:
        unit = _each(total + line.discount, line.quantity)
        why: Words = ("; this report's unit price is wrong", "；此报表的单价不准确")
        context.cleansing.note(
            CleansingCode.UNIT_PRICE, f"{path}.unit_price", line.unit_price, unit, why
        )
        return replace(line, unit_price=unit)
    return replace(line, said_total=total)


def _agree(line: PricedLine, total: Decimal) -> bool:
    readings = _readings(line)
    return any(abs(total - reading) <= _TOLERANCE for reading in readings)


def _readings(line: PricedLine) -> Iterator[Decimal]:
    yield line.goods
    yield line.goods - line.discount
    yield line.goods - line.discount + line.tax
    yield line.goods + line.tax


def _each(total: Decimal, quantity: int) -> Decimal:
    if quantity == 1:
        return total
    unit = (total / quantity).quantize(_SMALLEST)
    shortest = unit.normalize()
    return shortest if int(shortest.as_tuple().exponent) <= 0 else shortest.quantize(Decimal(1))


def _sku(context: Context, row: Cells, path: str) -> str:
    product = context.group.products.get(row.get("product_id") or row.get("sku"))
    sku = row.get("sku") or (product.get("sku") if product else "") or row.get("product_id")
    sku = context.identifier(sku, f"{path}.sku")
    if has_lost_digits(sku):
        context.refuse("lost_digits", sku, f"{path}.sku", row, "sku")
    return context.text(sku, row, "sku", f"{path}.sku")


def _title(context: Context, row: Cells, path: str) -> str:
    product = context.group.products.get(row.get("product_id") or row.get("sku"))
    title = row.get("title") or (product.get("title") if product else "")
    variant = row.get("variant")
    text = f"{title} / {variant}" if title and variant else title or variant
    return context.text(text, row, "title", f"{path}.title")[:500] if text else ""
