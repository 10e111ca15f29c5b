"""Orders in any state a test needs, and the actions people and channels send to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count, permutations

from domain import approvals, lifecycle, signing
from domain.actions import (
    Action,
    AddSign,
    Amend,
    AssignGroup,
    Cancel,
    ChannelFact,
    ChannelUpdate,
    Confirm,
    CopyTo,
    Decide,
    Deliver,
    Outcome,
    ParcelLine,
    RaiseHold,
    RaiseObjection,
    ReleaseHold,
    Repin,
    RequestReturn,
    Ship,
    StaffChanged,
    Transfer,
    Urge,
    Verdict,
    Withdraw,
)
from domain.approvals import AddedWhen, Policy, SignerGroup
from domain.events import Event, EventKind
from domain.facts import LineQuantity, OrderFacts
from domain.holds import ReasonCode
from domain.reactions import react
from domain.staffing import StaffAnswer
from domain.stages import Stage
from domain.state import Obstacle, OrderState, Plan, Terms

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HASH = "hash-1"
CHANNEL = "channel:shopify"

MANAGERS = SignerGroup("regional_manager", ("mia", "max"))
DIRECTORS = SignerGroup("ops_director", ("otto",))
FINANCE = SignerGroup("finance", ("fay", "finn"))

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

TERMS = {
    "pending_confirmation": Terms("customer_service", 1800, "red", 7200),
    "in_review": Terms("approvers", 7200, "escalate", 28800),
    "preparing": Terms("warehouse_keeper", 14400, "warn", 86400),
    "shipped": Terms("logistics", None, "none", 14 * 86400, 7 * 86400),
}

_ids = count(1)


def after(minutes: float = 0, *, hours: float = 0, days: float = 0) -> datetime:
    """Return the instant this long after the order was submitted (UTC)."""
    return START + timedelta(minutes=minutes, hours=hours, days=days)


def facts_for_test() -> OrderFacts:
    """Return a paid German web-shop order of five pieces on two lines."""
    return OrderFacts(
        order_id="o-1",
        channel="shopify",
        shop="main",
        external_id="1001",
        origin="channel",
        submitter="",
        submitted_at=START,
        content_version=1,
        content_hash=HASH,
        currency="EUR",
        total=Decimal("99.90"),
        country="DE",
        customer_kind="consumer",
        settled=True,
        on_terms=False,
        findings=0,
        lines=(LineQuantity("l1", "SKU-1", 3), LineQuantity("l2", "SKU-2", 2)),
    )


def plan_for_test() -> Plan:
    """Return a plan without any hindrance: automatic confirmation and approval, group eu."""
    return Plan(
        content_version=1,
        rule_set="r1",
        needs_confirmation=False,
        tier="auto",
        policy=Policy.AUTO,
        signers=(),
        group="eu",
        warehouse="de",
        base_amount=Decimal("780.00"),
        fx_rate_id="fx-1",
        terms=TERMS,
    )


@dataclass(frozen=True)
class OrderBuilder:
    """Says in words what kind of order it is, then plays it to a stage."""

    facts: OrderFacts = field(default_factory=facts_for_test)
    plan: Plan = field(default_factory=plan_for_test)

    def submitted_by(self, person: str) -> "OrderBuilder":
        """Let a person have entered it in our own form."""
        return replace(self, facts=replace(self.facts, submitter=person, origin="form"))

    def with_lines(self, **quantities: int) -> "OrderBuilder":
        """Order these quantities by line id."""
        lines = tuple(LineQuantity(name, f"SKU-{name}", n) for name, n in quantities.items())
        return replace(self, facts=replace(self.facts, lines=lines))

    def needing_confirmation(self) -> "OrderBuilder":
        """Let customer service confirm it."""
        return replace(self, plan=replace(self.plan, needs_confirmation=True))

    def signed_by(self, policy: Policy, *groups: SignerGroup) -> "OrderBuilder":
        """Ask these groups under this policy."""
        return replace(
            self, plan=replace(self.plan, policy=policy, signers=groups, tier=str(policy))
        )

    def countersigned(self) -> "OrderBuilder":
        """Ask a director and finance."""
        return self.signed_by(Policy.COUNTERSIGN, DIRECTORS, FINANCE)

    def needing(self, quorum: int) -> "OrderBuilder":
        """Let each group give so many signatures."""
        return replace(self, plan=replace(self.plan, quorum=quorum))

    def managed(self) -> "OrderBuilder":
        """Ask any regional manager."""
        return self.signed_by(Policy.ANY_OF, MANAGERS)

    def obstructed(self, *obstacles: Obstacle) -> "OrderBuilder":
        """Let admission find these obstacles."""
        return replace(self, plan=replace(self.plan, obstacles=obstacles))

    def without_route(self) -> "OrderBuilder":
        """Let no route match the destination."""
        plan = replace(self.plan, group="", warehouse="")
        return replace(self, plan=plan).obstructed(Obstacle(ReasonCode.NO_ROUTE, "BR"))

    def opened(self) -> OrderState:
        """Return the order as submitted, before admission."""
        return lifecycle.opened(self.facts, START)

    def admitted(self) -> OrderState:
        """Return the order admitted at once, still in its first stage."""
        state = self.opened()
        admit(state, self.plan, START)
        return state

    def in_review(self) -> OrderState:
        """Return the order waiting for its signatures."""
        state = self.admitted()
        state.confirmed = True
        lifecycle.advance(state, Stage.IN_REVIEW, START)
        return state

    def preparing(self) -> OrderState:
        """Return the approved order in the warehouse."""
        state = self.in_review()
        sign_all(state)
        lifecycle.advance(state, Stage.PREPARING, START)
        return state

    def shipped(self) -> OrderState:
        """Return the order with one parcel of everything on its way, known to the channel."""
        state = self.preparing()
        do(state, ship("T1"))
        settle(state)
        lifecycle.advance(state, Stage.SHIPPED, START)
        return state

    def delivered(self) -> OrderState:
        """Return the order delivered the moment it was shipped."""
        state = self.shipped()
        do(state, deliver("T1"))
        return state

    def completed(self) -> OrderState:
        """Return the order after its objection window."""
        state = self.delivered()
        lifecycle.advance(state, Stage.COMPLETED, after(days=7))
        return state


def an_order() -> OrderBuilder:
    """Start describing an order."""
    return OrderBuilder()


def admit(state: OrderState, plan: Plan, now: datetime) -> None:
    """Take over a plan the way the workflow's admission does."""
    state.admission_due = False
    state.admission_round += 1
    lifecycle.admit(state, plan, now)


