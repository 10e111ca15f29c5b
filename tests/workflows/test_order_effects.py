"""Calls that fail, hang, or are overtaken: parked for a person, undone once, never lost."""

from decimal import Decimal

import pytest
from temporalio.client import WorkflowExecutionStatus

from activities import signatures as calls
from domain.actions import RequestReturn
from domain.events import EventKind
from domain.holds import ReasonCode
from domain.rules.defaults import default_rule_set, scaled
from tests.workflows.house import House
from tests.workflows.scenarios import UNDO_ALL, completed, prepared, shipped
from tests.workflows.world import Gate, Script, order_facts, refusal

pytestmark = pytest.mark.asyncio(loop_scope="session")

OUTAGE = OSError("no answer")


async def test_an_outage_of_our_own_database_only_delays_an_order(house: House) -> None:
    fails = {name: [OUTAGE, OUTAGE] for name in (calls.ADMIT, calls.RECORD, calls.SETTLE)}
    order = await house.open("database-down", script=Script(fails=dict(fails)))
    await order.story.happened(EventKind.DISPATCHED)
    await completed(order)
    assert order.story.count(EventKind.HELD) == 0


async def test_a_short_outage_of_the_outside_holds_nobody_up(house: House) -> None:
    fails = {calls.DISPATCH: [OUTAGE, OUTAGE], calls.FULFIL: [OUTAGE, OUTAGE]}
    order = await house.open("hiccup", script=Script(fails=fails))
    await order.story.until(lambda story: bool(story.calls_of(calls.DISPATCH)))
    await house.passes(minutes=1)
    await order.story.happened(EventKind.DISPATCHED)
    await order.ship()
    await order.story.until(lambda story: bool(story.calls_of(calls.FULFIL)))
    await house.passes(minutes=1)
    await order.story.happened(EventKind.CHANNEL_TOLD)
    assert len({request.key for request in order.story.calls_of(calls.FULFIL)}) == 1
    await order.deliver()
    assert await order.ended() == "completed"
    assert order.story.count(EventKind.HELD) == 0


async def test_a_long_outage_of_the_warehouse_waits_for_a_person(house: House) -> None:
    script = Script(always_fails={calls.DISPATCH: OUTAGE})
    order = await house.open("outage", script=script)
    await order.story.until(lambda story: bool(story.calls_of(calls.DISPATCH)))
    await house.passes(minutes=40)
    await order.story.happened(EventKind.HELD)
    assert len(order.story.calls_of(calls.DISPATCH)) == 30
    assert order.story.now.holds[0].reason == ReasonCode.WAREHOUSE_REJECTED
    script.always_fails.clear()
    await order.release()
    await order.story.happened(EventKind.DISPATCHED)
    await completed(order)


async def test_a_limit_is_heard_while_the_warehouse_does_not_answer(house: House) -> None:
    # Four hours become two minutes, well within the retries of a call.
    rules = scaled(default_rule_set(), Decimal("0.01"))
    script = Script(rules=rules, always_fails={calls.DISPATCH: OUTAGE})
    order = await house.open("late-and-down", script=script)
    await order.story.reached("preparing")
    await house.passes(minutes=5)
    await order.story.happened(EventKind.WARNED)
    assert order.story.count(EventKind.HELD) == 0
    await order.cancel()
    assert await order.ended() == "closed_abnormally"


async def test_an_order_that_cannot_be_planned_waits_for_a_person(house: House) -> None:
    script = Script(fails={calls.ADMIT: [refusal("NoSuchContent")]})
    order = await house.open("unplannable", script=script)
    await order.story.happened(EventKind.HELD)
    hold = order.story.now.holds[0]
    assert (hold.reason, hold.detail) == (ReasonCode.DATA_QUALITY, "NoSuchContent")
    await order.release()
    await order.story.happened(EventKind.DISPATCHED)
    await completed(order)


async def test_a_refusal_by_the_ledger_waits_for_a_person(house: House) -> None:
    fails = {calls.SETTLE: [refusal("Unknown")], calls.RELEASE: [refusal("Unknown")]}
    order = await prepared(house, "unsettled", Script(fails=fails))
    await order.ship("T1", l1=1)
    await order.story.happened(EventKind.HELD)
    assert order.story.now.stage == "preparing"
    await order.release()
    await order.story.happened(EventKind.CHANNEL_TOLD)
    assert order.story.now.parcels[0].settled
    await order.handle.cancel()
    await order.story.happened(EventKind.HELD, times=2)
    await order.release()
    assert await order.ended() == "closed_abnormally"
    assert order.story.outside()[-1] == calls.RELEASE


async def test_a_change_while_the_order_is_planned_again_is_reviewed_again(house: House) -> None:
    name = "changed-twice"
    order = await prepared(house, name)
    gate = Gate()
    order.story.script.gates[calls.ADMIT] = gate
    await order.amend(order_facts(name, version=2))
    await gate.entered.wait()
    await order.amend(order_facts(name, "600.00", version=3))
    gate.opened.set()
    await order.story.happened(EventKind.DISPATCHED, times=2)
    versions = [request.content_version for request in order.story.calls_of(calls.DISPATCH)]
    assert versions == [1, 3]
    assert len(order.story.calls_of(calls.VOID_DISPATCH)) == 1
    await completed(order)


