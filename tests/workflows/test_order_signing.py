"""Approvals as people do them, through the workflow: every way in ends in the same rules."""

import pytest

from activities import signatures as calls
from domain.actions import (
    AddSign,
    CopyTo,
    ReleaseHold,
    Repin,
    StaffChanged,
    Transfer,
    Urge,
    Verdict,
    Withdraw,
)
from domain.approvals import AddedWhen
from domain.events import EventKind
from domain.refusals import RefusalCode
from domain.rules.defaults import default_rule_set
from domain.rules.ruleset import RuleSet
from domain.staffing import Member
from tests.workflows.house import House, Order
from tests.workflows.test_order_actions import closed, refused
from tests.workflows.world import (
    DIRECTOR,
    FINANCE,
    INTERN,
    LAWYER,
    MANAGER,
    SUBMITTER,
    Script,
    Story,
    members,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


def asked(story: Story) -> set[str]:
    """Everybody who has a task in the newest snapshot."""
    return {person for task in story.now.tasks for person in task.people}


async def in_review(
    house: House, name: str, total: str = "2000.01", script: Script | None = None
) -> Order:
    order = await house.open(f"signing-{name}", total, script)
    await order.story.reached("in_review")
    return order


async def test_a_signer_who_was_added_before_signs_first(house: House) -> None:
    order = await in_review(house, "added")
    answer = await order.ask(AddSign("add-1", MANAGER, LAWYER, AddedWhen.BEFORE))
    assert answer.accepted
    await order.story.until(lambda story: asked(story) == {SUBMITTER, LAWYER})
    early = await refused(order, order.decision(MANAGER))
    assert (early.type, early.details[1]) == (RefusalCode.SIGNS_LATER, LAWYER)
    assert (await order.ask(order.decision(LAWYER))).code == "signed"
    assert (await order.ask(order.decision(MANAGER))).code == "approved"
    await order.story.happened(EventKind.DISPATCHED)
    await closed(order)


async def test_a_named_person_who_is_not_fit_is_never_asked(house: House) -> None:
    order = await in_review(house, "unfit")
    await order.send(AddSign("add-1", MANAGER, INTERN, AddedWhen.BEFORE))
    await order.story.happened(EventKind.REFUSED)
    assert (order.story.events[-1].actor, order.story.events[-1].data["code"]) == (
        MANAGER,
        "not_fit",
    )
    assert (await refused(order, order.decision(INTERN))).type == RefusalCode.NOT_ENTITLED
    assert (await order.ask(order.decision(MANAGER))).code == "approved"
    await order.story.happened(EventKind.DISPATCHED)
    await closed(order)


async def test_a_part_that_was_handed_over_is_the_takers(house: House) -> None:
    order = await in_review(house, "handed", "10000.01")
    assert (await order.ask(Transfer("t-1", FINANCE, LAWYER))).accepted
    await order.story.until(lambda story: asked(story) == {DIRECTOR, LAWYER})
    assert (await refused(order, order.decision(FINANCE))).type == RefusalCode.NOT_ENTITLED
    await order.approve(DIRECTOR)
    assert (await order.ask(order.decision(LAWYER))).code == "approved"
    await order.story.happened(EventKind.DISPATCHED)
    await closed(order)


async def test_a_returned_order_waits_for_its_submitter_and_is_reviewed_again(
    house: House,
) -> None:
    order = await in_review(house, "returned", "10000.01")
    await order.approve(FINANCE)
    answer = await order.ask(order.decision(DIRECTOR, Verdict.RETURN))
    assert answer.code == "returned"
    await order.story.happened(EventKind.HELD)
    assert [task.role for task in order.story.now.tasks] == ["customer_service"]
    await order.send(ReleaseHold("release-1", "u-service", order.story.now.holds[0].id))
    await order.story.until(lambda story: DIRECTOR in asked(story))
    for person in (FINANCE, DIRECTOR):
        await order.approve(person)
    await order.story.happened(EventKind.DISPATCHED)
    await closed(order)


async def test_a_signature_that_was_taken_back_is_asked_for_again(house: House) -> None:
    order = await in_review(house, "withdrawn", "10000.01")
    await order.approve(FINANCE)
    assert (await order.ask(Withdraw("w-1", FINANCE))).accepted
    await order.story.happened(EventKind.WITHDRAWN)
    assert asked(order.story) == {DIRECTOR, FINANCE}
    again = await refused(order, Withdraw("w-2", FINANCE))
    assert again.type == RefusalCode.NOTHING_TO_WITHDRAW
    await closed(order)


async def test_an_order_put_under_other_rules_is_planned_by_them(house: House) -> None:
    script = Script(other_rules={"r-2": RuleSet("r-2", default_rule_set().tables)})
    order = await in_review(house, "repinned", "10000.01", script)
    await order.approve(FINANCE)
    assert (await order.ask(Repin("pin-1", "u-lead", "r-2", "note"))).accepted
    await order.story.until(lambda story: bool(story.snapshots) and story.now.rule_set == "r-2")
    assert [signature.person for signature in order.story.now.signatures] == [FINANCE]
    same = await refused(order, Repin("pin-2", "u-lead", "r-2", "note"))
    assert same.type == RefusalCode.SAME_RULES
    assert (await order.ask(order.decision(DIRECTOR))).code == "approved"
    await order.story.happened(EventKind.DISPATCHED)
    await closed(order)


async def test_staff_that_changed_is_asked_instead_of_who_left(house: House) -> None:
    script = Script()
    order = await in_review(house, "staffed", "10000.01", script)
    await order.approve(FINANCE)
    await order.story.happened(EventKind.SIGNED)
    script.staff[DIRECTOR] = Member(DIRECTOR, active=False)
    script.staff["u-new"] = Member("u-new", roles=(("ops_director", ""),))
    await order.send(StaffChanged("staff-1", "system"))
    await order.story.happened(EventKind.SIGNERS_CHANGED)
    assert asked(order.story) == {"u-new"}
    assert (await order.ask(order.decision("u-new"))).code == "approved"
    await order.story.happened(EventKind.DISPATCHED)
    await closed(order)


async def test_an_order_whose_approvers_have_all_left_is_somebodys_task(house: House) -> None:
    script = Script()
    order = await in_review(house, "deserted", script=script)
    script.staff = {INTERN: Member(INTERN)}
    await order.send(StaffChanged("staff-1", "system"))
    await order.story.happened(EventKind.HELD)
    assert order.story.now.holds[0].detail == "too few people can approve"
    script.staff = members()
    await order.send(StaffChanged("staff-2", "system"))
    await order.story.happened(EventKind.RELEASED)
    await order.approve(MANAGER)
    await order.story.happened(EventKind.DISPATCHED)
    await closed(order)


async def test_news_of_staff_is_only_looked_up_where_signatures_are_awaited(house: House) -> None:
    order = await house.open("signing-settled")
    await order.story.happened(EventKind.DISPATCHED)
    await order.send(StaffChanged("staff-1", "system"))
    await order.send(CopyTo("copy-1", "u-service", ("u-boss",)))
    await order.story.happened(EventKind.COPIED)
    assert order.story.calls_of(calls.ENTITLE) == []
    await closed(order)


async def test_urging_tells_those_awaited(house: House) -> None:
    order = await in_review(house, "urged", "10000.01")
    await order.send(Urge("urge-1", "u-service"))
    await order.story.happened(EventKind.URGED)
    assert order.story.events[-1].data == {"told": f"{DIRECTOR},{FINANCE}"}
    await order.send(Urge("urge-2", "u-service"))
    await order.story.happened(EventKind.REFUSED)
    await closed(order)


async def test_what_signers_agreed_survives_continue_as_new(dev_house: House) -> None:
    order = await in_review(dev_house, "long-review", "10000.01")
    first_run = await order.run_id()
    await order.ask(AddSign("add-1", FINANCE, LAWYER, AddedWhen.PARALLEL))
    await order.ask(Transfer("t-1", DIRECTOR, MANAGER))
    while await order.run_id() == first_run:
        times = order.story.count(EventKind.RELEASED) + 1
        hold_id = await order.hold()
        await order.story.happened(EventKind.HELD, times)
        await order.release(hold_id)
        await order.story.happened(EventKind.RELEASED, times)
    assert asked(order.story) == {FINANCE, LAWYER, MANAGER}
    for person in (FINANCE, LAWYER):
        assert (await order.ask(order.decision(person))).code == "signed"
    assert (await order.ask(order.decision(MANAGER))).code == "approved"
    await order.story.happened(EventKind.DISPATCHED)
    await closed(order)