def plan_of(state: OrderState) -> Plan:
    """Return the plan in force, which the test knows to exist."""
    assert state.plan is not None
    return state.plan


def readmit(state: OrderState, now: datetime, obstacles: Sequence[Obstacle] = ()) -> None:
    """Plan the content in force again under the same rules."""
    version = state.facts.content_version
    plan = replace(plan_of(state), content_version=version, obstacles=tuple(obstacles))
    admit(state, plan, now)


def can_cover(groups: tuple[SignerGroup, ...], signers: Sequence[str]) -> bool:
    """Tell by trying everything whether each group can have a signer of its own."""
    return any(
        all(person in group.people for person, group in zip(chosen, groups, strict=True))
        for chosen in permutations(signers, len(groups))
    )


def sign_all(state: OrderState) -> None:
    """Let the first awaited person sign until the order is approved."""
    for group in plan_of(state).signers:
        if approvals.is_approved(state.approval):
            return
        do(state, approve(next(p for p in group.people if p != state.facts.submitter)))


def settle(state: OrderState) -> None:
    """Let the ledger and the channel have heard of every parcel."""
    for parcel in state.parcels:
        parcel.settled = parcel.channel_told = True


def do(state: OrderState, action: Action, now: datetime = START) -> Outcome:
    """Send an action and return what became of it."""
    return react(state, action, now)


def kinds(state: OrderState) -> list[EventKind]:
    """Return the kinds of all events so far, in order."""
    return [event.kind for event in state.events]


def happened(state: OrderState, kind: EventKind) -> int:
    """Count the events of a kind."""
    return kinds(state).count(kind)


def last(state: OrderState, kind: EventKind) -> Event:
    """Return the newest event of a kind."""
    return next(event for event in reversed(state.events) if event.kind is kind)


# --- actions: every call makes a new id unless one is given ----------------------------------


def new_id() -> str:
    """Return an id nobody used yet."""
    return f"a{next(_ids)}"


def confirm(actor: str = "carl", id: str = "") -> Confirm:
    """Customer service confirms."""
    return Confirm(id or new_id(), actor)


def approve(actor: str, content_hash: str = HASH, id: str = "") -> Decide:
    """Sign the content with this hash."""
    return Decide(id or new_id(), actor, Verdict.APPROVE, content_hash)


