"""A past order as a backtest sees it: what the tables were asked, what they said, what happened."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from domain.approvals import SignerGroup
from domain.facts import OrderFacts
from domain.holds import ReasonCode


class Ending(StrEnum):
    """How an order ended; `returned` are those whose goods came back, which is a refund."""

    OPEN = "open"
    COMPLETED = "completed"
    RETURNED = "returned"
    CLOSED = "closed_abnormally"


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay in a stage; instants are UTC, `left_at` is None while it lasts.

    `missed` says that the limit in force then was seen to pass.
    """

    stage: str
    entered_at: datetime
    left_at: datetime | None
    missed: bool


@dataclass(frozen=True, slots=True)
class HoldSpan:
    """A hold from when to when (UTC, None: still there), and whether it stopped the clock then.

    `usual` is what the rules of then said of its reason; a person may have said otherwise.
    """

    reason: ReasonCode
    raised_at: datetime
    released_at: datetime | None
    paused: bool
    usual: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """A decision of one signer; `at` is UTC."""

    person: str
    at: datetime
    approved: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the tables say of one order: those in force then, or those on trial.

    `confirmation` is automatic or customer_service; `quorum` counts signatures per role; an empty
    `group` means that nobody's warehouse is known; `priority` is 1 (first) to 5.
    """

    confirmation: str
    tier: str
    policy: str
    roles: tuple[str, ...]
    quorum: int
    group: str
    warehouse: str
    priority: int

    @property
    def is_automatic(self) -> bool:
        """Whether nobody has to sign."""
        return self.policy == "auto"

    @property
    def signing(self) -> str:
        """How it is signed, in one word: `auto`, `countersign(finance+ops_director)`."""
        if self.is_automatic:
            return self.policy
        times = f"×{self.quorum}" if self.quorum > 1 else ""
        return f"{self.policy}({'+'.join(self.roles)}){times}"

    @property
    def route(self) -> str:
        """Group and warehouse as `eu/de`; `-` where no route is known."""
        return f"{self.group}/{self.warehouse}" if self.group else "-"


@dataclass(frozen=True, slots=True)
class PastCase:
    """One past order under its last admission.

    `base_amount` is in `base_currency`, None when there was no exchange rate; `picked` are group
    and warehouse that a person chose; `decided` is what was decided then, None when the order was
    never admitted. Visits, holds and signatures are in the order in which they happened.
    """

    facts: OrderFacts
    rule_set: str
    base_amount: Decimal | None
    base_currency: str
    first_cooperation: bool
    picked: tuple[str, str]
    decided: Verdict | None
    signers: tuple[SignerGroup, ...]
    visits: tuple[Visit, ...]
    holds: tuple[HoldSpan, ...]
    signatures: tuple[Signed, ...]
    ending: Ending
    closed_reason: str

    @property
    def amount(self) -> Decimal:
        """The order's worth in base currency, zero where it is not known."""
        return self.base_amount if self.base_amount is not None else Decimal(0)
