"""What mapping an order changed, noted for the order's record (cleansing, 数据清洗)."""

from channels.shopify.amounts import Bought, line_discount
from channels.shopify.payload import RestOrder
from domain.cleansing import Cleansing, CleansingCode
from domain.money import plain
from domain.stages import Stage


def note_identifiers(clean: Cleansing, order: RestOrder, bought: Bought) -> None:
    """Note the ids that a relay had ruined and the gids restored."""
    clean.note(CleansingCode.IDENTIFIER, "external_id", order.id, order.whole_id)
    for index, (line, _) in enumerate(bought.lines):
        clean.note(CleansingCode.IDENTIFIER, f"lines[{index}].line_id", line.id, line.whole_id)


def note_taxes(clean: Cleansing, order: RestOrder, bought: Bought, remitter: str) -> None:
    """Note how the tax was read: inside prices or on top, and who remits it."""
    if bought.tax:
        included = order.taxes_included is True
        code = CleansingCode.TAX_INCLUDED if included else CleansingCode.TAX_ON_TOP
        said = f"taxes_included={'null' if order.taxes_included is None else str(included).lower()}"
        clean.note(code, "lines.tax_included", said, str(included).lower())
    if remitter == "marketplace":
        said = "channel_liable=true"
        clean.note(CleansingCode.TAX_BY_MARKETPLACE, "tax_remitted_by", said, remitter)


def note_amounts(clean: Cleansing, order: RestOrder, bought: Bought) -> None:
    """Note discounts spread over lines and a tip counted as shipping."""
    if any(line.discount_allocations for line, _ in bought.lines):
        shares = ", ".join(plain(line_discount(line)) for line, _ in bought.lines)
        clean.note(CleansingCode.DISCOUNT, "lines.discount", order.total_discounts, shares)
    without_tip = bought.shipping - order.total_tip_received
    clean.note(CleansingCode.TIP, "shipping", without_tip, bought.shipping)


def note_refunds(clean: Cleansing, order: RestOrder, bought: Bought) -> None:
    """Note what refunds and edits took away, where only the rest is still to be shipped."""
    if not bought.is_rest:
        return
    clean.note(CleansingCode.REFUND, "total", order.total_price, bought.total)
    for index, (line, quantity) in enumerate(bought.lines):
        clean.note(CleansingCode.REFUND, f"lines[{index}].quantity", line.quantity, quantity)
    for line in (each for each in order.line_items if each.quantity and not each.remaining):
        clean.note(CleansingCode.REFUND, "lines", f"{line.quantity} × {line.sku or line.id}", "0")


def note_status(clean: Cleansing, order: RestOrder, stage: Stage, payment: str) -> None:
    """Note which stage and which payment the channel's two words became."""
    words = f"{order.financial_status or 'null'} / {order.fulfillment_status or 'null'}"
    said = f"{words} / cancelled" if order.cancelled_at else words
    clean.note(CleansingCode.STATUS, "stage", said, stage.value)
    clean.note(CleansingCode.STATUS, "payment.status", order.financial_status or "null", payment)
