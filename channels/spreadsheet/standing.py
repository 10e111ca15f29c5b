"""Where an order of a file stands: its status words, dates and parcels to one stage."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from channels.shopify.status import StatusFacts
from channels.shopify.status import cancel_reason as shopify_reason
from channels.shopify.status import status_row as shopify_row
from channels.spreadsheet.context import Context
from channels.spreadsheet.group import Cells
from channels.spreadsheet.status import NONE_GIVEN, UNKNOWN, StatusRow, overall, status_row
from channels.spreadsheet.wording import at_row, with_place
from domain.cleansing import CleansingCode
from domain.findings import FindingCode, finding
from domain.holds import ReasonCode
from domain.stages import Stage

_COD = re.compile(r"\bcod\b|cash.on.delivery|货到付款", re.IGNORECASE)
_NO_TERMS = frozenset({"", "due on receipt", "prepaid", "款到发货", "none"})
_PAYMENT = {
    "pending": "pending unpaid 待付款 未付款 待支付 no open",
    "authorized": "authorized 已授权",
    "partially_paid": "partially_paid deposit 部分付款",
    "paid": "paid yes captured completed 已付款 已支付 付款成功",
    "partially_refunded": "partially_refunded 部分退款",
    "refunded": "refunded 已退款",
    "voided": "voided failed expired 付款失败",
}
_PAYMENT_WORDS = {word: status for status, words in _PAYMENT.items() for word in words.split()}
_GONE = Stage.CLOSED_ABNORMALLY


@dataclass(frozen=True)
class Standing:
    """The stage and what goes with it; `words` are the file's own."""

    stage: Stage
    flags: tuple[str, ...]
    reason: ReasonCode | None
    payment: str
    terms: str
    held: bool
    words: str

    @property
    def closed(self) -> bool:
        """Tell whether the order was called off."""
        return self.stage is _GONE


def line_is_gone(context: Context, row: Cells) -> bool:
    """Tell whether a line alone was called off."""
    return _row_of(context, row).stage is _GONE


def standing(context: Context) -> Standing:
    """Read the status of an order; an unknown word goes to review with a warning."""
    words = _words(context)
    row, reason = _decided(context, words)
    row = _moved_on(context, row)
    stage, flags = _migrated(context, row)
    context.cleansing.note(CleansingCode.STATUS, "stage", words, stage.value) if words else None
    payment = _payment(context, row)
    return Standing(
        stage,
        tuple(dict.fromkeys(flags)),
        reason if stage is _GONE else None,
        payment,
        _terms(context),
        row.held,
        words,
    )


def _words(context: Context) -> str:
    if context.group.dialect.status == "shopify":
        parts = (context.group.first(n)[0] for n in ("payment_status", "fulfilment_status"))
        return " / ".join(parts).strip(" /")
    rows = context.group.lines if context.group.lines else context.group.heads
    said = [row.get("line_status") or row.get("status") for row in (*context.group.heads, *rows)]
    return ", ".join(dict.fromkeys(word for word in said if word))


def _decided(context: Context, words: str) -> tuple[StatusRow, ReasonCode | None]:
    if context.group.dialect.status == "shopify":
        return _shopify(context)
    if not words:
        return _by_dates(context)
    by_row = {
        id(row): _row_of(context, row) for row in (*context.group.heads, *context.group.lines)
    }
    if UNKNOWN in by_row.values():
        _unknown(context, words)
        return UNKNOWN, None
    rows = [row for row in by_row.values() if row is not NONE_GIVEN]
    decided = overall(rows)
    return decided, _reason(context, decided.reason)


def _row_of(context: Context, row: Cells) -> StatusRow:
    """Read one row's status; of a line's own word and the order's, a cancellation counts."""
    table = context.group.dialect.status
    table = "plain" if table == "shopify" else table
    found = [status_row(table, w) for n in ("line_status", "status") if (w := row.get(n))]
    if not found:
        return NONE_GIVEN
    return next((each for each in found if each.stage is _GONE), found[0])