async def test_a_call_back_that_fails_waits_for_a_person(house: House) -> None:
    name = "not-called-back"
    script = Script(fails={calls.VOID_DISPATCH: [refusal("AlreadyPicked")]})
    order = await prepared(house, name, script)
    await order.amend(order_facts(name, "600.00", version=2))
    await order.story.happened(EventKind.HELD)
    assert order.story.now.stage == "in_review"
    assert order.story.now.holds[0].reason == ReasonCode.WAREHOUSE_REJECTED
    await order.release()
    await order.story.happened(EventKind.DISPATCHED, times=2)
    await completed(order)


async def test_what_ends_badly_after_a_cancellation_is_nobodys_task(dev_house: House) -> None:
    gate = Gate()
    script = Script(gates={calls.DISPATCH: gate}, fails={calls.DISPATCH: [refusal("TooLate")]})
    order = await dev_house.open("bad-end", script=script)
    await gate.entered.wait()
    await order.story.reached("preparing")
    await order.cancel()
    await order.story.happened(EventKind.CANCEL_REQUESTED)
    gate.opened.set()
    assert await order.ended() == "closed_abnormally"
    assert order.story.outside() == [calls.DISPATCH, *UNDO_ALL]
    assert (order.story.count(EventKind.HELD), order.story.now.holds) == (0, ())


async def test_a_return_while_the_channel_does_not_answer_ends_the_order(house: House) -> None:
    script = Script(always_fails={calls.FULFIL: OUTAGE})
    order = await prepared(house, "returned-untold", script)
    await order.ship()
    await order.story.reached("shipped")
    await order.send(RequestReturn("return-1", "u-service", "note-return"))
    assert await order.ended() == "closed_abnormally"
    assert order.story.now.holds == ()


async def test_goods_that_leave_while_the_warehouse_is_told_count(dev_house: House) -> None:
    gate = Gate()
    order = await dev_house.open("faster", script=Script(gates={calls.DISPATCH: gate}))
    await gate.entered.wait()
    await order.story.reached("preparing")
    await order.ship()
    gate.opened.set()
    await order.story.happened(EventKind.CHANNEL_TOLD)
    assert order.story.now.stage == "shipped"
    assert order.story.calls_of(calls.VOID_DISPATCH) == []
    await order.send(RequestReturn("return-1", "u-service", "note-return"))
    assert await order.ended() == "closed_abnormally"


class TestCancelledInTemporal:
    """`temporal workflow cancel` at awkward moments."""

    async def test_while_the_order_is_planned(self, dev_house: House) -> None:
        gate = Gate()
        order = await dev_house.open("cancel-admit", script=Script(gates={calls.ADMIT: gate}))
        await gate.entered.wait()
        await order.handle.cancel()
        gate.opened.set()
        assert await order.ended() == "closed_abnormally"
        # The warehouse may have been told before the cancellation was heard.
        assert order.story.outside()[-3:] == UNDO_ALL

    async def test_while_it_is_being_undone(self, dev_house: House) -> None:
        gate = Gate()
        script = Script(gates={calls.VOID_DISPATCH: gate})
        order = await prepared(dev_house, "cancel-undo", script)
        await order.cancel()
        await gate.entered.wait()
        await order.handle.cancel()
        gate.opened.set()
        assert await order.ended() == "closed_abnormally"
        assert order.story.outside() == [calls.DISPATCH, *UNDO_ALL]
        assert order.story.now.closed_reason == ReasonCode.BUYER_CANCEL

    async def test_while_it_waits_for_help_with_the_undo(self, dev_house: House) -> None:
        script = Script(fails={calls.VOID_DISPATCH: [refusal("AlreadyPicked")]})
        order = await prepared(dev_house, "cancel-parked", script)
        await order.cancel()
        await order.story.happened(EventKind.HELD)
        await order.handle.cancel()
        await order.release()
        assert await order.ended() == "closed_abnormally"
        assert order.story.outside()[-1] == calls.VOID_DISPATCH
        status = (await order.handle.describe()).status
        assert status == WorkflowExecutionStatus.COMPLETED


async def test_a_return_in_the_last_moment_is_not_forgotten(dev_house: House) -> None:
    # A window of 7 days becomes one second.
    rules = scaled(default_rule_set(), Decimal("0.000001"))
    order = await prepared(dev_house, "last-moment", Script(rules=rules))
    await shipped(order)
    gate = Gate()
    order.story.script.gates[calls.RECORD] = gate
    await order.deliver()
    await gate.entered.wait()
    gate.opened.set()
    await order.story.happened(EventKind.PARCEL_DELIVERED)
    gate.close()
    await gate.entered.wait()
    await order.send(RequestReturn("return-1", "u-service", "note-return"))
    gate.opened.set()
    assert await order.ended() == "closed_abnormally"
    assert order.story.now.closed_reason == ReasonCode.RETURN
