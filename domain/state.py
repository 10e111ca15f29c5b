"""Everything an order's workflow remembers, as one plain value that survives continue-as-new."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from domain.actions import Outcome, ParcelLine
from domain.approvals import Approval, Handover, Policy, SignerGroup
from domain.events import Event
from domain.facts import OrderFacts
from domain.holds import Hold, ReasonCode
from domain.sla import Clock
from domain.stages import Stage

SYSTEM = "system"
# The undo that stands in `OrderState.undo` as long as a warehouse may know of the order.
VOID_DISPATCH = "void_dispatch"


@dataclass(frozen=True)
class Rung:
    """One step of the escalation after a limit has passed: so long after the step before it (the
    first: after the limit), superiors of those it waits on (`level` steps up), or a role, hear."""

    after_seconds: int
    tell: str
    level: int = 1
    role: str = ""


@dataclass(frozen=True)
class HoldTerms:
    """Who follows a hold up and whether it stops the clock, where the rules differ from ours."""

    role: str
    pauses_clock: bool


@dataclass(frozen=True)
class Terms:
    """What the published stage table says of one stage; durations in seconds, None = no limit.

    Durations count in working time of the plan's `calendar` of this code; empty is 24 x 7.
    """

    owner_role: str
    limit_seconds: int | None
    on_breach: str
    stall_seconds: int | None
    window_seconds: int | None = None
    calendar: str = ""
    ladder: tuple[Rung, ...] = ()


@dataclass(frozen=True)
class Obstacle:
    """A reason why admission could not plan everything; becomes a hold."""

    reason: ReasonCode
    detail: str = ""


@dataclass(frozen=True)
class Plan:
    """What admission decided for one content version under one rule set.

    `base_amount` is in the base currency of the rule set; None without an exchange rate, and then
    nothing may pass. `group` is empty while no route is known.

    `quorum`, `if_nobody` and `rescue` are the approval table's; `behalf` names for each delegate
    the absent person they stand in for. `priority` is 1 (first) to 5. `calendars` holds working
    time as begin and end in turn, in whole minutes since 1970 UTC; `hold_terms` is by reason.
    """

    content_version: int
    rule_set: str
    needs_confirmation: bool
    tier: str
    policy: Policy
    signers: tuple[SignerGroup, ...]
    group: str
    warehouse: str
    base_amount: Decimal | None
    fx_rate_id: str
    terms: dict[str, Terms]
    obstacles: tuple[Obstacle, ...] = ()
    quorum: int = 1
    if_nobody: str = "superior"
    rescue: str = ""
    behalf: dict[str, str] = field(default_factory=dict)
    priority: int = 3
    calendars: dict[str, tuple[int, ...]] = field(default_factory=dict)
    hold_terms: dict[str, HoldTerms] = field(default_factory=dict)


@dataclass
class Parcel:
    """Goods that left the warehouse together; `ordinal` counts from 1 and is the effect key."""

    ordinal: int
    tracking_number: str
    carrier: str
    lines: tuple[ParcelLine, ...]
    shipped_at: datetime
    from_channel: bool
    settled: bool = False
    channel_told: bool = False
    delivered_at: datetime | None = None


@dataclass(frozen=True)
class Closing:
    """A decision to close the order abnormally that is being carried out."""

    reason: ReasonCode
    note_id: str
    actor: str
    from_channel: bool = False
    is_return: bool = False


@dataclass
class OrderState:
    """The state of one order; only `domain.lifecycle` and `domain.reactions` change it."""

    facts: OrderFacts
    stage: Stage
    entered_at: datetime
    clock: Clock
    plan: Plan | None = None
    approval: Approval = field(default_factory=Approval)
    confirmed: bool = False
    group: str = ""
    warehouse: str = ""
    group_assigned: bool = False
    holds: list[Hold] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    dispatched: bool = False
    dispatch_round: int = 0
    escalated: bool = False
    red: bool = False
    late: bool = False
    closing: Closing | None = None
    undo: list[str] = field(default_factory=list)
    admission_due: bool = True
    calling: str = ""
    version: int = 0
    admission_round: int = 0
    events: list[Event] = field(default_factory=list)
    channel_hold_round: int = 0
    held_in_channel: bool = False
    out_of_step: list[str] = field(default_factory=list)
    seen: dict[str, Outcome] = field(default_factory=dict)
    handovers: list[Handover] = field(default_factory=list)
    entitlement_due: bool = False
    urged: dict[str, datetime] = field(default_factory=dict)
    copied: list[str] = field(default_factory=list)
    # The rule set that a person put the order under after it was admitted, empty: the pinned one.
    moved_to: str = ""
