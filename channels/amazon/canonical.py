"""An Amazon purchase to the canonical order, and to what its status says beside it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from channels.amazon import steps
from channels.amazon.amounts import Bought, LineAmounts, bought, is_collected
from channels.amazon.marketplaces import Marketplace, marketplace_of
from channels.amazon.parcels import meanings, moment, parcel_messages
from channels.amazon.parties import buyer, postal_address
from channels.amazon.purchase import Item, Purchase
from channels.amazon.review import findings_on, refusal
from channels.amazon.status import (
    UNKNOWN,
    StatusFacts,
    StatusRow,
    cancel_reason,
    is_pending,
    status_row,
)
from channels.message import ChannelHold, ChannelMessage
from domain.cleansing import Cleansing, CleansingCode
from domain.findings import Finding, is_blocking
from domain.money import MAX_FRACTION_DIGITS
from domain.order import CanonicalOrder, rfc3339
from domain.stages import Stage
from domain.validation import findings_of

_SMALLEST = Decimal(1).scaleb(-MAX_FRACTION_DIGITS)


@dataclass(frozen=True)
class _Draft:
    """What the parts of the order are made from."""

    purchase: Purchase
    row: StatusRow
    items: tuple[Item, ...]
    place: Marketplace
    currency: str
    amounts: Bought
    cleansing: Cleansing


def messages_of(purchase: Purchase, shop: str) -> Iterator[ChannelMessage]:
    """Say what a purchase means: the order or its cancellation, its parcels and deliveries."""
    row = status_row(_facts(purchase))
    closed = row.stage is Stage.CLOSED_ABNORMALLY
    cleansing = Cleansing()
    order, findings = _canonical(purchase, row, shop, cleansing)
    yield ChannelMessage(
        kind="cancellation" if closed else "order",
        external_id=purchase.id,
        source_updated_at=moment(purchase.updated_at) or moment(purchase.placed_at),
        order=order,
        findings=tuple(findings),
        cancel_reason=cancel_reason(row, purchase.cancelled_by) if closed else None,
        cleansing=cleansing.steps,
        hold=None if closed else ChannelHold(row.hold),
    )
    if order is not None:
        yield from parcel_messages(purchase, row.stage)


def _facts(purchase: Purchase) -> StatusFacts:
    return StatusFacts(
        status=purchase.status,
        parcels=meanings(purchase),
        fulfilled_by_amazon=purchase.fulfilled_by_amazon,
        cancel_requested=purchase.cancel_requested,
        regulated=purchase.has_regulated_items,
    )


def _canonical(
    purchase: Purchase, row: StatusRow, shop: str, cleansing: Cleansing
) -> tuple[CanonicalOrder | None, list[Finding]]:
    draft = _draft(purchase, row, cleansing)
    refused = list(refusal(purchase, row, draft.items))
    if refused:
        return None, refused
    try:
        order = CanonicalOrder.model_validate(_document(draft, shop))
    except ValidationError as error:
        return None, findings_of(error)
    findings = findings_on(order, purchase, row)
    return (None if is_blocking(findings) else order), findings


def _draft(purchase: Purchase, row: StatusRow, cleansing: Cleansing) -> _Draft:
    items = _counted(purchase, row, cleansing)
    said = sorted(purchase.currencies.union(*(item.currencies for item in items)))
    named = said[0] if said else ""
    place = marketplace_of(purchase.marketplace_id, purchase.marketplace_name, named)
    total = purchase.total.value if purchase.total else None
    amounts = bought(items, purchase.order_charges, total, place)
    currency = named or place.currency
    if not named:
        steps.note_currency(cleansing, place)
    return _Draft(purchase, row, items, place, currency, amounts, cleansing)


def _counted(purchase: Purchase, row: StatusRow, cleansing: Cleansing) -> tuple[Item, ...]:
    """Leave out items of 0 pieces, which were cancelled; a closed order keeps them as one each."""
    items = purchase.items or ()
    left = tuple(item for item in items if item.quantity != 0)
    if not left and row.stage is Stage.CLOSED_ABNORMALLY:
        for index in range(len(items)):
            hint = ("; Amazon empties cancelled lines", "；亚马逊将已取消的行清零")
            path = f"lines[{index}].quantity"
            cleansing.note(CleansingCode.QUANTITY, path, 0, 1, hint)
        return tuple(_of_one(item) for item in items)
    for item in items:
        if item.quantity == 0:
            before = f"order item {item.id}: 0 pieces"
            cleansing.note(CleansingCode.REFUND, "lines", before, "left out")
    return left


def _of_one(item: Item) -> Item:
    return replace(item, quantity=1)


def _document(draft: _Draft, shop: str) -> dict[str, Any]:
    purchase, amounts, cleansing = draft.purchase, draft.amounts, draft.cleansing
    steps.note_status(cleansing, purchase, draft.row)
    steps.note_date(cleansing, "placed_at", purchase.placed_at)
    steps.note_date(cleansing, "source_updated_at", purchase.updated_at)
    if not _is_unpriced(draft):
        steps.note_amounts(cleansing, purchase, draft.items, amounts)
    steps.note_remitter(cleansing, draft.items)
    collected = any(is_collected(item) for item in draft.items)
    return {
        "channel": "amazon",
        "shop": shop,
        "external_id": purchase.id,
        "number": purchase.id,
        "placed_at": purchase.placed_at,
        "source_updated_at": purchase.updated_at or None,
        "currency": draft.currency,
        "customer": buyer(purchase, cleansing),
        "shipping_address": postal_address(purchase.recipient, cleansing),
        "lines": [_line(draft, index) for index in range(len(draft.items))],
        "shipping": amounts.shipping,
        "discount": amounts.discount,
        "tax": amounts.tax,
        "tax_remitted_by": "marketplace" if collected else "seller",
        "total": amounts.total,
        "payment": {"status": _payment_status(draft), "terms": "cod" if purchase.cod else ""},
        "channel_status": _channel_status(purchase),
        "stage": draft.row.stage,
        "flags": _flags(draft),
        "notes": purchase.notes,
    }


def _line(draft: _Draft, index: int) -> dict[str, Any]:
    item, amounts = draft.items[index], draft.amounts.lines[index]
    path, included = f"lines[{index}]", draft.amounts.reading.tax_included
    unit_price = _unit_price(item, amounts)
    steps.note_line(draft.cleansing, path, item, unit_price)
    steps.note_tax(draft.cleansing, path, item, amounts, included, draft.place)
    return {
        "line_id": item.id,
        "sku": item.sku,
        "title": item.title,
        "quantity": item.quantity,
        "unit_price": unit_price,
        "discount": amounts.discount,
        "tax": amounts.tax,
        "tax_included": included,
        "total": amounts.total(included),
    }


def _unit_price(item: Item, line: LineAmounts) -> Decimal:
    """Return the price of one piece, to six decimals where it does not come out even.

    The line's total stays Amazon's own: up to 20000 pieces the rounding is within the tolerance
    of 0.01 that validation grants a line, and beyond that it says so.
    """
    pieces = item.quantity if type(item.quantity) is int and item.quantity > 0 else 1
    if item.unit_price is not None and item.unit_price * pieces == line.price:
        return item.unit_price
    exact = line.price / pieces
    return exact if exact == round(exact, 2) else exact.quantize(_SMALLEST)


def _is_unpriced(draft: _Draft) -> bool:
    return is_pending(draft.row) and draft.purchase.total is None


def _payment_status(draft: _Draft) -> str:
    """Amazon takes the buyer's money before it releases an order; cash comes with the parcel."""
    if is_pending(draft.row):
        return "pending"
    if draft.row.word == "cancelled":
        return "voided"
    return "pending" if draft.purchase.cod and draft.row.stage is not Stage.COMPLETED else "paid"


