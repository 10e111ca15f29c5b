"""WooCommerce's status to our stage, as a table read from the top: the first row that fits.

Sources: the order statuses of WooCommerce's REST API v3, and `shipped`, `partial-shipped` and
`delivered`, which Advanced Shipment Tracking, ParcelPanel and other shipping plugins add alike.
Which stage a status means is our decision. An order that would be `preparing` when it is new passes
`in_review` first; the review advances by itself when no rule objects.

- Of an order that runs here `completed` says that the shop has sent it; of a migrated one that it
  is done with.
- `failed` is a payment that did not go through. The buyer may try again, and our stages never
  reopen, so a live order waits on hold; a migrated one is over.
- A status of some other plugin is not guessed at: a person looks, and whether the shop holds the
  order is not said.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.message import ChannelHold
from domain.holds import ReasonCode
from domain.stages import Stage


@dataclass(frozen=True)
class StatusFacts:
    """What decides the stage of a WooCommerce order; `status` is without `wc-`.

    `transfer` says that it is paid by bank transfer or cheque, `migrated` that it comes from the
    shop's history, `was_completed` that it once was, `digital` that nothing is sent.
    """

    status: str
    paid: bool = False
    cod: bool = False
    transfer: bool = False
    migrated: bool = False
    was_completed: bool = False
    digital: bool = False

    def truths(self) -> frozenset[str]:
        """Name the facts that hold, for the column `when` of the table."""
        named = {
            "paid": self.paid,
            "cod": self.cod,
            "unpaid": not self.paid and not self.cod,
            "transfer": self.transfer,
            "migrated": self.migrated,
            "was_completed": self.was_completed,
            "digital": self.digital,
        }
        return frozenset(name for name, holds in named.items() if holds)


@dataclass(frozen=True)
class StatusRow:
    """One row; `when` names a fact that must hold, a stage of None means not imported.

    `hold` is why the shop holds the order, `reason` why it is closed.
    """

    statuses: frozenset[str]
    when: str
    stage: Stage | None
    flags: tuple[str, ...] = ()
    hold: ReasonCode | None = None
    reason: ReasonCode | None = None


def _row(
    statuses: str,
    when: str,
    stage: Stage | None,
    *flags: str,
    hold: ReasonCode | None = None,
    reason: ReasonCode | None = None,
) -> StatusRow:
    return StatusRow(frozenset(statuses.split()), when, stage, flags, hold, reason)


_PC, _IR, _PR = Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING
_SH, _CO, _AC = Stage.SHIPPED, Stage.COMPLETED, Stage.CLOSED_ABNORMALLY
_PENDING, _FAILED = ReasonCode.PAYMENT_PENDING, ReasonCode.PAYMENT_FAILED

UNKNOWN = _row("", "", _IR, "unknown_status")

TABLE: tuple[StatusRow, ...] = (
    _row("auto-draft checkout-draft draft new", "", None),
    _row("pending", "", _PC),
    # Paid, or to be paid at the door: somebody in the shop, or its fraud check, stopped it.
    _row("on-hold", "paid", _IR, "held_at_channel", hold=ReasonCode.OTHER),
    _row("on-hold", "cod", _IR, "held_at_channel", hold=ReasonCode.OTHER),
    _row("on-hold", "transfer", _PC, "held_at_channel", hold=_PENDING),
    _row("on-hold", "", _IR, "held_at_channel", hold=_PENDING),
    _row("processing", "unpaid", _IR, "payment_outstanding"),
    _row("processing", "", _IR),
    _row("partial-shipped", "", _PR, "partial"),
    _row("delivered", "", _CO),
    _row("completed shipped", "migrated", _CO),
    _row("completed", "digital", _CO),
    _row("completed shipped", "cod", _SH, "cash_outstanding"),
    _row("completed shipped", "unpaid", _SH, "payment_outstanding"),
    _row("completed shipped", "", _SH),
    _row("failed", "migrated", _AC, "payment_failed", reason=_FAILED),
    _row("failed", "", _PC, "payment_failed", hold=_FAILED),
    _row("cancelled", "", _AC, reason=ReasonCode.BUYER_CANCEL),
    _row("refunded", "was_completed", _AC, "refunded", reason=ReasonCode.RETURN),
    _row("refunded", "", _AC, "refunded", reason=ReasonCode.BUYER_CANCEL),
    _row("trash", "", _AC, reason=ReasonCode.OTHER),
)

# WooCommerce counts in whole seconds and a checkout passes several statuses within one; the
# further of two states of one second is the later one.
_WITHIN_A_SECOND = (
    "pending",
    "failed",
    "on-hold",
    "processing",
    "partial-shipped",
    "shipped",
    "completed",
    "delivered",
    "cancelled",
    "refunded",
    "trash",
)


def status_row(facts: StatusFacts) -> StatusRow:
    """Return the row that decides; a status we don't know goes to review."""
    truths = facts.truths()
    return next((row for row in TABLE if _fits(row, facts.status, truths)), UNKNOWN)


def channel_hold(row: StatusRow) -> ChannelHold | None:
    """Return whether the shop holds the order; None where the status does not tell."""
    return None if row is UNKNOWN else ChannelHold(row.hold)


def told_at(modified: datetime | None, status: str) -> datetime | None:
    """Return when a state was told: the shop's second, and within it as far as it has come."""
    if modified is None:
        return None
    known = status in _WITHIN_A_SECOND
    rank = _WITHIN_A_SECOND.index(status if known else "processing")
    return modified + timedelta(microseconds=rank)


def _fits(row: StatusRow, status: str, truths: frozenset[str]) -> bool:
    return status in row.statuses and (not row.when or row.when in truths)
