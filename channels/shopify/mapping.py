"""Shopify's order to the canonical order, from its REST form (which GraphQL is brought into).

Sources: shopify.dev/docs/api/admin-rest (Order) and captured deliveries.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from channels.message import ChannelHold, ChannelMessage
from channels.shopify.amounts import Bought, as_left, as_ordered, line_discount, line_tax
from channels.shopify.changes import (
    note_amounts,
    note_identifiers,
    note_refunds,
    note_status,
    note_taxes,
)
from channels.shopify.parcels import ARRIVED, NOT_ARRIVED, VOID
from channels.shopify.parties import buyer, postal_address
from channels.shopify.payload import RestLine, RestOrder
from channels.shopify.payments import is_cod, payment_status, payment_terms
from channels.shopify.status import StatusFacts, StatusRow, cancel_reason, status_row
from domain.cleansing import Cleansing
from domain.findings import Finding, FindingCode, finding, is_blocking
from domain.money import quantize
from domain.order import CanonicalOrder, rfc3339
from domain.stages import Stage
from domain.validation import DIGITAL, findings_of, validate

_TO_BE_SHIPPED = frozenset({Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING})


def order_message(order: RestOrder, shop: str, hold: ChannelHold | None = None) -> ChannelMessage:
    """Say what an order means: an order, or its cancellation once it is closed."""
    facts = _status_facts(order)
    row = status_row(facts)
    clean = Cleansing()
    canonical, findings = _canonical(_document(order, row, facts, shop, clean), order, row)
    closed = row.stage is Stage.CLOSED_ABNORMALLY
    return ChannelMessage(
        kind="cancellation" if closed else "order",
        external_id=order.whole_id,
        source_updated_at=order.updated_at or order.created_at,
        order=canonical,
        findings=tuple(findings),
        cancel_reason=cancel_reason(facts) if closed else None,
        cleansing=clean.steps,
        hold=hold,
    )


def _canonical(
    document: dict[str, Any], order: RestOrder, row: StatusRow
) -> tuple[CanonicalOrder | None, list[Finding]]:
    try:
        canonical = CanonicalOrder.model_validate(document)
    except ValidationError as error:
        return None, findings_of(error)
    findings = [*validate(canonical, "channel"), *_status_findings(order, row)]
    return (None if is_blocking(findings) else canonical), findings


def _status_findings(order: RestOrder, row: StatusRow) -> Iterator[Finding]:
    if "unknown_status" in row.flags:
        words = f"{order.financial_status} / {order.fulfillment_status}"
        path = "financial_status"
        yield finding(FindingCode.UNKNOWN_STATUS, path, words, severity="warning")


def _document(
    order: RestOrder, row: StatusRow, facts: StatusFacts, shop: str, clean: Cleansing
) -> dict[str, Any]:
    bought = _bought(order, row)
    remitter, payment = _tax_remitter(order), payment_status(order)
    note_identifiers(clean, order, bought)
    note_taxes(clean, order, bought, remitter)
    note_amounts(clean, order, bought)
    note_refunds(clean, order, bought)
    note_status(clean, order, row.stage, payment)
    return {
        "channel": "shopify",
        "shop": shop,
        "external_id": order.whole_id,
        "number": order.name or order.order_number,
        "placed_at": order.created_at,
        "source_updated_at": order.updated_at,
        "currency": order.currency.upper(),
        "customer": buyer(order, clean),
        "shipping_address": postal_address(order.shipping_address, clean),
        "lines": [_line(line, quantity, order) for line, quantity in bought.lines],
        "tax_remitted_by": remitter,
        "payment": {"status": payment, "terms": payment_terms(order)},
        "channel_status": _channel_status(order),
        "stage": row.stage,
        "flags": _flags(order, row, facts, bought),
        "notes": order.note,
    } | _written(
        order.currency,
        shipping=bought.shipping,
        discount=bought.discount,
        tax=bought.tax,
        total=bought.total,
    )


def _bought(order: RestOrder, row: StatusRow) -> Bought:
    """Count what is left where something is still to be shipped, else what was ordered."""
    reduced = any(line.remaining < line.quantity for line in order.line_items)
    left = any(line.remaining > 0 for line in order.line_items)
    to_be_shipped = row.stage in _TO_BE_SHIPPED
    return as_left(order) if reduced and left and to_be_shipped else as_ordered(order)


def _line(line: RestLine, quantity: int, order: RestOrder) -> dict[str, Any]:
    tax_included = order.taxes_included is True
    share = Decimal(quantity) / line.quantity if line.quantity else Decimal(1)
    discount = _prorated(line_discount(line), share, order.currency)
    tax = _prorated(line_tax(line), share, order.currency)
    on_top = Decimal(0) if tax_included else tax
    return {
        "line_id": line.whole_id,
        "sku": line.sku,
        "title": line.name or line.title,
        "quantity": quantity,
        "tax_included": tax_included,
    } | _written(
        order.currency,
        unit_price=line.price,
        discount=discount,
        tax=tax,
        total=line.price * quantity - discount + on_top,
    )


def _written(currency: str, **amounts: Decimal) -> dict[str, Decimal]:
    """Give amounts at least the currency's decimals: GraphQL writes `13.5` for dollars."""
    rounded = {name: quantize(amount, currency.upper()) for name, amount in amounts.items()}
    return {
        name: rounded[name] if rounded[name] == amounts[name] else amounts[name] for name in amounts
    }


def _prorated(amount: Decimal, share: Decimal, currency: str) -> Decimal:
    return amount if share == 1 else quantize(amount * share, currency.upper())


def _tax_remitter(order: RestOrder) -> str:
    taxes = (tax for line in order.line_items for tax in line.tax_lines)
    return "marketplace" if any(tax.channel_liable for tax in taxes) else "seller"


def _status_facts(order: RestOrder) -> StatusFacts:
    shipped = [f for f in order.fulfillments if f.status not in VOID]
    left = [line.fulfillable_quantity for line in order.line_items]
    return StatusFacts(
        financial=order.financial_status,
        fulfilment=order.fulfillment_status,
        cancelled=order.cancelled_at is not None,
        cancel_reason=order.cancel_reason,
        cod=is_cod(order),
        terms=order.payment_terms is not None,
        fulfillable=any(quantity is None or quantity > 0 for quantity in left),
        ships=any(line.requires_shipping is not False for line in order.line_items),
        delivered=bool(shipped) and all(f.shipment_status in ARRIVED for f in shipped),
        delivery_failed=any(f.shipment_status in NOT_ARRIVED for f in shipped),
    )


def _channel_status(order: RestOrder) -> dict[str, str | None]:
    moments = {"cancelled_at": order.cancelled_at, "closed_at": order.closed_at}
    return {
        "financial_status": order.financial_status or None,
        "fulfillment_status": order.fulfillment_status or None,
        "cancel_reason": order.cancel_reason or None,
        "source_name": order.source_name or None,
    } | {name: rfc3339(at) if at else None for name, at in moments.items()}


def _flags(order: RestOrder, row: StatusRow, facts: StatusFacts, bought: Bought) -> tuple[str, ...]:
    edited = bought.total != order.total_price or len(bought.lines) != len(order.line_items)
    extra = {DIGITAL: not facts.ships, "edited": edited, "pos": order.source_name == "pos"}
    return (*row.flags, *(flag for flag, holds in extra.items() if holds))
