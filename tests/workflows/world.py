"""A world for one or many orders: activities in memory, registered under the real names.

Admission asks the real default rule tables; stock, credit, warehouse and channel obey a `Script`.
Everything an order asks of the world is kept, so that tests assert on snapshots and events.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import signatures as calls
from domain.admission import LedgerAnswer, assess, planned, staff_question
from domain.events import Event, EventKind
from domain.facts import Identity, OrderFacts, facts_of
from domain.order import CanonicalOrder, Origin
from domain.projection import RecordRequest, Snapshot
from domain.rules.defaults import default_rule_set
from domain.rules.ruleset import RuleSet
from domain.staffing import Member, answer
from domain.state import Plan
from tests.patience import PATIENCE_SECONDS

SUBMITTER, MANAGER, DIRECTOR, FINANCE = "u-submitter", "u-manager", "u-director", "u-finance"
LAWYER, INTERN = "u-lawyer", "u-intern"
HELD = {
    SUBMITTER: ("regional_manager",),
    MANAGER: ("regional_manager",),
    DIRECTOR: ("ops_director", "finance"),
    FINANCE: ("finance",),
    LAWYER: ("legal",),
    INTERN: (),
}


def members() -> dict[str, Member]:
    """Everybody who works here, each with their roles everywhere."""
    return {
        person: Member(person, roles=tuple((role, "") for role in roles))
        for person, roles in HELD.items()
    }


RATES = {"CNY": Decimal(1), "USD": Decimal(7)}
PERSONAL = ("Planted Person", "planted@example.com", "+4930123456", "Planted Street 1")

Request = (
    calls.AdmitRequest
    | calls.EntitleRequest
    | RecordRequest
    | calls.SettleRequest
    | calls.ReleaseRequest
    | calls.DispatchRequest
    | calls.FulfilRequest
    | calls.CancelRequest
    | calls.ChannelHoldRequest
)


class Gate:
    """Holds a call open until the test lets it go on."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.opened = asyncio.Event()

    async def pass_through(self) -> None:
        self.entered.set()
        await self.opened.wait()

    def close(self) -> None:
        """Hold the next call again."""
        self.entered.clear()
        self.opened.clear()


def refusal(kind: str) -> ApplicationError:
    """A refusal that is no use repeating."""
    return ApplicationError("refused by the test", type=kind, non_retryable=True)


@dataclass
class Script:
    """How the world treats one order: `fails` is used up call by call, None lets a call pass."""

    rules: RuleSet = field(default_factory=default_rule_set)
    other_rules: dict[str, RuleSet] = field(default_factory=dict)
    staff: dict[str, Member] = field(default_factory=members)
    first_cooperation: bool = False
    has_rate: bool = True
    credit_granted: bool = True
    short: tuple[str, ...] = ()
    fails: dict[str, list[Any]] = field(default_factory=dict)
    always_fails: dict[str, Exception] = field(default_factory=dict)
    gates: dict[str, Gate] = field(default_factory=dict)

    async def play(self, name: str) -> None:
        """Wait at the gate of the call, then let it pass or fail."""
        if name in self.gates:
            await self.gates[name].pass_through()
        if name in self.always_fails:
            raise self.always_fails[name]
        failure = self.fails[name].pop(0) if self.fails.get(name) else None
        if failure is not None:
            raise failure


class Story:
    """What the world has heard of one order."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.asked: list[tuple[str, Request]] = []
        self.snapshots: list[Snapshot] = []
        self.events: list[Event] = []
        self._changed = asyncio.Event()

    @property
    def now(self) -> Snapshot:
        """The newest snapshot."""
        return self.snapshots[-1]

    @property
    def kinds(self) -> list[str]:
        """The kinds of all events, in order."""
        return [str(event.kind) for event in self.events]

    def count(self, kind: EventKind) -> int:
        """How often this kind of event happened."""
        return self.kinds.count(kind)

    def calls_of(self, name: str) -> list[Any]:
        """The requests of every attempt of one activity."""
        return [request for asked, request in self.asked if asked == name]

    def outside(self) -> list[str]:
        """The names of everything asked but planning and recording, in order."""
        ours = (calls.ADMIT, calls.ENTITLE, calls.RECORD)
        return [name for name, _ in self.asked if name not in ours]

    def heard(self, name: str, request: Request) -> None:
        """Keep a request and wake whoever waits for it."""
        self.asked.append((name, request))
        self._changed.set()

    def recorded(self, request: RecordRequest) -> None:
        """Take over snapshot and events as the read model does: newer versions only."""
        known = self.events[-1].seq if self.events else 0
        self.events += [event for event in request.events if event.seq > known]
        if not self.snapshots or request.snapshot.version > self.now.version:
            self.snapshots.append(request.snapshot)
        self._changed.set()

    async def until(self, predicate: Callable[["Story"], bool]) -> None:
        """Wait until the predicate holds of this story."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not predicate(self):
                self._changed.clear()
                await self._changed.wait()

    async def happened(self, kind: EventKind, times: int = 1) -> None:
        """Wait until an event was recorded."""
        await self.until(lambda story: story.count(kind) >= times)

    async def reached(self, stage: str) -> None:
        """Wait until the order was recorded in this stage."""
        await self.until(lambda story: bool(story.snapshots) and story.now.stage == stage)


