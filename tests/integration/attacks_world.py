"""A company whose approvals are attacked: real admission and staff, and many orders opened at once.

Amounts are in the base currency: 5000 wants one regional manager, 20000 a director and finance.
"""

import asyncio
import hashlib
import itertools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
from sqlalchemy import Connection, Engine, text
from temporalio import activity
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.service import RPCError

from activities import signatures as calls
from activities.admission import Admission
from activities.ledgers import BuiltinLedger
from database import absences, entitlements, people, progress, stock
from database.absences import Absence
from database.orders import get as order_row
from database.orders import identity_of
from database.people import Group
from domain.actions import Action, Confirm, CopyTo, Outcome
from domain.facts import OrderFacts, facts_of
from domain.order import Address, CanonicalOrder, Customer, Line, Payment, content_hash
from domain.state import Plan
from intake.staff_watch import StaffWatch
from tests.integration.api_orders_alive import Outside
from tests.integration.api_world import as_, eventually, key_of
from tests.integration.database_rules_sets import published_rules
from tests.integration.database_world import canonical, employ, place_as
from workflows.order import OrderInput, OrderWorkflow

ONE_MANAGER, DIRECTOR_AND_FINANCE = Decimal(5000), Decimal(20000)
# A role that no table of rules asks for: an approver, who signs nothing in their own right.
BUYER = "buyer:eu"
STAFF = {
    "cs": ("customer_service",),
    "lead": ("team_lead",),
    "ann": ("regional_manager:eu",),
    "ben": ("regional_manager:eu",),
    "sam": ("regional_manager:eu", "sales:eu"),
    "amy": ("regional_manager:eu", "sales:eu"),
    "nora": ("regional_manager:na",),
    "lim": ("regional_manager:eu",),
    "gone": ("regional_manager:eu",),
    "sue": ("regional_manager:eu", "sales:eu"),
    "dan": (BUYER,),
    "abe": ("regional_manager:eu",),
    "sol": (BUYER, "sales:eu"),
    "olga": ("ops_director",),
    "away": ("ops_director",),
    "dele": (BUYER,),
    "fin": ("finance",),
    "both": ("ops_director", "finance"),
    "keeper": ("warehouse_keeper:eu",),
}
# Who is away, and who stands in for them.
AWAY = {"sue": "dan", "abe": "sol", "away": "dele"}
LIMITS = {"lim": Decimal(3000)}
# The one who leaves once all orders wait for approval.
LEAVER = "gone"
_numbers = itertools.count(1)