def _shopify(context: Context) -> tuple[StatusRow, ReasonCode | None]:
    first = context.group.first
    facts = StatusFacts(
        financial=first("payment_status")[0],
        fulfilment=first("fulfilment_status")[0],
        cancelled=bool(first("cancelled_at")[0]),
        cod=bool(_COD.search(first("payment_method")[0])),
        terms=first("payment_terms")[0].casefold() not in _NO_TERMS,
    )
    row = shopify_row(facts)
    if "unknown_status" in row.flags:
        _unknown(context, _words(context))
    payment = _PAYMENT_WORDS.get(facts.financial.casefold(), "")
    held = "held_at_channel" in row.flags
    decided = StatusRow(frozenset(), row.stage, row.flags, row.reason, payment, held)
    return decided, shopify_reason(facts) if row.stage is _GONE else None


def _by_dates(context: Context) -> tuple[StatusRow, ReasonCode | None]:
    has = {n for n in ("cancelled_at", "delivered_at", "shipped_at", "tracking_number")
           if context.group.first(n)[0]}  # fmt: skip
    if "cancelled_at" in has:
        closed = StatusRow(frozenset(), _GONE, reason=ReasonCode.OTHER)
        return closed, _reason(context, closed.reason)
    if "delivered_at" in has:
        return StatusRow(frozenset(), Stage.COMPLETED), None
    return (StatusRow(frozenset(), Stage.SHIPPED) if has else NONE_GIVEN), None


def _moved_on(context: Context, row: StatusRow) -> StatusRow:
    """A shipped order with a date of arrival has arrived."""
    arrived = row.stage is Stage.SHIPPED and not row.flags
    if arrived and context.group.first("delivered_at")[0]:
        return StatusRow(row.words, Stage.COMPLETED, row.flags, None, row.payment)
    return row


def _migrated(context: Context, row: StatusRow) -> tuple[Stage, tuple[str, ...]]:
    """In a migration, what a report can tell no further than `shipped` is finished."""
    dialect = context.group.dialect
    last = dialect.final_when_shipped or dialect.status == "woocommerce"
    if context.group.body.history and last and row.stage is Stage.SHIPPED and not row.flags:
        return Stage.COMPLETED, row.flags
    return row.stage, row.flags


def _reason(context: Context, otherwise: ReasonCode | None) -> ReasonCode | None:
    said = context.group.first("cancel_reason")[0].upper()
    return ReasonCode(said) if said in ReasonCode.__members__ else otherwise


def _payment(context: Context, row: StatusRow) -> str:
    said = context.group.first("payment_status")[0].casefold().replace(" ", "_")
    if said in _PAYMENT_WORDS:
        return _PAYMENT_WORDS[said]
    if said:
        return "unknown"
    return row.payment or ("paid" if context.group.first("paid_at")[0] else "pending")


def _terms(context: Context) -> str:
    said = context.group.first("payment_terms")[0]
    if said.casefold() in _NO_TERMS:
        return "cod" if _COD.search(context.group.first("payment_method")[0]) else ""
    if _COD.search(said):
        return "cod"
    days = re.search(r"\d{1,3}", said)
    if days:
        return f"net{days.group()}"
    return re.sub(r"[^a-z0-9]+", "_", said.casefold()).strip("_0123456789")[:40] or "agreed"


def _unknown(context: Context, words: str) -> None:
    rows: Sequence[Cells] = context.group.heads or context.group.lines
    column = "status" if context.group.has_column("status") else "payment_status"
    header = context.group.header(rows[0].sheet, column) if rows else ""
    place = at_row(rows[0].sheet, rows[0].row, header) if rows else ("", "")
    found = finding(FindingCode.UNKNOWN_STATUS, "status", words, severity="warning")
    context.findings.append(with_place(found, place))