def _channel_status(purchase: Purchase) -> dict[str, str | None]:
    updated = moment(purchase.updated_at)
    said = {
        "order_status": purchase.status,
        "fulfilled_by": "AMAZON" if purchase.fulfilled_by_amazon else "MERCHANT",
        "marketplace_id": purchase.marketplace_id,
        "marketplace": purchase.marketplace_name,
        "service_level": purchase.service_level,
        "easy_ship_status": purchase.easy_ship_status,
        "cancelled_by": purchase.cancelled_by,
        "updated_at": rfc3339(updated) if updated else "",
    }
    return {name: word or None for name, word in said.items()}


def _flags(draft: _Draft) -> tuple[str, ...]:
    purchase, included = draft.purchase, draft.amounts.reading.tax_included
    strange_parcel = "unknown" in meanings(purchase) and draft.row is not UNKNOWN
    lines = zip(draft.items, draft.amounts.lines, strict=True)
    extra = {
        "amounts_pending": _is_unpriced(draft),
        "fulfilled_by_channel": purchase.fulfilled_by_amazon,
        "tax_unknown": any(steps.is_tax_unknown(item, line, included) for item, line in lines),
        "replacement": purchase.replacement,
        "multi_channel": purchase.multi_channel,
        "unknown_status": strange_parcel,
    }
    return (*draft.row.flags, *(flag for flag, holds in extra.items() if holds))