def reject(actor: str, content_hash: str = HASH, note_id: str = "n1") -> Decide:
    """Reject the content with this hash."""
    return Decide(new_id(), actor, Verdict.REJECT, content_hash, note_id)


def give_back(actor: str, content_hash: str = HASH, note_id: str = "n1") -> Decide:
    """Return the content with this hash to whoever submitted it."""
    return Decide(new_id(), actor, Verdict.RETURN, content_hash, note_id)


def add(actor: str, person: str, when: AddedWhen = AddedWhen.PARALLEL, id: str = "") -> AddSign:
    """Ask for one more signature."""
    return AddSign(id or new_id(), actor, person, when, "n1")


def hand_over(actor: str, person: str, id: str = "") -> Transfer:
    """Give a part to somebody."""
    return Transfer(id or new_id(), actor, person, "n1")


def withdraw(actor: str) -> Withdraw:
    """Take a signature back, or the order."""
    return Withdraw(new_id(), actor)


def urge(actor: str = "carl") -> Urge:
    """Remind those it waits for."""
    return Urge(new_id(), actor)


def copy(*people: str) -> CopyTo:
    """Let these hear how it goes."""
    return CopyTo(new_id(), "carl", people)


def staff_changed() -> StaffChanged:
    """Say that staff has changed."""
    return StaffChanged(new_id(), "system")


def repin(rule_set: str = "r2", note_id: str = "n1") -> Repin:
    """Put the order under another rule set."""
    return Repin(new_id(), "tina", rule_set, note_id)


def look_up(
    state: OrderState,
    now: datetime,
    *groups: SignerGroup,
    behalf: dict[str, str] | None = None,
    unfit: Sequence[str] = (),
) -> None:
    """Answer who may sign, the way the workflow does; without groups, as the order has it."""
    state.entitlement_due = False
    question = signing.staff_question(state, plan_of(state))
    found = StaffAnswer(groups or state.approval.groups, behalf or {}, tuple(unfit))
    signing.entitle(state, question, found, now)


def pieces(**quantities: int) -> tuple[ParcelLine, ...]:
    """Return parcel lines by line id."""
    return tuple(ParcelLine(line_id, n) for line_id, n in quantities.items())


def ship(tracking: str, *lines: ParcelLine, id: str = "") -> Ship:
    """Send a parcel; no lines means everything left."""
    return Ship(id or new_id(), "wang", tracking, "DHL", lines)


def deliver(tracking: str = "", actor: str = "carrier") -> Deliver:
    """Report an arrival."""
    return Deliver(new_id(), actor, tracking)


def hold(
    reason: ReasonCode = ReasonCode.OTHER,
    note_id: str = "n1",
    assignee: str = "",
    pauses_clock: bool | None = None,
    id: str = "",
) -> RaiseHold:
    """Hold the order."""
    return RaiseHold(id or new_id(), "carl", reason, note_id, assignee, pauses_clock)


def unhold(hold_id: str, note_id: str = "") -> ReleaseHold:
    """Release a hold."""
    return ReleaseHold(new_id(), "carl", hold_id, note_id)


def amend(
    facts: OrderFacts, *, version: int = 2, content_hash: str = "hash-2", actor: str = "carl"
) -> Amend:
    """Change the content of these facts to a new version and hash."""
    newer = replace(facts, content_version=version, content_hash=content_hash)
    return Amend(new_id(), actor, newer)


def assign(group: str = "na", warehouse: str = "lax") -> AssignGroup:
    """Pick a group by hand."""
    return AssignGroup(new_id(), "tina", group, warehouse)


def cancel(note_id: str = "n1", reason: ReasonCode = ReasonCode.BUYER_CANCEL) -> Cancel:
    """Cancel the order."""
    return Cancel(new_id(), "carl", reason, note_id)


def objection(note_id: str = "n1") -> RaiseObjection:
    """Object to the delivery."""
    return RaiseObjection(new_id(), "carl", ReasonCode.DELIVERY_FAILED, note_id)


def goods_back(note_id: str = "n1") -> RequestReturn:
    """Request a return."""
    return RequestReturn(new_id(), "carl", note_id)


def channel_says(
    fact: ChannelFact, tracking: str = "", *lines: ParcelLine, id: str = ""
) -> ChannelUpdate:
    """Report a fact as the sales channel."""
    return ChannelUpdate(
        id or new_id(), CHANNEL, fact, tracking_number=tracking, carrier="UPS", lines=lines
    )
