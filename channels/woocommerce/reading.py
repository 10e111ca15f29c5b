"""One order on its way to ours, and what is paid, owed and sent back of it."""

import re
from dataclasses import dataclass, field

from channels.woocommerce.payload import WooOrder
from channels.woocommerce.status import StatusFacts, StatusRow, status_row
from domain.cleansing import Cleansing

_COD = re.compile(r"\bcod\b|cash.on.delivery")
_TRANSFERS = frozenset({"bacs", "cheque"})
_CALLED_OFF = frozenset({"cancelled", "trash"})


@dataclass(frozen=True)
class Reading:
    """What came in, what its status means, and the changes noted so far."""

    order: WooOrder
    facts: StatusFacts
    row: StatusRow
    cleansing: Cleansing = field(default_factory=Cleansing)

    @classmethod
    def of(cls, order: WooOrder, *, migrated: bool) -> "Reading":
        """Begin to read an order; `migrated` says that it comes from the shop's history."""
        facts = status_facts(order, migrated)
        return cls(order, facts, status_row(facts))


def status_facts(order: WooOrder, migrated: bool) -> StatusFacts:
    """Return what decides the order's stage."""
    return StatusFacts(
        status=order.plain_status,
        paid=order.is_paid,
        cod=is_cod(order) and not order.is_paid,
        transfer=order.payment_method in _TRANSFERS,
        migrated=migrated,
        was_completed=order.was_completed,
        digital=_is_digital(order),
    )


def payment_status(order: WooOrder) -> str:
    """Return the canonical payment status; paid is what the shop noted a date of payment for."""
    back, status = order.refunded, order.plain_status
    if status == "refunded" or (back and back >= order.total):
        return "refunded"
    if back:
        return "partially_refunded"
    if order.is_paid:
        return "paid"
    return "voided" if status in _CALLED_OFF else "pending"


def is_cod(order: WooOrder) -> bool:
    """Tell whether the buyer pays, or paid, at the door."""
    said = (order.payment_method, order.payment_method_title)
    return any(_COD.search(name.lower()) for name in said)


def _is_digital(order: WooOrder) -> bool:
    # An order that needs no processing has only virtual, downloadable products; it also looks like
    # that when they were deleted meanwhile, so freight must be missing too.
    return order.needs_processing is False and not order.shipping_lines
