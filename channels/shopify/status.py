"""Shopify's two statuses to our stage, as a table read from the top: the first row that fits.

Sources: the enums OrderDisplayFinancialStatus and OrderDisplayFulfillmentStatus of the Admin API
2026-01, and the REST values. Which stage a pair means is our decision. An order that would be
`preparing` when it is new passes `in_review` first; the review advances by itself when no rule
objects. `closed_at` alone only says that the order was archived, so it decides nothing.
"""

from dataclasses import dataclass

from domain.holds import ReasonCode
from domain.stages import Stage

# What Shopify calls the progress of fulfilment, in REST and GraphQL words, to our columns.
_FULFILMENT = {
    "": "none",
    "unfulfilled": "none",
    "open": "none",
    "on_hold": "held",
    "request_declined": "held",
    "scheduled": "scheduled",
    "in_progress": "in_progress",
    "pending_fulfillment": "in_progress",
    "partial": "partial",
    "partially_fulfilled": "partial",
    "fulfilled": "fulfilled",
    "restocked": "restocked",
}
# Payment is null as long as nothing was ever tried.
_FINANCIAL = {"": "pending"} | {
    word: word
    for word in (
        "pending",
        "authorized",
        "partially_paid",
        "paid",
        "partially_refunded",
        "refunded",
        "voided",
        "expired",
    )
}


@dataclass(frozen=True)
class StatusFacts:
    """What decides the stage of a Shopify order."""

    financial: str
    fulfilment: str
    cancelled: bool = False
    cancel_reason: str = ""
    cod: bool = False
    terms: bool = False
    fulfillable: bool = True
    ships: bool = True
    delivered: bool = False
    delivery_failed: bool = False

    def truths(self) -> frozenset[str]:
        """Name the facts that hold, for the column `when` of the table."""
        named = {
            "cancelled": self.cancelled,
            "unpaid_by_agreement": self.cod or self.terms,
            "cod": self.cod,
            "all_out": not self.fulfillable,
            "arrived": self.delivered or not self.ships,
            "delivery_failed": self.delivery_failed,
        }
        return frozenset(name for name, holds in named.items() if holds)


@dataclass(frozen=True)
class StatusRow:
    """One row: an empty set of words fits every word, `when` names a fact that must hold."""

    financial: frozenset[str]
    fulfilment: frozenset[str]
    when: str
    stage: Stage
    flags: tuple[str, ...] = ()
    reason: ReasonCode | None = None

    def fits(self, financial: str, fulfilment: str, truths: frozenset[str]) -> bool:
        """Tell whether this row speaks about such an order."""
        return (
            (not self.financial or financial in self.financial)
            and (not self.fulfilment or fulfilment in self.fulfilment)
            and (not self.when or self.when in truths)
        )


def _row(
    financial: str,
    fulfilment: str,
    when: str,
    stage: Stage,
    *flags: str,
    reason: ReasonCode | None = None,
) -> StatusRow:
    words = (frozenset(financial.split()), frozenset(fulfilment.split()))
    return StatusRow(*words, when, stage, flags, reason)


_PC, _IR, _PR = Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING
_SH, _CO, _AC = Stage.SHIPPED, Stage.COMPLETED, Stage.CLOSED_ABNORMALLY
_UNPAID = "pending partially_paid"
_FAILED = "voided expired"

CANCELLED = _row("", "", "cancelled", _AC)
UNKNOWN = _row("", "", "", _IR, "unknown_status")

TABLE: tuple[StatusRow, ...] = (
    _row(_FAILED, "none held scheduled", "", _AC, reason=ReasonCode.PAYMENT_FAILED),
    _row(_FAILED, "in_progress", "", _AC, "alert", reason=ReasonCode.PAYMENT_FAILED),
    _row(_FAILED, "partial fulfilled", "", _SH, "alert", "payment_failed"),
    _row("refunded", "partial fulfilled", "", _AC, "refunded", reason=ReasonCode.RETURN),
    _row("refunded", "", "", _AC, "refunded", reason=ReasonCode.BUYER_CANCEL),
    _row("", "restocked", "", _IR, "restocked"),
    _row("", "held", "", _IR, "held_at_channel"),
    _row("pending", "fulfilled", "arrived", _CO, "payment_outstanding"),
    _row("", "fulfilled", "arrived", _CO),
    _row("", "fulfilled", "delivery_failed", _SH, "delivery_exception"),
    _row("pending", "fulfilled", "cod", _SH, "cash_outstanding"),
    _row("pending", "fulfilled", "", _SH, "payment_outstanding"),
    _row("", "fulfilled", "", _SH),
    _row("partially_refunded", "partial", "all_out", _SH, "partially_refunded"),
    _row("partially_refunded", "partial", "", _PR, "partial", "partially_refunded"),
    _row("", "partial", "", _PR, "partial"),
    _row("", "in_progress", "", _PR),
    _row(_UNPAID, "scheduled", "", _PC, "scheduled"),
    _row("", "scheduled", "", _IR, "scheduled"),
    _row(_UNPAID, "none", "unpaid_by_agreement", _IR),
    _row(_UNPAID, "none", "", _PC),
    _row("authorized paid", "none", "", _IR),
    _row("partially_refunded", "none", "all_out", _AC, "refunded", reason=ReasonCode.BUYER_CANCEL),
    _row("partially_refunded", "none", "", _PR, "partially_refunded"),
)

# The reasons Shopify knows (OrderCancelReason), to ours.
_CANCEL_REASONS = {
    "customer": ReasonCode.BUYER_CANCEL,
    "fraud": ReasonCode.FRAUD_RISK,
    "inventory": ReasonCode.STOCK_OUT,
    "declined": ReasonCode.PAYMENT_FAILED,
}


def status_row(facts: StatusFacts) -> StatusRow:
    """Return the row that decides; a cancellation outranks all, an unknown word goes to review."""
    if facts.cancelled:
        return CANCELLED
    financial = _FINANCIAL.get(facts.financial.lower())
    fulfilment = _FULFILMENT.get(facts.fulfilment.lower())
    if financial is None or fulfilment is None:
        return UNKNOWN
    truths = facts.truths()
    return next((row for row in TABLE if row.fits(financial, fulfilment, truths)), UNKNOWN)


def cancel_reason(facts: StatusFacts) -> ReasonCode:
    """Return why an order is closed abnormally; staff, other and unknown reasons are OTHER."""
    if facts.cancelled:
        return _CANCEL_REASONS.get(facts.cancel_reason.lower(), ReasonCode.OTHER)
    return status_row(facts).reason or ReasonCode.OTHER
