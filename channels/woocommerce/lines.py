"""The lines and amounts of an order as ours has them, each change of a value noted."""

import re
from html import unescape
from typing import Any

from channels.woocommerce.amounts import LineAmounts, OrderAmounts, line_amounts, order_amounts
from channels.woocommerce.payload import WooLine
from channels.woocommerce.reading import Reading, payment_status
from domain.cleansing import CleansingCode
from domain.money import plain

Hint = tuple[str, str]

_TIP = re.compile(r"\b(tip|gratuity|donation)\b|小费", re.IGNORECASE)
_NET_LINES = ("; WooCommerce's lines are always net", "；WooCommerce 的行金额均为不含税价")
_SURCHARGE = ("; so does a surcharge", "；附加费同样并入")
_REBATE = ("; a negative fee is a discount", "；负数费用视为折扣")


def goods(reading: Reading) -> dict[str, Any]:
    """Return the canonical lines and amounts of the order."""
    order = reading.order
    parts = [line_amounts(line) for line in order.line_items]
    amounts = order_amounts(order, parts)
    lines = [
        _line(line, part, f"lines[{at}]", reading)
        for at, (line, part) in enumerate(zip(order.line_items, parts, strict=True))
    ]
    _note_tax(reading)
    _note_fees(reading, amounts)
    _note_refund(reading)
    return {
        "lines": lines,
        "shipping": amounts.shipping,
        "discount": amounts.discount,
        "tax": order.total_tax,
        "total": order.total,
    }


def _line(line: WooLine, amounts: LineAmounts, path: str, reading: Reading) -> dict[str, Any]:
    is_whole = amounts.quantity == amounts.quantity.to_integral_value()
    document = {
        "line_id": line.id,
        "sku": line.sku,
        "title": unescape(line.name),
        # A fraction stays one, so that it is refused with what was said.
        "quantity": int(amounts.quantity) if is_whole else amounts.quantity,
        "unit_price": amounts.unit_price,
        "discount": amounts.discount,
        "tax": amounts.tax,
        "tax_included": False,
        "total": amounts.total,
    }
    _note_line(line, document, path, reading)
    return document


def _note_line(line: WooLine, document: dict[str, Any], path: str, reading: Reading) -> None:
    note, said, quantity = reading.cleansing.note, plain(line.undiscounted), document["quantity"]
    if quantity != 1:
        division = f"{said} / {quantity}"
        note(CleansingCode.UNIT_PRICE, f"{path}.unit_price", division, document["unit_price"])
    note(CleansingCode.QUANTITY, f"{path}.quantity", line.quantity, quantity)
    note(CleansingCode.TEXT, f"{path}.title", line.name, document["title"])
    if document["discount"]:
        codes = ", ".join(coupon.code for coupon in reading.order.coupon_lines)
        hint = (f": {codes}", f"：{codes}") if codes else ("", "")
        before = f"{said} - {plain(line.total)}"
        note(CleansingCode.DISCOUNT, f"{path}.discount", before, document["discount"], hint)


def _note_tax(reading: Reading) -> None:
    order = reading.order
    if order.total_tax:
        said = f"prices_include_tax {str(order.prices_include_tax).lower()}"
        reading.cleansing.note(CleansingCode.TAX_ON_TOP, "tax", said, order.total_tax, _NET_LINES)


def _note_fees(reading: Reading, amounts: OrderAmounts) -> None:
    note, fees = reading.cleansing.note, reading.order.fee_lines
    is_tip = any(_TIP.search(fee.name) for fee in fees)
    hint: Hint = ("", "") if is_tip else _SURCHARGE
    note(CleansingCode.TIP, "shipping", amounts.freight, amounts.shipping, hint)
    for fee in fees:
        if fee.total < 0:
            note(CleansingCode.DISCOUNT, "discount", fee.total, amounts.discount, _REBATE)


def _note_refund(reading: Reading) -> None:
    order = reading.order
    if not order.refunded or order.plain_status == "refunded":
        return
    # Only the refund itself, another resource of the API, names the pieces it was for.
    back = plain(order.refunded)
    hint = (
        f"; here {back} went back for pieces not named, so lines and total stay as ordered",
        f"；此处退回 {back}，未说明对应商品，故各行与总额保持原样",
    )
    after = payment_status(order)
    reading.cleansing.note(CleansingCode.REFUND, "payment.status", "paid", after, hint)