class Stack(Outside):
    """The activities; admission and staff are looked up for real."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._admission = Admission(engine, BuiltinLedger())

    @activity.defn(name=calls.ADMIT)
    async def admit(self, request: calls.AdmitRequest) -> Plan:
        return await asyncio.to_thread(self._admission.admit, request)

    @activity.defn(name=calls.ENTITLE)
    async def entitle(self, request: calls.EntitleRequest) -> calls.EntitleAnswer:
        return await asyncio.to_thread(self._admission.entitle, request)


@dataclass(frozen=True)
class Case:
    """One order that is attacked; `content` is the hash of what it began with."""

    order_id: str
    workflow_id: str
    content: str
    order: CanonicalOrder


@dataclass(frozen=True)
class Standing:
    """What an attack must not change: where the order stands, and every decision on it."""

    stage: str
    is_closed: bool
    decisions: tuple[tuple[str, str, str, str, bool], ...]
    verdicts: tuple[tuple[str, str], ...]


class Company:
    """The orders, and what is recorded of them."""

    def __init__(
        self, engine: Engine, database_url: str, client: Client, api: httpx.AsyncClient
    ) -> None:
        self.engine, self.client, self.api = engine, client, api
        self._watch = StaffWatch(engine, database_url, client)
        self._handles: list[WorkflowHandle[Any, Any]] = []

    # --- orders ----------------------------------------------------------------------------

    async def open(self, *wanted: tuple[Decimal, str]) -> list[Case]:
        """Start orders of these amounts and submitters, and wait until all wait for approval."""
        placed = [
            self._place(_order(f"attack-{next(_numbers)}", each[0]), each[1]) for each in wanted
        ]
        cases = [await self._start(case, facts) for case, facts in placed]

        async def all_wait() -> bool:
            return self._waiting([case.order_id for case in cases]) == len(cases)

        await eventually(all_wait)
        return cases

    async def _start(self, case: Case, facts: OrderFacts) -> Case:
        handle = await self.client.start_workflow(
            OrderWorkflow.run, OrderInput(facts), id=case.workflow_id, task_queue=calls.ORDERS_QUEUE
        )
        self._handles.append(handle)
        if facts.submitter:
            await self.signal(case, Confirm("confirmed", "cs"))
        return case

    def _waiting(self, order_ids: list[str]) -> int:
        query = text(
            "SELECT count(*) FROM order_progress WHERE order_id = ANY(:ids)"
            " AND stage = 'in_review' AND waits_for = 'approve'"
        )
        with self.engine.connect() as c:
            return int(c.execute(query, {"ids": order_ids}).scalar_one())

    def _place(self, order: CanonicalOrder, submitter: str) -> tuple[Case, OrderFacts]:
        with self.engine.begin() as c:
            order_id = place_as(c, order, submitter)[0]
            row = order_row(c, order_id)
        assert row is not None
        case = Case(order_id, row.workflow_id, content_hash(order), order)
        return case, facts_of(order, identity_of(row), 1, 0)

    async def end(self) -> None:
        """End the workflows that are left."""
        with suppress(RPCError):
            await asyncio.gather(*(each.terminate() for each in self._handles))

    def handle(self, case: Case) -> WorkflowHandle[Any, Any]:
        """Return the order's workflow."""
        return self.client.get_workflow_handle(case.workflow_id)

    async def update(self, case: Case, name: str, action: Action) -> Outcome:
        """Have the order take an action over that it must accept."""
        try:
            outcome: Outcome = await self.handle(case).execute_update(
                name, action, result_type=Outcome
            )
        except WorkflowUpdateFailedError as error:
            raise AssertionError(f"{name}: {error.cause}") from error
        assert outcome.accepted, outcome
        return outcome

    async def signal(self, case: Case, action: Action) -> None:
        """Send an action by signal; its name is that of its class."""
        names = {"CopyTo": "copy", "AddSign": "add_sign", "ReleaseHold": "release"}
        name = type(action).__name__
        await self.handle(case).signal(names.get(name, name.lower()), action)

    async def post(self, case: Case, person: str, what: str, body: dict[str, Any]) -> Any:
        """Act through the API."""
        path = f"/api/v1/orders/{case.order_id}/{what}"
        return await self.api.post(path, json=body, headers=as_(person))

    # --- what is recorded ------------------------------------------------------------------

    async def until(self, case: Case, is_so: Callable[[progress.Progress], bool]) -> None:
        """Wait until this is so of where the order stands."""

        async def holds() -> bool:
            at = await asyncio.to_thread(self.at, case)
            return at is not None and is_so(at)

        await eventually(holds)

    def at(self, case: Case) -> progress.Progress | None:
        """Return where the order stands."""
        with self.engine.connect() as c:
            return progress.get_progress(c, case.order_id)

    def events(self, case: Case) -> list[tuple[str, str, dict[str, str]]]:
        """Return kind, actor and data of everything that happened to the order."""
        with self.engine.connect() as c:
            return [(str(e.kind), e.actor, e.data) for e in progress.timeline(c, case.order_id)]

    async def heard(self, case: Case, is_it: Callable[[str, str, dict[str, str]], bool]) -> None:
        """Wait until an event like this is recorded."""

        async def is_there() -> bool:
            events = await asyncio.to_thread(self.events, case)
            return any(is_it(*event) for event in events)

        await eventually(is_there)

    async def settled(self, case: Case) -> None:
        """Wait until everything that was sent to the order before this call is on record."""
        person = f"witness-{next(_numbers)}"
        with suppress(RPCError):  # a closed order hears nothing more
            await self.signal(case, CopyTo(person, "cs", (person,)))
            await self.heard(case, lambda kind, _, data: _is_witness(kind, data, person))

    async def looked_up(self, case: Case, times: int) -> None:
        """Wait until it was looked up so often who may sign, beside the admission."""

        async def is_so() -> bool:
            with self.engine.connect() as c:
                return len(entitlements.of_order(c, case.order_id)) >= times

        await eventually(is_so)
        await self.settled(case)

    async def standing(self, case: Case) -> Standing:
        """Return what counts, once everything is on record."""
        await self.settled(case)
        at = self.at(case)
        assert at is not None
        with self.engine.connect() as c:
            given = progress.decisions_of(c, case.order_id)
        verdicts = ("signed", "approved", "rejected", "returned", "withdrawn", "transferred")
        return Standing(
            at.stage,
            at.closed,
            tuple(
                (d.decision_id, d.person, d.verdict, d.on_behalf_of, d.voided_at is None)
                for d in given
            ),
            tuple((kind, actor) for kind, actor, _ in self.events(case) if kind in verdicts),
        )

    def asked(self, case: Case) -> list[str]:
        """Return who has the order's approval to do."""
        query = text(
            "SELECT unnest(people) FROM tasks"
            " WHERE order_id = :o AND kind = 'approve' AND done_at IS NULL ORDER BY 1"
        )
        with self.engine.connect() as c:
            return list(c.execute(query, {"o": case.order_id}).scalars())

    # --- staff -----------------------------------------------------------------------------

    async def leave(self, person_id: str, *cases: Case) -> None:
        """Let somebody leave, and wait until these orders do not ask them any more."""
        with self.engine.begin() as c:
            found = people.get(c, person_id)
            assert found is not None
            people.save_person(c, replace(found, active=False))
            c.execute(text("UPDATE staff_changes SET effective_at = now() WHERE done_at IS NULL"))
        await self._watch.watch_once()

        async def is_so() -> bool:
            return not any(person_id in self.asked(case) for case in cases)

        await eventually(is_so)


