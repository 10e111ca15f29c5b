"""Open tasks go to whoever answers for them now when staff changes, with orders kept as rows."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection, text

from database import (
    absences,
    admissions,
    entitlements,
    inbox,
    people,
    progress,
    quarantine,
    staff_changes,
)
from database.absences import Absence
from database.admissions import Admission
from database.people import Person, RoleGrant
from database.staff_changes import Moved
from domain.approvals import Policy, SignerGroup
from domain.findings import FindingCode, finding
from domain.staffing import StaffAnswer, StaffQuestion
from tests.integration.database_rules_sets import published_rules
from tests.integration.database_world import NOW, employ, place, request_of, story_of

MANAGERS = SignerGroup("regional_manager", ("li", "marta"))


@pytest.fixture
def c(connection: Connection) -> Connection:
    """Some staff whose own arrival concerns nobody any more."""
    employ(connection, "lea", "team_lead")
    employ(connection, "li", "regional_manager", superior_id="lea")
    employ(connection, "marta", "regional_manager", superior_id="lea")
    employ(connection, "ann", "warehouse_keeper:eu", superior_id="lea")
    employ(connection, "bob", "warehouse_keeper:eu", superior_id="lea")
    connection.execute(text("DELETE FROM staff_changes"))
    return connection


def in_review(c: Connection, external_id: str = "1001") -> str:
    """Keep an order that waits for a manager."""
    order_id = place(c, external_id)
    state = story_of(order_id).signed_by(Policy.ANY_OF, MANAGERS).in_review()
    assert progress.project(c, request_of(state))
    return order_id


def preparing(c: Connection, external_id: str = "1001") -> str:
    """Keep an order that a keeper of the eu group makes ready."""
    order_id = place(c, external_id)
    assert progress.project(c, request_of(story_of(order_id).preparing()))
    return order_id


def owner(c: Connection, order_id: str) -> str:
    at = progress.get_progress(c, order_id)
    assert at is not None
    return at.owner_person


def assignees(c: Connection, order_id: str) -> set[str]:
    found = text("SELECT assignee_person FROM tasks WHERE order_id = :o AND done_at IS NULL")
    return set(c.execute(found, {"o": order_id}).scalars())


def change(c: Connection, person_id: str, edit: Callable[[Person], Person]) -> None:
    before = people.get(c, person_id)
    assert before is not None
    people.save_person(c, edit(before))


def leave(c: Connection, person_id: str) -> None:
    change(c, person_id, lambda person: replace(person, active=False))


def follow(c: Connection) -> Moved:
    """Work off what is noted, as if its second had passed."""
    c.execute(text("UPDATE staff_changes SET effective_at = now() WHERE effective_at > now()"))
    changes = staff_changes.claim(c, 100, 60)
    moved = staff_changes.move(c, changes, "")
    staff_changes.move_desks(c, changes)
    staff_changes.finish(c, changes, datetime.now(UTC))
    assert staff_changes.claim(c, 100, 60) == []
    return moved


def test_what_a_leaver_had_to_do_is_somebody_elses_and_its_workflow_asks_anew(
    c: Connection,
) -> None:
    review, ready = in_review(c, "1"), preparing(c, "2")
    assert (owner(c, review), owner(c, ready)) == ("li", "ann")
    leave(c, "li")
    moved = follow(c)
    assert moved.to_ask == ("order:shopify:main:1",)
    assert (owner(c, review), assignees(c, review)) == ("marta", {"marta"})
    leave(c, "ann")
    assert follow(c).to_ask == ()
    assert (owner(c, ready), assignees(c, ready)) == ("bob", {"bob"})
    leave(c, "bob")
    follow(c)
    assert (owner(c, ready), assignees(c, ready)) == ("lea", {"lea"})


def test_nobody_is_left_without_an_owner_when_the_last_of_a_role_goes(c: Connection) -> None:
    review = in_review(c)
    for person in ("li", "marta", "lea"):
        leave(c, person)
    follow(c)
    assert owner(c, review) == "ann"


def test_a_leave_moves_tasks_when_it_begins_and_when_it_ends(c: Connection) -> None:
    ready = preparing(c)
    now = datetime.now(UTC)
    week = Absence("ann", now + timedelta(days=1), now + timedelta(days=8), created_by="ann")
    kept = absences.add(c, week, now)
    due = c.execute(text("SELECT effective_at FROM staff_changes ORDER BY 1")).scalars().all()
    second = timedelta(seconds=1)
    assert due == [week.begins_at + second, week.ends_at + second]
    assert staff_changes.claim(c, 100, 60) == []
    wait = staff_changes.seconds_to_next(c)
    assert wait is not None
    assert wait > 86_000
    c.execute(text("UPDATE absences SET begins_at = now() - interval '1 h'"))
    follow(c)
    assert owner(c, ready) == "bob"
    assert absences.cancel(c, kept.absence_id, now)
    follow(c)
    assert owner(c, ready) == "ann"


def test_somebody_who_gets_a_role_is_asked_from_then_on(c: Connection) -> None:
    review = in_review(c)
    change(c, "bob", lambda bob: replace(bob, roles=(RoleGrant("regional_manager"),)))
    assert follow(c).to_ask == ("order:shopify:main:1001",)
    assert owner(c, review) == "li"


def test_what_decides_nothing_concerns_no_order(c: Connection) -> None:
    in_review(c)
    change(c, "li", lambda li: replace(li, phone="+49 30 901820", locale="zh"))
    assert staff_changes.seconds_to_next(c) is None


def test_the_roles_of_those_one_stands_in_for_are_concerned_too(c: Connection) -> None:
    now = datetime.now(UTC)
    absences.add(c, Absence("li", now, now + timedelta(days=1), "bob", created_by="li"), now)
    c.execute(text("DELETE FROM staff_changes"))
    leave(c, "bob")
    roles = c.execute(text("SELECT roles FROM staff_changes")).scalar_one()
    assert roles == ["regional_manager", "warehouse_keeper"]


def test_a_message_in_quarantine_finds_a_new_owner(c: Connection) -> None:
    employ(c, "cs1", "customer_service")
    employ(c, "cs2", "customer_service")
    delivery = inbox.Delivery("shopify", "main", "orders/create", "k", {}, b"{}", NOW)
    (receipt,) = inbox.put(c, [delivery])
    quarantine.put(
        c,
        inbox_id=receipt.id,
        channel="shopify",
        shop="main",
        external_id="9",
        findings=[finding(FindingCode.BAD_JSON)],
        owner_role="customer_service",
        now=NOW,
    )
    leave(c, "cs1")
    follow(c)
    (item,) = quarantine.page(c, resolved=False, cursor=None, limit=10).items
    assert item.owner_person == "cs2"


def test_a_change_in_hand_is_nobody_elses_until_it_is_given_back(c: Connection) -> None:
    leave(c, "li")
    c.execute(text("UPDATE staff_changes SET effective_at = now()"))
    taken = staff_changes.claim(c, 100, 60)
    assert len(taken) == 1
    assert staff_changes.claim(c, 100, 60) == []
    staff_changes.give_back(c, taken)
    assert staff_changes.claim(c, 100, 60) == taken


def test_many_orders_are_worked_off_in_portions(c: Connection) -> None:
    for number in range(5):
        in_review(c, str(number))
    leave(c, "li")
    c.execute(text("UPDATE staff_changes SET effective_at = now()"))
    changes = staff_changes.claim(c, 100, 60)
    asked: list[str] = []
    after = ""
    while (moved := staff_changes.move(c, changes, after, 2)).last_order_id:
        asked += moved.to_ask
        after = moved.last_order_id
    assert len(asked) == len(set(asked)) == 5


def test_whoever_signs_later_is_concerned_before_it_is_their_turn(c: Connection) -> None:
    employ(c, "fay", "finance")
    employ(c, "gus", "treasurer")
    order_id, rule_set = place(c), published_rules(c)
    steps = (MANAGERS, SignerGroup("finance", ("fay",)))
    story = story_of(order_id).signed_by(Policy.SEQUENTIAL, *steps)
    assert progress.project(c, request_of(story.in_review()))
    assert assignees(c, order_id) == {"li"}
    plan = asdict(story.plan)
    admissions.save(c, Admission(order_id, 1, rule_set, NOW, {}, [], plan, "", Decimal(780)))
    question = StaffQuestion(("finance",), None, "", (), asked=("gus",))
    entitlements.save(c, order_id, 1, NOW, question, StaffAnswer((), {}))
    c.execute(text("DELETE FROM staff_changes"))
    for person in ("fay", "gus"):
        leave(c, person)
        assert follow(c).to_ask == ("order:shopify:main:1001",)


def test_a_role_that_came_after_an_absence_was_noted_is_concerned_when_it_ends(
    c: Connection,
) -> None:
    review, now = in_review(c), datetime.now(UTC)
    absences.add(c, Absence("bob", now, now + timedelta(days=1), created_by="bob"), now)
    change(c, "bob", lambda bob: replace(bob, roles=(RoleGrant("regional_manager"),)))
    c.execute(text("DELETE FROM staff_changes WHERE 'regional_manager' = ANY(roles)"))
    assert follow(c).to_ask == ("order:shopify:main:1001",)
    assert owner(c, review) == "li"
