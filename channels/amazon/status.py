"""Amazon's order status to our stage, as a table read from the top: the first row that fits.

Sources: the enums FulfillmentStatus (2026-01-01), OrderStatus and EasyShipShipmentStatus (v0) and
the package statuses of amzn/selling-partner-api-models. Which stage a word means is our decision.
An order that would be `preparing` when it is new passes `in_review` first, unless Amazon ships it
itself: that one is only looked at.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.holds import ReasonCode
from domain.stages import Stage

# Each word of both versions, without case and separators, to the column of the table.
_WORDS: Mapping[str, str] = {
    "pendingavailability": "preorder",
    "pending": "pending",
    "unshipped": "unshipped",
    "partiallyshipped": "partial",
    "shipped": "shipped",
    # Shipped, and the buyer has not confirmed the invoice yet (Brazil, China).
    "invoiceunconfirmed": "shipped",
    "canceled": "cancelled",
    "cancelled": "cancelled",
    "unfulfillable": "unfulfillable",
}

# What a package's word means; the fine word outranks the coarse one.
_PACKAGES: Mapping[str, str] = {
    "pending": "waiting",
    "pendingschedule": "waiting",
    "pendingpickup": "waiting",
    "pendingdropoff": "waiting",
    "labelcancelled": "void",
    "labelcanceled": "void",
    "cancelled": "void",
    "canceled": "void",
    "intransit": "left",
    "shipped": "left",
    "pickedup": "left",
    "droppedoff": "left",
    "atoriginfc": "left",
    "atdestinationfc": "left",
    "outfordelivery": "left",
    "delivered": "arrived",
    "undeliverable": "failed",
    "rejectedbybuyer": "failed",
    "returningtoseller": "failed",
    "lost": "failed",
    "damaged": "failed",
    "returnedtoseller": "returned",
}
OUT = frozenset({"left", "arrived", "failed", "returned", "unknown"})


@dataclass(frozen=True)
class StatusFacts:
    """What decides the stage of an Amazon order; `parcels` are meanings of `parcel_meaning`."""

    status: str
    parcels: tuple[str, ...] = ()
    fulfilled_by_amazon: bool = False
    cancel_requested: bool = False
    regulated: bool = False

    def truths(self) -> frozenset[str]:
        """Name the facts that hold, for the column `when` of the table."""
        out = [meaning for meaning in self.parcels if meaning in OUT]
        named = {
            "arrived": bool(out) and all(meaning == "arrived" for meaning in out),
            "returned": bool(out) and all(meaning == "returned" for meaning in out),
            "delivery_failed": any(meaning in {"failed", "returned"} for meaning in out),
            "fulfilled_by_amazon": self.fulfilled_by_amazon,
            "cancel_requested": self.cancel_requested,
            "regulated": self.regulated,
        }
        return frozenset(name for name, holds in named.items() if holds)


@dataclass(frozen=True)
class StatusRow:
    """One row; `when` names a fact that must hold, `hold` why the channel holds the order."""

    word: str
    when: str
    stage: Stage
    flags: tuple[str, ...] = ()
    hold: ReasonCode | None = None
    closed_for: ReasonCode | None = None


_PC, _IR, _PR = Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING
_SH, _CO, _AC = Stage.SHIPPED, Stage.COMPLETED, Stage.CLOSED_ABNORMALLY
_UNPAID, _WISH = ReasonCode.PAYMENT_PENDING, ReasonCode.BUYER_CANCEL

UNKNOWN = StatusRow("", "", _IR, ("unknown_status",))

TABLE: tuple[StatusRow, ...] = (
    StatusRow("cancelled", "", _AC, closed_for=ReasonCode.OTHER),
    StatusRow("unfulfillable", "", _AC, ("unfulfillable",), closed_for=ReasonCode.OTHER),
    StatusRow("preorder", "", _PC, ("preorder",), hold=_UNPAID),
    StatusRow("pending", "", _PC, hold=_UNPAID),
    StatusRow("shipped", "returned", _AC, ("returned",), closed_for=ReasonCode.RETURN),
    StatusRow("shipped", "delivery_failed", _SH, ("delivery_exception",)),
    StatusRow("shipped", "arrived", _CO),
    StatusRow("shipped", "", _SH),
    StatusRow("partial", "cancel_requested", _PR, ("partial", "buyer_requested_cancel"), _WISH),
    StatusRow("partial", "delivery_failed", _PR, ("partial", "delivery_exception")),
    StatusRow("partial", "", _PR, ("partial",)),
    StatusRow("unshipped", "cancel_requested", _IR, ("buyer_requested_cancel",), _WISH),
    # Amazon wants the papers of a regulated article checked before anything leaves.
    StatusRow("unshipped", "regulated", _IR, ("regulated_items",), ReasonCode.OTHER),
    StatusRow("unshipped", "fulfilled_by_amazon", _PR),
    StatusRow("unshipped", "", _IR),
)

_CANCELLED_BY = {"BUYER": ReasonCode.BUYER_CANCEL}


def status_row(facts: StatusFacts) -> StatusRow:
    """Return the row that decides; an unknown word goes to review."""
    word, truths = _WORDS.get(_bare(facts.status)), facts.truths()
    fitting = (row for row in TABLE if row.word == word and (not row.when or row.when in truths))
    return next(fitting, UNKNOWN)


def is_pending(row: StatusRow) -> bool:
    """Tell whether Amazon still withholds the amounts and the address of such an order."""
    return row.stage is Stage.PENDING_CONFIRMATION


def cancel_reason(row: StatusRow, cancelled_by: str) -> ReasonCode:
    """Return why an order is closed abnormally; merchant, Amazon and nobody are OTHER."""
    if row.word == "cancelled":
        return _CANCELLED_BY.get(cancelled_by.upper(), ReasonCode.OTHER)
    return row.closed_for or ReasonCode.OTHER


def parcel_meaning(*words: str) -> str:
    """Say what the first word that is there means; "" when none is, "unknown" for a new one."""
    bare: Iterable[str] = (_bare(word) for word in words)
    return next((_PACKAGES.get(word, "unknown") for word in bare if word), "")


def _bare(word: str) -> str:
    return re.sub(r"[^a-z]", "", word.lower())
