"""Somebody leaves, goes on leave or comes back while an approval waits on them: it moves on."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from temporalio import activity
from temporalio.client import Client

from activities import signatures as calls
from database import absences, orders, people, progress, staff_edits
from database.absences import Absence
from database.staffing import entitlements
from domain.actions import Decide, Outcome, Verdict
from domain.approvals import Policy, SignerGroup
from intake.staff_watch import StaffWatch
from tests.integration.api_orders_alive import Orders, Outside, working
from tests.integration.api_world import eventually
from tests.integration.database_world import employ
from workflows.order import OrderWorkflow

MANAGERS = SignerGroup("regional_manager", ("li", "marta"))


class Staffed(Outside):
    """The activities; who may sign is looked up for real."""

    @activity.defn(name=calls.ENTITLE)
    async def entitle(self, request: calls.EntitleRequest) -> calls.EntitleAnswer:
        return await asyncio.to_thread(self._entitle, request)

    def _entitle(self, request: calls.EntitleRequest) -> calls.EntitleAnswer:
        with self._engine.begin() as c:
            return calls.EntitleAnswer(entitlements(c, request.question, datetime.now(UTC)))


class Company:
    """Orders that wait for a manager, and a watch over their staff."""

    def __init__(self, engine: Engine, database_url: str, client: Client) -> None:
        self.orders = Orders(engine, client)
        self._engine = engine
        self._client = client
        self._watch = StaffWatch(engine, database_url, client)

    async def in_review(self, external_id: str) -> str:
        order_id = await self.orders.start(external_id)
        await self.waits_for(order_id, "li", "marta")
        return order_id

    async def waits_for(self, order_id: str, *signers: str) -> None:
        async def so() -> bool:
            return self._asked(order_id) == [*signers]

        await eventually(so)
        at = self.orders.at(order_id)
        assert at is not None
        assert at.owner_person == signers[0]

    def _asked(self, order_id: str) -> list[str]:
        query = text("SELECT people FROM tasks WHERE order_id = :o AND kind = 'approve'")
        with self._engine.connect() as c:
            return list(c.execute(query, {"o": order_id}).scalar() or [])

    async def follow(self) -> None:
        """Work off the changes, as if the second they wait had passed."""
        with self._engine.begin() as c:
            c.execute(text("UPDATE staff_changes SET effective_at = now() WHERE done_at IS NULL"))
        assert await self._watch.watch_once()

    def leave(self, person_id: str) -> None:
        with self._engine.begin() as c:
            found = people.get(c, person_id)
            assert found is not None
            gone = people.Person(**{**vars(found), "active": False})
            staff_edits.keep(c, [gone], datetime.now(UTC))

    def away(self, person_id: str, delegate: str | None = None) -> Absence:
        now = datetime.now(UTC)
        until = now + timedelta(days=7)
        with self._engine.begin() as c:
            return absences.add(c, Absence(person_id, now, until, delegate), now)

    def back(self, absence: Absence) -> None:
        with self._engine.begin() as c:
            assert absences.cancel(c, absence.absence_id, datetime.now(UTC))

    async def approve(self, order_id: str, person: str) -> Outcome:
        with self._engine.connect() as c:
            content, row = orders.content(c, order_id), orders.get(c, order_id)
        assert content is not None
        assert row is not None
        handle = self._client.get_workflow_handle_for(OrderWorkflow.run, row.workflow_id)
        decision = Decide(f"d-{person}", person, Verdict.APPROVE, content.content_hash)
        return await handle.execute_update(OrderWorkflow.decide, decision)


@pytest.fixture
async def company(
    engine: Engine, database_url: str, temporal_client: Client
) -> AsyncIterator[Company]:
    with engine.begin() as c:
        employ(c, "boss", "ops_director")
        employ(c, "lea", "team_lead", superior_id="boss")
        employ(c, "li", "regional_manager", superior_id="boss")
        employ(c, "marta", "regional_manager", superior_id="boss")
        c.execute(text("DELETE FROM staff_changes"))
    outside = Staffed(engine)
    outside.needs(Policy.ANY_OF, MANAGERS)
    company = Company(engine, database_url, temporal_client)
    async with working(temporal_client, outside, activities=[outside.entitle]):
        yield company
        await company.orders.end()


async def test_an_approval_moves_on_when_its_people_leave_and_a_person_can_still_decide(
    company: Company, engine: Engine
) -> None:
    order_id = await company.in_review("W-1")
    company.leave("li")
    await company.follow()
    await company.waits_for(order_id, "marta")
    company.leave("marta")
    await company.follow()
    await company.waits_for(order_id, "boss")
    assert (await company.approve(order_id, "boss")).accepted

    async def is_approved() -> bool:
        with engine.connect() as c:
            at = progress.get_progress(c, order_id)
        return at is not None and at.stage != "in_review"

    await eventually(is_approved)


async def test_a_delegate_is_asked_while_somebody_is_away_and_not_after(
    company: Company, engine: Engine
) -> None:
    order_id = await company.in_review("W-2")
    absence = company.away("li", "lea")
    await company.follow()
    await company.waits_for(order_id, "lea", "marta")
    company.back(absence)
    await company.follow()
    await company.waits_for(order_id, "li", "marta")
    company.away("li", "lea")
    await company.follow()
    await company.waits_for(order_id, "lea", "marta")
    assert (await company.approve(order_id, "lea")).accepted

    async def is_signed_on_behalf() -> bool:
        with engine.connect() as c:
            decisions = progress.decisions_of(c, order_id)
        return [(each.person, each.on_behalf_of) for each in decisions] == [("lea", "li")]

    await eventually(is_signed_on_behalf)


async def test_an_ended_order_is_passed_over_and_the_change_is_done(
    company: Company, engine: Engine
) -> None:
    await company.in_review("W-3")
    await company.orders.end()
    company.leave("li")
    await company.follow()
    with engine.connect() as c:
        open_ones = text("SELECT count(*) FROM staff_changes WHERE done_at IS NULL")
        assert c.execute(open_ones).scalar_one() == 0
