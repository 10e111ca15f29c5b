"""Every attack on an approval through every entry that a decision can take, on real servers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from decimal import Decimal
from functools import partial

import pytest
import pytest_asyncio
from sqlalchemy import Engine
from temporalio.client import Client

from activities.batch import Batches
from api.permissions import ROUTES, V1, Permission
from api.records import open_tasks
from database import doctor, progress
from domain.actions import (
    Action,
    AddSign,
    CopyTo,
    Decide,
    ReleaseHold,
    Repin,
    Transfer,
    Urge,
    Verdict,
    Withdraw,
)
from domain.approvals import AddedWhen
from tests.integration import decision_ways
from tests.integration.api_orders_alive import working
from tests.integration.api_world import as_, serving, state_on
from tests.integration.attack_entries import ENTRIES, Answer
from tests.integration.attacks import ALL, ATTACKS, EXCUSED, RACES, REPEATED, RUN, order_of
from tests.integration.attacks_world import (
    DIRECTOR_AND_FINANCE,
    LEAVER,
    ONE_MANAGER,
    Case,
    Company,
    Stack,
    open_house,
)
from workflows.batch import BatchWorkflow
from workflows.payloads import data_converter

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Which entry of the suite each way in belongs to.
WAYS = {
    f"POST {V1}/orders/{{order_id}}/decisions": "api",
    "api/routes/actions.py makes it in decide": "api",
    f"POST {V1}/decisions/batch": "batch",
    "domain/batches.py makes it in action_of": "batch",
    f"POST {V1}/links/{{token}}": "link",
    "api/routes/links.py makes it in follow": "link",
    "workflows/order.py takes it by signal signal_decide": "signal",
    "workflows/order.py takes it by update decide": "update",
}
# What deciders may call besides, and why nobody signs by it.
NO_DECISION = {
    f"POST {V1}/orders/{{order_id}}/signers": "names who is to sign in addition",
    f"POST {V1}/orders/{{order_id}}/transfers": "names who is to sign instead",
    "domain/possibilities.py makes it in _decide": "asks the rules whether it would be refused",
}
OPENED_AT_ONCE, PREPARED_AT_ONCE = 25, 8
Cases = dict[tuple[str, str], Case]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def company(
    _shared_engine: Engine, database_url: str, temporal_address: str
) -> AsyncIterator[Company]:
    """One company for all attacks; no other test uses the database meanwhile."""
    engine = _shared_engine
    with engine.begin() as c:
        open_house(c)
    client = await Client.connect(
        temporal_address, namespace="orderflow", data_converter=data_converter
    )
    batches = Batches(engine, client).work_batch
    stack = Stack(engine)
    async with AsyncExitStack() as running:
        api = await running.enter_async_context(serving(state_on(engine, database_url, client)))
        await running.enter_async_context(
            working(client, stack, [BatchWorkflow], [batches, stack.entitle])
        )
        company = Company(engine, database_url, client, api)
        yield company
        await company.end()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cases(company: Company) -> Cases:
    """The orders that are attacked, all opened before the first attack."""
    cases: Cases = {}
    orders = list(dict.fromkeys(order_of(*pair) for pair in RUN))
    for first in range(0, len(orders), OPENED_AT_ONCE):
        pairs = orders[first : first + OPENED_AT_ONCE]
        opened = await company.open(*(_wanted(name) for name, _ in pairs))
        cases |= zip(pairs, opened, strict=True)
    hands = asyncio.Semaphore(PREPARED_AT_ONCE)
    await asyncio.gather(*(_prepare(company, case, pair, hands) for pair, case in cases.items()))
    await company.leave(LEAVER, *cases.values())
    return cases


def _wanted(name: str) -> tuple[Decimal, str]:
    if name in RACES:
        return RACES[name][0], ""
    return ATTACKS[name].amount, ATTACKS[name].submitter


async def _prepare(
    company: Company, case: Case, pair: tuple[str, str], hands: asyncio.Semaphore
) -> None:
    if pair[0] in ATTACKS:
        async with hands:
            await ATTACKS[pair[0]].prepare(company, case, ENTRIES[pair[1]])


@pytest.mark.parametrize(("name", "entry"), [pair for pair in RUN if pair[0] in ATTACKS])
async def test_the_attack_is_refused_and_leaves_the_order_as_it_was(
    company: Company, cases: Cases, name: str, entry: str
) -> None:
    attack, case = ATTACKS[name], cases[order_of(name, entry)]
    before = await company.standing(case)
    answer = await ENTRIES[entry].decide(company, case, attack.what(case, entry))
    code = attack.answer(entry)
    assert answer == Answer(code == REPEATED, code)
    assert await company.standing(case) == before


@pytest.mark.parametrize(("name", "entry"), [pair for pair in RUN if pair[0] in RACES])
async def test_what_comes_at_one_instant_has_one_outcome(
    company: Company, cases: Cases, name: str, entry: str
) -> None:
    await RACES[name][1](company, cases[name, entry], ENTRIES[entry])


async def test_the_doctor_finds_every_signature_in_order_afterwards(
    company: Company, cases: Cases
) -> None:
    with company.engine.begin() as c:
        found = doctor.violations(c)
    assert [violation for violation in found if violation.invariant in ("I5", "I9")] == []


# --- what else somebody who reaches Temporal could send ------------------------------------


async def test_nobody_gets_a_part_or_takes_one_away_by_a_forged_signal(company: Company) -> None:
    (case,) = await company.open((DIRECTOR_AND_FINANCE, ""))
    asked = company.asked(case)
    forged: list[tuple[Action, str]] = [
        (AddSign("f1", "ghost", "ghost", AddedWhen.BEFORE), "not_entitled"),
        (AddSign("f2", "fin", "ghost", AddedWhen.BEFORE), "not_fit"),
        (AddSign("f3", "fin", "fin", AddedWhen.AFTER), "not_fit"),
        (Transfer("f4", "ghost", "ghost"), "not_entitled"),
        (Transfer("f5", "fin", "ghost"), "not_fit"),
        (Transfer("f6", "olga", "nora"), "not_fit"),
        (Withdraw("f7", "ghost"), "nothing_to_withdraw"),
        # It came from a channel: nobody submitted it.
        (Withdraw("f8", ""), "nothing_to_withdraw"),
        (Decide("f9", "", Verdict.APPROVE, case.content), "is_submitter"),
    ]
    for action, code in forged:
        await company.signal(case, action)
        await company.heard(case, partial(_is_refusal, action.id, code))
    await company.signal(case, Urge("f10", "ghost"))
    await company.signal(case, CopyTo("f11", "ghost", ("ghost", "")))
    standing = await company.standing(case)
    assert (standing.stage, standing.decisions) == ("in_review", ())
    assert company.asked(case) == asked
    for person in ("fin", "olga"):
        await company.update(case, "decide", _approval(case, person))
    await company.until(case, lambda at: at.stage == "preparing")


async def test_rules_that_do_not_exist_hold_an_order_visibly_until_it_is_put_under_others(
    company: Company,
) -> None:
    (case,) = await company.open((ONE_MANAGER, ""))
    await company.update(case, "decide", _approval(case, "ann"))
    await company.until(case, lambda at: at.stage == "preparing")
    await company.signal(case, Repin("r1", "ghost", "rules-of-nobody", "note"))
    await company.until(case, lambda at: at.held and at.stage == "in_review")
    with company.engine.connect() as c:
        (hold,) = progress.open_holds(c, case.order_id)
        assignees = [task.assignee_person for task in open_tasks(c, case.order_id)]
    assert (hold.origin, hold.detail) == ("admission", "NO_RULE_SET")
    assert all(assignees)
    await company.signal(case, ReleaseHold("r2", "lead", hold.id, "note"))
    await company.heard(case, lambda kind, _, __: kind == "released")
    await company.settled(case)
    await company.until(case, lambda at: at.held and at.stage == "in_review")
    await company.signal(case, Repin("r3", "lead", "v1", "note"))
    await company.until(case, lambda at: at.stage == "preparing" and not at.held)


async def test_only_who_may_apply_rules_puts_many_orders_under_them(company: Company) -> None:
    (case,) = await company.open((ONE_MANAGER, ""))
    body = {"orders": [case.order_id], "note": "n"}
    for person in ("ann", "fin", "cs", "keeper"):
        answer = await company.api.post(f"{V1}/rules/v1/apply", json=body, headers=as_(person))
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    smuggled = {"verdict": "approve", "kind": "repin", "rule_set": "v1", **body}
    answer = await company.api.post(f"{V1}/decisions/batch", json=smuggled, headers=as_("ann"))
    assert answer.status_code == 422
    assert all(kind != "repinned" for kind, _, _ in company.events(case))


async def test_a_guessed_link_says_no_more_than_that_there_is_none(company: Company) -> None:
    path = f"{V1}/links/{'A' * 43}"
    looked = await company.api.get(path)
    followed = await company.api.post(path, json={}, headers=as_("ann"))
    assert (looked.status_code, looked.json()["code"]) == (404, "unknown_link")
    assert (followed.status_code, followed.json()["code"]) == (404, "unknown_link")
    unknown = await company.api.post(path, json={})
    assert unknown.json()["code"] == "unauthenticated"


def _approval(case: Case, person: str) -> Decide:
    return Decide(f"yes-{person}", person, Verdict.APPROVE, case.content)


def _is_refusal(action_id: str, code: str, kind: str, actor: str, data: dict[str, str]) -> bool:
    return (kind, data.get("action_id"), data.get("code")) == ("refused", action_id, code)


# --- nothing is left out -------------------------------------------------------------------


async def test_every_attack_runs_through_every_entry_or_is_excused_with_a_reason() -> None:
    assert len(ATTACKS) + len(RACES) >= 12
    assert set(EXCUSED) <= set(ALL)
    assert all(EXCUSED.values())
    # Whoever reaches Temporal may send what they like: nothing is excused there.
    assert {entry for _, entry in EXCUSED} <= {"api", "batch", "link"}


async def test_every_way_in_for_a_decision_is_an_entry_of_this_suite() -> None:
    found = decision_ways.found(ROUTES, decision_ways.sources())
    assert found == {*WAYS, *NO_DECISION}
    assert set(WAYS.values()) == set(ENTRIES)


@pytest.mark.parametrize(
    ("module", "way"),
    [
        (
            "from domain import actions\n"
            "async def quick(desk):\n    return actions.Decide('1', 'ann', 'approve', '')\n",
            "makes it in quick",
        ),
        ("class Desk:\n    def quick(self):\n        send(Decide, 'ann')\n", "makes it in quick"),
        ("DECISION = Decide('1', 'ann', 'approve', '')\n", "makes it in the module"),
        (
            "class Flow:\n    @workflow.signal\n    def quick(self, action: Action): ...\n",
            "takes it by signal quick",
        ),
        (
            "class Flow:\n    @workflow.update(name='q')\n    def quick(self, a: 'Decide'): ...\n",
            "takes it by update quick",
        ),
        (
            "class Flow:\n    @workflow.signal(dynamic=True)\n    def quick(self, args): ...\n",
            "takes it by signal quick",
        ),
    ],
)
async def test_a_way_in_that_is_not_attacked_is_found(module: str, way: str) -> None:
    planted = {"workflows/planted.py": module}
    assert decision_ways.found({}, planted) == {f"workflows/planted.py {way}"}


async def test_a_route_for_deciders_that_is_not_attacked_is_found() -> None:
    planted = {**ROUTES, ("PUT", f"{V1}/orders/{{order_id}}/verdict"): Permission.DECIDE}
    assert decision_ways.found(planted, {}) - {*WAYS, *NO_DECISION} == {
        f"PUT {V1}/orders/{{order_id}}/verdict"
    }