def _is_witness(kind: str, data: dict[str, str], person: str) -> bool:
    return (kind == "copied" and data["told"] == person) or data.get("action_id") == person


def _order(external_id: str, amount: Decimal) -> CanonicalOrder:
    line = Line(line_id="1", sku="KB", quantity=1, unit_price=amount, total=amount)
    return canonical(
        external_id,
        currency="CNY",
        total=amount,
        lines=(line,),
        payment=Payment(status="paid"),
        customer=Customer(kind="consumer", external_id="C-17", name="Beispiel", phone="+49 30 1"),
        shipping_address=Address(
            name="Beispiel", line1="Weg 1", postal_code="10115", city="Berlin", country="DE"
        ),
    )


def open_house(c: Connection) -> None:
    """Employ everybody, put the default rules into force and fill the warehouse."""
    for table in ("people", "customers", "rule_sets", "groups", "stock", "batches"):
        c.execute(text(f"TRUNCATE {table} CASCADE"))
    for person, roles in STAFF.items():
        employ(c, person, *roles, approval_limit=LIMITS.get(person))
        digest = hashlib.sha256(key_of(person).encode()).hexdigest()
        people.add_key(c, person, digest, "test")
    for group, warehouse in (("eu", "de"), ("na", "lax")):
        people.save_group(c, Group(group, group.upper(), group.upper(), warehouse))
    now = datetime.now(UTC)
    for person, delegate in AWAY.items():
        week = Absence(person, now, now + timedelta(days=7), delegate, created_by=person)
        absences.add(c, week, now)
    c.execute(text("DELETE FROM staff_changes"))
    published_rules(c)
    stock.set_on_hand(c, "de", "KB", 10_000)
