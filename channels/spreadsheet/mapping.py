"""The rows of one order to messages: the order or its cancellation, then its parcel and delivery.

`read` gets the bytes of a group (channels/spreadsheet/group.py). Findings name sheet, row and
column. An order of a marketplace's report or of a migration is validated as a channel order: what
it has no customer or SKU for is a warning, since nobody could have filled that in.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from channels.message import ChannelHold, ChannelMessage, ParcelFact
from channels.spreadsheet.amounts import Bought, bought
from channels.spreadsheet.context import Context
from channels.spreadsheet.group import Cells, Group, parsed
from channels.spreadsheet.lines import PricedLine, note_repeats, priced_lines, repeats
from channels.spreadsheet.options import DEFAULT_SHOP
from channels.spreadsheet.parties import buyer, postal_address
from channels.spreadsheet.places import placed
from channels.spreadsheet.standing import Standing, line_is_gone, standing
from channels.spreadsheet.tolerance import tolerated
from channels.spreadsheet.values import has_lost_digits, yes_or_no
from domain.cleansing import CleansingCode
from domain.findings import FindingCode, finding, is_blocking
from domain.holds import ReasonCode
from domain.order import CanonicalOrder, Origin
from domain.stages import Stage
from domain.validation import findings_of, validate

_ZERO = Decimal(0)
_CREDIT = re.compile(r"[Cc]-?\d{4,}")
_AGREEING = ("total", "currency", "customer_id", "email", "country")
_UTF8 = frozenset({"", "utf-8", "utf-8-sig"})


@dataclass(frozen=True)
class _Times:
    placed: datetime | None
    shipped: datetime | None
    latest: datetime | None


def read(topic: str, raw_body: bytes, shop: str = DEFAULT_SHOP) -> list[ChannelMessage]:
    """Say what a group of rows means; never raises. `topic` is not looked at."""
    del topic
    try:
        group = parsed(raw_body)
    except ValueError:
        return [ChannelMessage("order", None, findings=(finding(FindingCode.NOT_AN_ORDER),))]
    return messages_of(group, shop)


def messages_of(group: Group, shop: str) -> list[ChannelMessage]:
    """Say what a group means: at least one message."""
    context = Context(group)
    key = group.first("order_id")[0] or group.body.key
    external_id = _identifier(context, key)
    refused = _no_order(context, external_id)
    if refused is not None:
        return [refused]
    stands = standing(context)
    times = _times(context)
    order = _order(context, external_id, shop, stands, times)
    findings = tuple(context.findings)
    message = ChannelMessage(
        kind="cancellation" if stands.closed else "order",
        external_id=external_id,
        source_updated_at=times.latest,
        order=order,
        findings=findings,
        cancel_reason=(stands.reason or ReasonCode.OTHER) if stands.closed else None,
        cleansing=context.cleansing.steps,
        hold=ChannelHold(ReasonCode.OTHER) if stands.held else None,
    )
    return [message, *_progress(context, external_id, stands, times)] if order else [message]


def _identifier(context: Context, key: str) -> str:
    bare = context.identifier(key, "external_id")
    if has_lost_digits(bare):
        row = context.group.first("order_id")[1]
        context.refuse("lost_digits", bare, "external_id", row, "order_id")
    return bare


def _no_order(context: Context, external_id: str) -> ChannelMessage | None:
    """Recognise what is no order: rows out of place, test orders, credit notes, adjustments."""
    group = context.group
    shifted = next((row for row in (*group.heads, *group.lines) if row.surplus), None)
    if shifted is not None:
        context.refuse("shifted", f"{external_id} (+{shifted.surplus})", "", shifted)
    elif yes_or_no(group.first("test")[0]):
        context.findings.append(finding(FindingCode.TEST_ORDER))
    elif _is_credit(context, external_id):
        return _credit(context, external_id)
    else:
        return None
    return ChannelMessage("order", external_id, findings=tuple(context.findings))


def _is_credit(context: Context, external_id: str) -> bool:
    negative = [_is_negative(row) for row in context.group.lines]
    named = bool(_CREDIT.fullmatch(external_id)) and any(negative)
    return bool(negative) and (all(negative) or named)


def _is_negative(row: Cells) -> bool:
    cells = (row.get(name) for name in ("quantity", "unit_price", "line_total"))
    return any(
        text.startswith(("-", "−", "(")) and any(c in "123456789" for c in text) for text in cells
    )


def _credit(context: Context, external_id: str) -> ChannelMessage:
    """A credit note that names its order cancels it; one that names none is no order."""
    said = context.group.first("refers_to")[0]
    if said:
        at = context.first_date("placed_at", "placed_at")
        return ChannelMessage(
            "cancellation",
            said,
            at,
            findings=tuple(context.findings),
            cancel_reason=ReasonCode.RETURN,
            note=f"credit note {external_id}",
        )
    priceless = all(not row.get("unit_price").strip("0.,") for row in context.group.lines)
    worthless = priceless and not context.group.has_column("line_total")
    context.refuse("adjustment" if worthless else "credit_note", external_id)
    return ChannelMessage("order", external_id, findings=tuple(context.findings))


def _times(context: Context) -> _Times:
    placed_at = context.first_date("placed_at", "placed_at")
    if placed_at is None and not context.group.first("placed_at")[0]:
        row = next(iter(context.group.heads), None)
        context.object_to(FindingCode.REQUIRED, "placed_at", "", row, "placed_at")
    named = ("updated_at", "paid_at", "shipped_at", "delivered_at", "cancelled_at")
    others = {name: context.first_date(name, name) for name in named}
    known = [at for at in (placed_at, *others.values()) if at]
    return _Times(placed_at, others["shipped_at"], max(known, default=None))


def _order(
    context: Context, external_id: str, shop: str, stands: Standing, times: _Times
) -> CanonicalOrder | None:
    """Build and validate the order; None when findings of severity error keep it from being."""
    currency = _currency(context)
    _check_agreement(context)
    rows = _counted(context, _living(context, stands), currency, stands.closed)
    lines = priced_lines(context, rows, stands.closed)
    if not rows:
        context.object_to(FindingCode.REQUIRED, "lines", "", None)
    if is_blocking(context.findings):
        return None
    amounts = bought(context, lines, currency, stands.closed)
    document = _document(context, external_id, shop, stands, times, amounts, currency)
    try:
        order = CanonicalOrder.model_validate(document)
    except ValidationError as error:
        found = findings_of(error)
    else:
        found = tolerated(context, validate(order, _origin(context)))
    context.findings += [placed(context, each, amounts.lines) for each in found]
    return None if is_blocking(context.findings) else order


def _origin(context: Context) -> Origin:
    report = context.group.dialect.report or context.group.body.history
    return "channel" if report else "file"


def _living(context: Context, stands: Standing) -> Sequence[Cells]:
    """Leave out lines that were called off while their order goes on."""
    rows = context.group.lines
    if stands.closed or len(rows) < 2:
        return rows
    living = [row for row in rows if not line_is_gone(context, row)]
    if not living or len(living) == len(rows):
        return rows
    gone = ", ".join(str(row.row) for row in rows if row not in living)
    context.cleansing.note(CleansingCode.REFUND, "lines", f"rows {gone}", "-")
    return living


def _counted(
    context: Context, rows: Sequence[Cells], currency: str, closed: bool
) -> Sequence[Cells]:
    """Leave out exact repetitions of rows, unless only with them the order adds up."""
    repeated = repeats(rows)
    if not repeated:
        return rows
    kept = [row for row in rows if row.row not in repeated]
    if not _adds_up(context, kept, currency, closed) and _adds_up(context, rows, currency, closed):
        return rows
    note_repeats(context, repeated)
    return kept


def _adds_up(context: Context, rows: Sequence[Cells], currency: str, closed: bool) -> bool:
    trial = Context(context.group)
    return bought(trial, priced_lines(trial, rows, closed), currency, closed).adds_up


def _currency(context: Context) -> str:
    said = context.group.first("currency")[0].upper()
    default = context.group.body.defaults.currency
    known = context.currencies
    code = said or default or (next(iter(known)) if len(known) == 1 else "")
    if not code:
        # A price such as "€ 12.50" tells it too; amounts are read before they are counted.
        for row in context.group.lines:
            context.amount(row, "unit_price", "currency")
        code = next(iter(known)) if len(known) == 1 else ""
    if not code:
        context.refuse("no_currency", "", "currency")
    return code


def _check_agreement(context: Context) -> None:
    """Object to rows of one order that contradict each other on what it has only one of."""
    heads = context.group.heads
    if len(heads) < 2:
        return
    for column in _AGREEING:
        said = dict.fromkeys(text for row in heads if (text := row.get(column)))
        if len(said) > 1:
            row = next(row for row in heads if row.get(column) == list(said)[1])
            header = context.group.header(row.sheet, column)
            context.refuse("disagree", header, column, row, column)


def _document(
    context: Context,
    external_id: str,
    shop: str,
    stands: Standing,
    times: _Times,
    amounts: Bought,
    currency: str,
) -> dict[str, Any]:
    if context.group.body.encoding not in _UTF8:
        encoding = context.group.body.encoding
        context.cleansing.note(CleansingCode.ENCODING, "", encoding, "utf-8")
    address = postal_address(context)
    return {
        "channel": context.group.body.channel,
        "shop": shop,
        "external_id": external_id,
        "number": context.first("order_number", "number"),
        "placed_at": times.placed,
        "source_updated_at": times.latest,
        "currency": currency,
        "customer": buyer(context, address["country"] if address else ""),
        "shipping_address": address,
        "lines": [_line(line, amounts.tax_included) for line in amounts.lines],
        "shipping": amounts.shipping,
        "discount": amounts.discount,
        "tax": amounts.tax,
        "total": amounts.total,
        "payment": {"status": stands.payment, "terms": stands.terms},
        "channel_status": _channel_status(context, stands),
        "stage": stands.stage,
        "flags": stands.flags,
        "notes": context.first("notes", "notes")[:2000],
    }


def _line(line: PricedLine, tax_included: bool) -> dict[str, Any]:
    on_top = _ZERO if tax_included else line.tax
    total = line.goods - line.discount + on_top
    return {
        "line_id": line.line_id,
        "sku": line.sku,
        "title": line.title,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "discount": line.discount,
        "tax": line.tax,
        "tax_included": tax_included,
        "total": total if line.said_total is None else line.said_total,
    }


def _channel_status(context: Context, stands: Standing) -> dict[str, str | None]:
    named = ("payment_status", "sales_channel", "fulfilled_by", "refunded", "payment_method")
    told = {name: context.group.first(name)[0][:500] for name in named}
    return {name: text for name, text in ({"status": stands.words[:500]} | told).items() if text}


def _progress(
    context: Context, external_id: str, stands: Standing, times: _Times
) -> list[ChannelMessage]:
    """Tell of the parcel, which a shipped order has even if the file does not name it."""
    if stands.stage not in (Stage.SHIPPED, Stage.COMPLETED):
        return []
    tracking = context.first("tracking_number", "tracking_number")[:120]
    carrier = context.first("carrier", "carrier")[:120]
    parcel = ParcelFact(tracking, carrier, (), times.shipped, external_id)
    messages = [ChannelMessage("parcel", external_id, times.latest, parcel=parcel)]
    if stands.stage is Stage.COMPLETED:
        messages.append(
            ChannelMessage("delivery", external_id, times.latest, delivered_tracking=tracking)
        )
    return messages
