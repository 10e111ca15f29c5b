"""What people and channels may do to an order: the payloads of signals and Updates.

Every action carries an `id` for deduplication and the `actor` (a person id, `channel:<name>` or
`system`). Free text never travels: a note lies in Postgres and `note_id` points to it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.approvals import AddedWhen
from domain.facts import OrderFacts
from domain.holds import ReasonCode


class Verdict(StrEnum):
    """What a signer says."""

    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"


class ChannelFact(StrEnum):
    """What a channel reports about an order that it sold."""

    CANCELLED = "cancelled"
    PARCEL = "parcel"
    DELIVERED = "delivered"
    HELD = "held"
    RELEASED = "released"


@dataclass(frozen=True)
class ParcelLine:
    """Pieces of one order line in a parcel."""

    line_id: str
    quantity: int


@dataclass(frozen=True)
class Action:
    """Who does it, under which deduplication id."""

    id: str
    actor: str


@dataclass(frozen=True)
class Confirm(Action):
    """Customer service confirms the order."""


@dataclass(frozen=True)
class Decide(Action):
    """A signer approves, rejects or returns exactly the content whose hash is given.

    Returned (退回), the order waits for whoever submitted it to change or explain it.
    """

    verdict: Verdict
    content_hash: str
    note_id: str = ""


@dataclass(frozen=True)
class AddSign(Action):
    """A signer wants another person's signature as well (加签)."""

    person: str
    when: AddedWhen
    note_id: str = ""


@dataclass(frozen=True)
class Transfer(Action):
    """A signer gives their part to somebody else (转交)."""

    person: str
    note_id: str = ""


@dataclass(frozen=True)
class Withdraw(Action):
    """A signer takes their signature back, or the submitter the order (撤回), before approval."""

    note_id: str = ""


@dataclass(frozen=True)
class Urge(Action):
    """Somebody asks those it waits on to decide (催办)."""


@dataclass(frozen=True)
class CopyTo(Action):
    """These people are to hear how the approval goes (抄送)."""

    people: tuple[str, ...]


@dataclass(frozen=True)
class StaffChanged(Action):
    """Somebody left, came back, or has other roles: look again who may sign."""


@dataclass(frozen=True)
class Repin(Action):
    """Put the order under another published rule set from now on."""

    rule_set: str
    note_id: str


@dataclass(frozen=True)
class Ship(Action):
    """A parcel left the warehouse; no lines means everything that is still inside."""

    tracking_number: str
    carrier: str
    lines: tuple[ParcelLine, ...] = ()


@dataclass(frozen=True)
class Deliver(Action):
    """A parcel arrived; no tracking number means every parcel."""

    tracking_number: str = ""


@dataclass(frozen=True)
class RaiseHold(Action):
    """Somebody keeps the order from leaving its stage; `detail` is a code or an id."""

    reason: ReasonCode
    note_id: str = ""
    assignee: str = ""
    pauses_clock: bool | None = None
    detail: str = ""


@dataclass(frozen=True)
class ReleaseHold(Action):
    """A hold is over; what it stopped is tried again."""

    hold_id: str
    note_id: str = ""


@dataclass(frozen=True)
class Amend(Action):
    """The content changed: a new version lies in Postgres, these are its facts."""

    facts: OrderFacts


@dataclass(frozen=True)
class AssignGroup(Action):
    """The manual pool picked a group for an order that no route matched."""

    group: str
    warehouse: str


@dataclass(frozen=True)
class Cancel(Action):
    """The order shall be closed abnormally, for a reason and with a note."""

    reason: ReasonCode
    note_id: str


@dataclass(frozen=True)
class RaiseObjection(Action):
    """The customer objects to what was delivered (or not)."""

    reason: ReasonCode
    note_id: str


@dataclass(frozen=True)
class RequestReturn(Action):
    """Goods come back: a shipped or completed order is closed with a return record."""

    note_id: str
    lines: tuple[ParcelLine, ...] = ()


@dataclass(frozen=True)
class ChannelUpdate(Action):
    """A fact from the sales channel; `source_at` is the channel's own clock in UTC."""

    fact: ChannelFact
    source_at: datetime | None = None
    reason: ReasonCode = ReasonCode.BUYER_CANCEL
    tracking_number: str = ""
    carrier: str = ""
    lines: tuple[ParcelLine, ...] = field(default=())


@dataclass(frozen=True)
class Outcome:
    """What became of an action: the answer of an Update, repeated for a repeated id."""

    id: str
    accepted: bool
    code: str
    stage: str
    message_en: str = ""
    message_zh: str = ""
