"""What people and channels do: by signal or Update, once per id, refused with a reason."""

import asyncio
from dataclasses import replace

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from activities import signatures as calls
from domain.actions import (
    Action,
    Amend,
    Cancel,
    ChannelFact,
    ChannelUpdate,
    Confirm,
    Outcome,
    RaiseHold,
    ReleaseHold,
    Verdict,
)
from domain.events import EventKind
from domain.holds import ReasonCode
from domain.refusals import RefusalCode
from tests.workflows.house import House, Order
from tests.workflows.scenarios import prepared
from tests.workflows.world import (
    DIRECTOR,
    FINANCE,
    MANAGER,
    SUBMITTER,
    Script,
    order_facts,
    refusal,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def refused(order: Order, action: Action) -> ApplicationError:
    """The error with which the Update of an action is refused."""
    with pytest.raises(WorkflowUpdateFailedError) as failure:
        await order.ask(action)
    assert isinstance(failure.value.cause, ApplicationError)
    return failure.value.cause


async def closed(order: Order) -> None:
    await order.cancel()
    assert await order.ended() == "closed_abnormally"


async def test_a_repeated_signal_changes_nothing(house: House) -> None:
    order = await house.open("twice", "2000.01")
    await order.story.reached("in_review")
    hold = RaiseHold("same", "u-service", ReasonCode.OTHER, "note")
    await order.send(hold)
    await order.send(hold)
    await order.send(ReleaseHold("other", "u-service", "same"))
    await order.send(ReleaseHold("other", "u-service", "same"))
    await order.story.happened(EventKind.RELEASED)
    await order.send(hold)
    await order.approve(MANAGER)
    await order.story.happened(EventKind.DISPATCHED)
    assert (order.story.count(EventKind.HELD), order.story.count(EventKind.RELEASED)) == (1, 1)
    await closed(order)


async def test_a_signal_and_an_update_with_one_id_are_one_decision(house: House) -> None:
    order = await house.open("both-ways", "10000.01")
    await order.story.reached("in_review")
    decision = order.decision(DIRECTOR)
    await order.send(decision)
    await order.story.happened(EventKind.SIGNED)
    answer = await order.ask(decision)
    assert answer == Outcome(decision.id, True, "signed", "in_review")
    assert order.story.count(EventKind.SIGNED) == 1
    await closed(order)


async def test_seen_ids_survive_continue_as_new(dev_house: House) -> None:
    order = await dev_house.open("remembered", "10000.01")
    await order.story.reached("in_review")
    first_run = await order.run_id()
    decision = order.decision(DIRECTOR)
    answer = await order.ask(decision)
    while await order.run_id() == first_run:
        times = order.story.count(EventKind.RELEASED) + 1
        hold_id = await order.hold()
        await order.story.happened(EventKind.HELD, times)
        await order.release(hold_id)
        await order.story.happened(EventKind.RELEASED, times)
    await order.send(decision)
    assert await order.ask(decision) == answer
    assert order.story.count(EventKind.SIGNED) == 1
    await order.approve(FINANCE)
    await order.story.happened(EventKind.DISPATCHED)
    await closed(order)


async def test_an_update_is_refused_with_the_reason_as_its_type(house: House) -> None:
    order = await house.open("refusing", "10000.01", origin="api")
    # An order of a person waits for customer service.
    await order.story.until(lambda story: bool(story.snapshots))
    early = await refused(order, order.decision(DIRECTOR))
    assert early.type == RefusalCode.WRONG_STAGE
    assert early.message.startswith("This is not possible")
    assert early.details[0] == "订单处于 待确认 阶段时不能执行此操作。"
    await order.confirm()
    await order.story.reached("in_review")
    await order.approve(DIRECTOR)
    await order.story.happened(EventKind.SIGNED)
    stale = replace(order.decision(FINANCE), content_hash="old")
    no_note = Cancel("cancel-1", "u-service", ReasonCode.BUYER_CANCEL, "")
    silent = replace(order.decision(FINANCE, Verdict.REJECT), note_id="")
    expected = {
        RefusalCode.WRONG_STAGE: Confirm("confirm-2", "u-service"),
        RefusalCode.NOT_ENTITLED: order.decision("u-nobody"),
        RefusalCode.IS_SUBMITTER: order.decision(SUBMITTER),
        RefusalCode.ALREADY_SIGNED: order.decision(DIRECTOR),
    }
    for code, action in expected.items():
        assert (await refused(order, action)).type == code
    assert (await refused(order, stale)).type == RefusalCode.STALE_CONTENT
    assert (await refused(order, no_note)).type == RefusalCode.NOTE_REQUIRED
    assert (await refused(order, silent)).type == RefusalCode.NOTE_REQUIRED
    amend = Amend("amend-1", "u-service", order.facts)
    assert (await refused(order, amend)).type == RefusalCode.STALE_CONTENT
    await closed(order)
    assert order.story.count(EventKind.REFUSED) == 0


async def test_nothing_is_accepted_while_an_order_closes(house: House) -> None:
    script = Script(fails={calls.VOID_DISPATCH: [refusal("AlreadyPicked")]})
    order = await prepared(house, "closing", script)
    await order.cancel()
    await order.story.happened(EventKind.HELD)
    late = Cancel("cancel-2", "u-service", ReasonCode.BUYER_CANCEL, "note")
    assert (await refused(order, late)).type == RefusalCode.CLOSED
    await order.release()
    assert await order.ended() == "closed_abnormally"


async def test_cancel_against_approval_has_one_outcome_and_both_hear_it(house: House) -> None:
    order = await house.open("race", "2000.01")
    await order.story.reached("in_review")
    approve = order.decision(MANAGER)
    cancel = Cancel("cancel-1", "u-service", ReasonCode.BUYER_CANCEL, "note")
    answers = await asyncio.gather(order.ask(approve), order.ask(cancel), return_exceptions=True)
    assert isinstance(answers[1], Outcome)
    assert isinstance(answers[0], Outcome | WorkflowUpdateFailedError)
    assert await order.ended() == "closed_abnormally"


async def test_an_action_that_comes_before_the_order_was_planned_is_kept(house: House) -> None:
    order = await house.open("early", status="pending")
    await order.confirm()
    await order.story.happened(EventKind.DISPATCHED)
    await closed(order)


async def test_a_late_channel_cancellation_becomes_a_hold(house: House) -> None:
    order = await prepared(house, "too-late")
    await order.ship()
    await order.story.happened(EventKind.CHANNEL_TOLD)
    await order.send(ChannelUpdate("hook-1", "channel:shopify", ChannelFact.CANCELLED))
    await order.story.happened(EventKind.HELD)
    assert order.story.now.holds[0].reason == ReasonCode.CHANNEL_SYNC
    await order.release()
    await order.deliver()
    assert await order.ended() == "completed"


async def test_a_parcel_the_channel_knows_is_not_told_to_it(house: House) -> None:
    order = await prepared(house, "told-by-channel")
    parcel = ChannelUpdate(
        "hook-1", "channel:shopify", ChannelFact.PARCEL, tracking_number="T1", carrier="DHL"
    )
    await order.send(parcel)
    await order.story.reached("shipped")
    delivered = ChannelUpdate("hook-2", "channel:shopify", ChannelFact.DELIVERED)
    await order.send(delivered)
    assert await order.ended() == "completed"
    assert order.story.calls_of(calls.FULFIL) == []


async def test_a_change_of_content_voids_the_signatures_given(house: House) -> None:
    order = await house.open("changed", "10000.01")
    await order.story.reached("in_review")
    await order.approve(DIRECTOR)
    await order.story.happened(EventKind.SIGNED)
    stale = order.decision(FINANCE)
    await order.amend(order_facts("changed", "12000.00", version=2))
    await order.story.happened(EventKind.SIGNATURES_VOIDED)
    assert (await refused(order, stale)).type == RefusalCode.STALE_CONTENT
    await order.approve(DIRECTOR)
    await order.approve(FINANCE)
    await order.story.happened(EventKind.DISPATCHED)
    await closed(order)


async def test_a_first_cooperation_is_countersigned_whatever_the_amount(house: House) -> None:
    script = Script(first_cooperation=True)
    order = await house.open("dealer", "10.00", script, kind="business")
    await order.story.reached("in_review")
    assert len(order.story.now.tasks) == 2
    await closed(order)
