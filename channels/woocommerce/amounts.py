"""What a WooCommerce order costs. Its lines are always net, whatever the catalogue's prices are.

total = sum(line.total) + sum(shipping.total) + sum(fee.total) + total_tax (woocommerce,
WC_Abstract_Order::calculate_totals). `prices_include_tax` only tells how staff type prices in.
Coupons are the difference between a line's subtotal and total. A gift card or store credit may
lower the total without touching the lines; then `discount_total` is the reading that adds up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

from channels.woocommerce.payload import WooLine, WooOrder

_ZERO = Decimal(0)
_CENT = Decimal("0.01")
_FINEST = Decimal("0.000001")


@dataclass(frozen=True)
class LineAmounts:
    """One line: the price of a piece before coupons, net; the rest for the whole line.

    `total` is what the buyer pays for the line, tax included.
    """

    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal


@dataclass(frozen=True)
class OrderAmounts:
    """The order: `freight` is part of `shipping`, `surcharges` the rest of it."""

    freight: Decimal
    surcharges: Decimal
    discount: Decimal

    @property
    def shipping(self) -> Decimal:
        """Everything charged beside the goods."""
        return self.freight + self.surcharges


def line_amounts(line: WooLine) -> LineAmounts:
    """Work a line's parts out of its net amounts, so that they add up again."""
    price = _unit_price(line.undiscounted, line.quantity)
    drift = price * line.quantity - line.undiscounted
    # Below half a cent the drift is lost in the tolerance; above, thousands of pieces multiplied
    # it, and the discount takes it.
    residue = drift if drift > _CENT / 2 else _ZERO
    return LineAmounts(
        quantity=line.quantity,
        unit_price=price,
        discount=line.undiscounted - line.total + residue,
        tax=line.total_tax,
        total=line.total + line.total_tax,
    )


def order_amounts(order: WooOrder, lines: Sequence[LineAmounts]) -> OrderAmounts:
    """Sum up what is charged and rebated beside the lines."""
    fees = [fee.total for fee in order.fee_lines]
    surcharges = sum((fee for fee in fees if fee > 0), _ZERO)
    rebates = -sum((fee for fee in fees if fee < 0), _ZERO)
    freight = sum((line.total for line in order.shipping_lines), _ZERO)
    if not order.shipping_lines:
        freight = order.shipping_total
    coupons = sum((line.discount for line in lines), _ZERO)
    goods = sum((line.unit_price * line.quantity for line in lines), _ZERO)
    rest = goods + freight + surcharges - rebates + order.total_tax - order.total
    fits = [c for c in (coupons, order.discount_total) if abs(rest - c) <= _CENT * len(lines)]
    return OrderAmounts(freight, surcharges, (fits[0] if fits else coupons) + rebates)


def _unit_price(amount: Decimal, quantity: Decimal) -> Decimal:
    """Divide to at most six decimals; upwards where rounding would cost more than half a cent."""
    if quantity <= 0:
        return amount
    price = amount / quantity
    if price == price.quantize(_FINEST):
        return price.quantize(_FINEST) if -int(price.as_tuple().exponent) > 6 else price
    near = price.quantize(_FINEST, ROUND_HALF_UP)
    is_near = abs(near * quantity - amount) <= _CENT / 2
    return near if is_near else price.quantize(_FINEST, ROUND_UP)