class World:
    """The outside of all orders of a test session."""

    def __init__(self) -> None:
        self.stories: dict[str, Story] = {}

    def expect(self, order_id: str, script: Script) -> Story:
        """Get ready for an order."""
        self.stories[order_id] = Story(script)
        return self.stories[order_id]

    async def _asked(self, name: str, order_id: str, request: Request) -> Story:
        story = self.stories[order_id]
        story.heard(name, request)
        await story.script.play(name)
        return story

    @activity.defn(name=calls.ADMIT)
    async def admit(self, request: calls.AdmitRequest) -> Plan:
        story = await self._asked(calls.ADMIT, request.facts.order_id, request)
        return plan_for(request, story.script)

    @activity.defn(name=calls.ENTITLE)
    async def entitle(self, request: calls.EntitleRequest) -> calls.EntitleAnswer:
        story = await self._asked(calls.ENTITLE, request.order_id, request)
        return calls.EntitleAnswer(answer(request.question, story.script.staff))

    @activity.defn(name=calls.RECORD)
    async def record(self, request: RecordRequest) -> None:
        (await self._asked(calls.RECORD, request.snapshot.order_id, request)).recorded(request)

    @activity.defn(name=calls.SETTLE)
    async def settle(self, request: calls.SettleRequest) -> None:
        await self._asked(calls.SETTLE, request.order_id, request)

    @activity.defn(name=calls.RELEASE)
    async def release(self, request: calls.ReleaseRequest) -> None:
        await self._asked(calls.RELEASE, request.order_id, request)

    @activity.defn(name=calls.DISPATCH)
    async def dispatch(self, request: calls.DispatchRequest) -> None:
        await self._asked(calls.DISPATCH, request.order_id, request)

    @activity.defn(name=calls.VOID_DISPATCH)
    async def void_dispatch(self, request: calls.DispatchRequest) -> None:
        await self._asked(calls.VOID_DISPATCH, request.order_id, request)

    @activity.defn(name=calls.FULFIL)
    async def fulfil(self, request: calls.FulfilRequest) -> None:
        await self._asked(calls.FULFIL, request.order_id, request)

    @activity.defn(name=calls.CANCEL_IN_CHANNEL)
    async def cancel_in_channel(self, request: calls.CancelRequest) -> None:
        await self._asked(calls.CANCEL_IN_CHANNEL, request.order_id, request)

    @activity.defn(name=calls.HOLD_IN_CHANNEL)
    async def hold_in_channel(self, request: calls.ChannelHoldRequest) -> None:
        await self._asked(calls.HOLD_IN_CHANNEL, request.order_id, request)

    @activity.defn(name=calls.RELEASE_IN_CHANNEL)
    async def release_in_channel(self, request: calls.ChannelHoldRequest) -> None:
        await self._asked(calls.RELEASE_IN_CHANNEL, request.order_id, request)


def plan_for(request: calls.AdmitRequest, script: Script) -> Plan:
    """Plan as admission does, by the default rule tables."""
    facts = request.facts
    rate = RATES.get(facts.currency) if script.has_rate else None
    assessment = assess(
        facts,
        script.other_rules.get(request.rule_set, script.rules),
        first_cooperation=script.first_cooperation,
        base_amount=facts.total * rate if rate is not None else None,
        picked=(request.group, request.warehouse),
    )
    question = staff_question(facts, assessment, request.handovers, request.asked)
    ledger = LedgerAnswer(script.credit_granted, script.short)
    return planned(facts, assessment, answer(question, script.staff), ledger)


def order_facts(
    name: str,
    total: str = "500.00",
    *,
    currency: str = "CNY",
    country: str = "DE",
    origin: Origin = "channel",
    version: int = 1,
    quantities: Iterable[int] = (2, 3),
    status: str = "paid",
    kind: str = "consumer",
    start_stage: str = "",
    flags: tuple[str, ...] = (),
) -> OrderFacts:
    """Facts of an order of a person whose data must never show up anywhere."""
    person, email, phone, street = PERSONAL
    order = CanonicalOrder.model_validate(
        {
            "channel": "shopify",
            "shop": "berlin",
            "external_id": name,
            "placed_at": "2026-11-01T09:00:00Z",
            "currency": currency,
            "customer": {"kind": kind, "name": person, "email": email, "phone": phone},
            "shipping_address": {"name": person, "line1": street, "country": country},
            "lines": [
                {
                    "line_id": f"l{number}",
                    "sku": f"SKU-{number}",
                    "quantity": quantity,
                    "unit_price": "0.00",
                    "total": "0.00",
                }
                for number, quantity in enumerate(quantities, 1)
            ],
            "total": total,
            "payment": {"status": status},
            "flags": flags,
        }
    )
    submitter = "" if origin == "channel" else SUBMITTER
    submitted_at = datetime(2026, 11, 1, 9, tzinfo=UTC)
    identity = Identity(name, origin, submitter, submitted_at, start_stage=start_stage)
    return facts_of(order, identity, version, 0)
