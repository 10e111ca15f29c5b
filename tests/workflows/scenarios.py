"""The paths an order may take, each played once from submission to its end.

Tests play them and look closely; the replay lane keeps the history of each.
"""

from collections.abc import Awaitable, Callable

from activities import signatures as calls
from domain.actions import (
    AssignGroup,
    ChannelFact,
    ChannelUpdate,
    RaiseObjection,
    RequestReturn,
    Verdict,
)
from domain.events import EventKind
from domain.holds import ReasonCode
from tests.workflows.house import House, Order
from tests.workflows.world import (
    DIRECTOR,
    FINANCE,
    MANAGER,
    SUBMITTER,
    Gate,
    Script,
    Story,
    order_facts,
    refusal,
)

Scenario = Callable[[House, str], Awaitable[Order]]

HELD_AND_FREED = (calls.HOLD_IN_CHANNEL, calls.RELEASE_IN_CHANNEL)
UNDO_ALL = [calls.VOID_DISPATCH, calls.RELEASE, calls.CANCEL_IN_CHANNEL]


async def prepared(house: House, name: str, script: Script | None = None) -> Order:
    """An order that nothing stops, told to the warehouse."""
    order = await house.open(name, script=script)
    await order.story.happened(EventKind.DISPATCHED)
    return order


async def shipped(order: Order) -> None:
    """Everything leaves in one parcel and the channel hears of it."""
    await order.ship()
    await order.story.happened(EventKind.CHANNEL_TOLD)


async def completed(order: Order) -> None:
    """From the warehouse to the end of the objection window."""
    await shipped(order)
    await order.deliver()
    assert await order.ended() == "completed"


async def auto(house: House, name: str) -> Order:
    order = await prepared(house, name)
    await completed(order)
    assert order.story.outside() == [calls.DISPATCH, calls.SETTLE, calls.FULFIL]
    return order


async def confirmed_by_service(house: House, name: str) -> Order:
    order = await house.open(name, status="pending")
    await order.story.until(lambda story: bool(story.snapshots))
    assert order.story.now.waits_for == "confirm"
    await order.confirm()
    await order.story.happened(EventKind.DISPATCHED)
    await completed(order)
    return order


async def approved_by_manager(house: House, name: str) -> Order:
    order = await house.open(name, "2000.01")
    await order.story.reached("in_review")
    assert [set(task.people) for task in order.story.now.tasks] == [{SUBMITTER, MANAGER}]
    await order.approve(MANAGER)
    await order.story.happened(EventKind.DISPATCHED)
    await completed(order)
    return order


async def countersigned(house: House, name: str) -> Order:
    order = await house.open(name, "10000.01")
    await order.story.reached("in_review")
    await order.approve(DIRECTOR)
    await order.story.happened(EventKind.SIGNED)
    await order.approve(DIRECTOR)
    await order.story.happened(EventKind.REFUSED)
    assert order.story.now.stage == "in_review"
    await order.approve(FINANCE)
    await order.story.happened(EventKind.DISPATCHED)
    assert order.story.count(EventKind.APPROVED) == 1
    await completed(order)
    return order


async def rejected(house: House, name: str) -> Order:
    order = await house.open(name, "10000.01")
    await order.story.reached("in_review")
    await order.send(order.decision(FINANCE, Verdict.REJECT))
    assert await order.ended() == "closed_abnormally"
    assert order.story.now.closed_reason == ReasonCode.APPROVAL_REJECTED
    assert order.story.outside() == [calls.RELEASE, calls.CANCEL_IN_CHANNEL]
    return order


async def cancelled_before_confirmation(house: House, name: str) -> Order:
    order = await house.open(name, status="pending")
    await order.story.until(lambda story: bool(story.snapshots))
    await order.cancel()
    assert await order.ended() == "closed_abnormally"
    assert order.story.outside() == [calls.RELEASE, calls.CANCEL_IN_CHANNEL]
    return order


async def cancelled_in_preparation(house: House, name: str) -> Order:
    order = await prepared(house, name)
    await order.cancel()
    assert await order.ended() == "closed_abnormally"
    assert order.story.outside() == [calls.DISPATCH, *UNDO_ALL]
    assert (order.story.now.closed_reason, order.story.now.closed_note_id) == (
        ReasonCode.BUYER_CANCEL,
        "note-cancel",
    )
    return order


async def cancelled_while_dispatch_retries(house: House, name: str) -> Order:
    script = Script(always_fails={calls.DISPATCH: OSError("warehouse down")})
    order = await house.open(name, script=script)
    await order.story.until(lambda story: bool(story.calls_of(calls.DISPATCH)))
    await order.story.reached("preparing")
    await order.cancel()
    assert await order.ended() == "closed_abnormally"
    assert order.story.outside()[-3:] == UNDO_ALL
    assert order.story.count(EventKind.HELD) == 0
    return order


async def cancelled_while_dispatch_runs(house: House, name: str) -> Order:
    gate = Gate()
    order = await house.open(name, script=Script(gates={calls.DISPATCH: gate}))
    await gate.entered.wait()
    await order.story.reached("preparing")
    await order.cancel()
    await order.story.happened(EventKind.CANCEL_REQUESTED)
    assert order.story.calls_of(calls.VOID_DISPATCH) == []
    gate.opened.set()
    assert await order.ended() == "closed_abnormally"
    assert order.story.outside() == [calls.DISPATCH, *UNDO_ALL]
    return order


async def cancelled_by_channel(house: House, name: str) -> Order:
    order = await house.open(name, "2000.01")
    await order.story.reached("in_review")
    await order.send(ChannelUpdate("hook-1", "channel:shopify", ChannelFact.CANCELLED))
    assert await order.ended() == "closed_abnormally"
    assert order.story.outside() == [calls.RELEASE]
    return order


async def cancelled_in_temporal(house: House, name: str) -> Order:
    order = await prepared(house, name)
    await order.handle.cancel()
    assert await order.ended() == "closed_abnormally"
    assert order.story.outside() == [calls.DISPATCH, *UNDO_ALL]
    assert order.story.now.closed_reason == ReasonCode.OTHER
    return order


async def shipped_in_two_parcels(house: House, name: str) -> Order:
    order = await prepared(house, name)
    await order.ship("T1", l1=2, l2=1)
    await order.story.happened(EventKind.CHANNEL_TOLD)
    assert order.story.now.stage == "preparing"
    await order.ship("T2")
    await order.story.happened(EventKind.CHANNEL_TOLD, times=2)
    assert order.story.now.stage == "shipped"
    await order.deliver("T1")
    await order.story.happened(EventKind.PARCEL_DELIVERED)
    assert order.story.now.due_at is not None
    await order.deliver("T2")
    assert await order.ended() == "completed"
    settled = [request.is_last for request in order.story.calls_of(calls.SETTLE)]
    assert settled == [False, True]
    keys = [request.key for request in order.story.calls_of(calls.FULFIL)]
    assert keys == [f"{order.handle.id}:fulfil:1", f"{order.handle.id}:fulfil:2"]
    return order


async def objected(house: House, name: str) -> Order:
    order = await prepared(house, name)
    await shipped(order)
    await order.deliver()
    await order.story.happened(EventKind.PARCEL_DELIVERED)
    reason = ReasonCode.DELIVERY_FAILED
    await order.send(RaiseObjection("object-1", "u-service", reason, "note-objection"))
    await order.story.happened(EventKind.OBJECTED)
    await house.passes(days=8)
    assert order.story.now.stage == "shipped"
    await order.release()
    assert await order.ended() == "completed"
    return order


async def returned(house: House, name: str) -> Order:
    order = await prepared(house, name)
    await shipped(order)
    await order.send(RequestReturn("return-1", "u-service", "note-return"))
    assert await order.ended() == "closed_abnormally"
    assert order.story.now.closed_reason == ReasonCode.RETURN
    assert order.story.outside() == [calls.DISPATCH, calls.SETTLE, calls.FULFIL]
    return order


async def late_everywhere(house: House, name: str) -> Order:
    order = await house.open(name, "10000.01", status="pending")
    await order.story.until(lambda story: bool(story.snapshots))
    await house.passes(minutes=31)
    await order.story.happened(EventKind.TURNED_RED)
    await order.confirm()
    await order.story.reached("in_review")
    assert not order.story.now.red
    await house.passes(minutes=121)
    await order.story.happened(EventKind.ESCALATED)
    await order.approve(DIRECTOR)
    await order.approve(FINANCE)
    await order.story.happened(EventKind.DISPATCHED)
    await house.passes(minutes=241)
    await order.story.happened(EventKind.WARNED)
    await completed(order)
    for kind in (EventKind.TURNED_RED, EventKind.ESCALATED, EventKind.WARNED):
        assert order.story.count(kind) == 1
    return order


async def held_with_paused_clock(house: House, name: str) -> Order:
    order = await house.open(name, "2000.01")
    await order.story.reached("in_review")
    hold_id = await order.hold(pauses_clock=True)
    await order.story.happened(EventKind.HELD)
    await house.passes(hours=3)
    await order.release(hold_id)
    await order.approve(MANAGER)
    await order.story.happened(EventKind.DISPATCHED)
    assert order.story.count(EventKind.ESCALATED) == 0
    await completed(order)
    return order


async def routed_by_hand(house: House, name: str) -> Order:
    order = await house.open(name, country="BR")
    await order.story.happened(EventKind.HELD)
    assert [task.kind for task in order.story.now.tasks] == ["pick_group"]
    await order.send(AssignGroup("assign-1", "u-lead", "na", "lax"))
    await order.story.happened(EventKind.DISPATCHED)
    assert order.story.calls_of(calls.DISPATCH)[0].warehouse == "lax"
    await completed(order)
    return order


async def rate_added_later(house: House, name: str) -> Order:
    script = Script(has_rate=False)
    order = await house.open(name, currency="USD", script=script)
    await order.story.happened(EventKind.HELD)
    assert order.story.now.holds[0].reason == ReasonCode.FX_RATE_MISSING
    script.has_rate = True
    await order.release()
    # 500 USD are 3500 CNY: the manager's, which nobody knew before there was a rate.
    await order.story.reached("in_review")
    await order.approve(MANAGER)
    await order.story.happened(EventKind.DISPATCHED)
    await completed(order)
    return order


async def amended_in_preparation(house: House, name: str) -> Order:
    order = await house.open(name, "2000.01")
    await order.story.reached("in_review")
    await order.approve(MANAGER)
    await order.story.happened(EventKind.DISPATCHED)
    await order.amend(order_facts(name, "2500.00", version=2, country="US"))
    await order.story.happened(EventKind.ADMITTED, times=2)
    assert order.story.now.stage == "in_review"
    assert order.story.now.signatures == ()
    await order.approve(MANAGER)
    await order.story.happened(EventKind.DISPATCHED, times=2)
    told = order.story.calls_of(calls.DISPATCH)
    assert [(request.key, request.warehouse) for request in told] == [
        (f"{name}:1", "de"),
        (f"{name}:2", "lax"),
    ]
    called_back = order.story.calls_of(calls.VOID_DISPATCH)
    assert [(request.key, request.warehouse) for request in called_back] == [(f"{name}:1", "de")]
    await completed(order)
    return order


async def refused_by_warehouse(house: House, name: str) -> Order:
    script = Script(fails={calls.DISPATCH: [refusal("NoSuchArea")]})
    order = await house.open(name, script=script)
    await order.story.happened(EventKind.HELD)
    hold = order.story.now.holds[0]
    assert (hold.reason, hold.detail) == (ReasonCode.WAREHOUSE_REJECTED, "NoSuchArea")
    assert order.story.now.stage == "preparing"
    await order.release()
    await order.story.happened(EventKind.DISPATCHED)
    # The same key again: the warehouse may know of the first call.
    assert {request.key for request in order.story.calls_of(calls.DISPATCH)} == {f"{name}:1"}
    await completed(order)
    return order


async def channel_out_of_step(house: House, name: str) -> Order:
    script = Script(fails={calls.FULFIL: [refusal("OrderIsGone")]})
    order = await prepared(house, name, script)
    await order.ship()
    await order.story.happened(EventKind.HELD)
    hold = order.story.now.holds[0]
    assert (hold.reason, order.story.now.stage) == (ReasonCode.CHANNEL_SYNC, "shipped")
    await order.release()
    await order.story.happened(EventKind.CHANNEL_TOLD)
    await order.deliver()
    assert await order.ended() == "completed"
    return order


async def undone_with_help(house: House, name: str) -> Order:
    script = Script(fails={calls.VOID_DISPATCH: [refusal("AlreadyPicked")]})
    order = await prepared(house, name, script)
    await order.cancel()
    await order.story.happened(EventKind.HELD)
    # The others were undone all the same, and the order waits for a person.
    assert order.story.outside() == [calls.DISPATCH, *UNDO_ALL]
    assert order.story.now.stage == "preparing"
    assert [task.kind for task in order.story.now.tasks] == ["resolve_hold"]
    await order.release()
    assert await order.ended() == "closed_abnormally"
    assert order.story.outside()[-1] == calls.VOID_DISPATCH
    return order


async def decided_by_update(house: House, name: str) -> Order:
    order = await house.open(name, "2000.01")
    await order.story.reached("in_review")
    decision = order.decision(MANAGER)
    first = await order.ask(decision)
    await order.send(decision)
    assert (first.accepted, first.code) == (True, "approved")
    await order.story.happened(EventKind.DISPATCHED)
    assert order.story.count(EventKind.SIGNED) == 1
    await completed(order)
    return order


async def amended_while_dispatch_runs(house: House, name: str) -> Order:
    gate = Gate()
    order = await house.open(name, script=Script(gates={calls.DISPATCH: gate}))
    await gate.entered.wait()
    await order.story.reached("preparing")
    await order.amend(order_facts(name, "600.00", version=2, country="US"))
    gate.opened.set()
    await order.story.until(lambda story: story.now.stage == "preparing" and has_told_lax(story))
    assert order.story.outside() == [calls.DISPATCH, calls.VOID_DISPATCH, calls.DISPATCH]
    await order.cancel()
    assert await order.ended() == "closed_abnormally"
    voided = order.story.calls_of(calls.VOID_DISPATCH)
    assert [(request.key, request.warehouse) for request in voided] == [
        (f"{name}:1", "de"),
        (f"{name}:2", "lax"),
    ]
    return order


def has_told_lax(story: Story) -> bool:
    return any(e.kind == "dispatched" and e.data["warehouse"] == "lax" for e in story.events)


async def continued_as_new(house: House, name: str) -> Order:
    order = await house.open(name, "10000.01")
    await order.story.reached("in_review")
    first_run = order.handle.first_execution_run_id
    await order.approve(DIRECTOR)
    await order.story.happened(EventKind.SIGNED)
    for times in range(1, 8):
        hold_id = await order.hold()
        await order.story.happened(EventKind.HELD, times)
        await order.release(hold_id)
        await order.story.happened(EventKind.RELEASED, times)
    assert await order.run_id() != first_run
    await order.approve(FINANCE)
    await order.story.happened(EventKind.DISPATCHED)
    await shipped(order)
    await order.send(RequestReturn("return-1", "u-service", "note-return"))
    assert await order.ended() == "closed_abnormally"
    return order


async def moved_in_while_prepared(house: House, name: str) -> Order:
    order = await house.open(name, "20000.00", start_stage="preparing")
    await order.story.happened(EventKind.DISPATCHED)
    assert order.story.now.tier == "moved_in"
    await completed(order)
    return order


async def moved_in_on_its_way(house: House, name: str) -> Order:
    order = await house.open(name, "20000.00", country="BR", start_stage="shipped")
    await order.story.reached("shipped")
    told = ChannelFact.PARCEL
    await order.send(ChannelUpdate("parcel-1", "channel:shopify", told, tracking_number="T1"))
    await order.story.happened(EventKind.PARCEL_SHIPPED)
    await order.deliver()
    assert await order.ended() == "completed"
    assert order.story.outside() == []
    return order


async def sent_by_its_channel(house: House, name: str) -> Order:
    order = await house.open(name, country="BR", flags=("fulfilled_by_channel",))
    await order.story.reached("preparing")
    assert [task.role for task in order.story.now.tasks] == ["logistics"]
    told = ChannelFact.PARCEL
    await order.send(ChannelUpdate("parcel-1", "channel:amazon", told, tracking_number="T1"))
    await order.story.reached("shipped")
    await order.deliver()
    assert await order.ended() == "completed"
    assert order.story.outside() == []
    return order


async def held_by_its_channel(house: House, name: str) -> Order:
    order = await house.open(name, "2000.01")
    await order.story.reached("in_review")
    held, reason = ChannelFact.HELD, ReasonCode.FRAUD_RISK
    await order.send(ChannelUpdate("held-1", "channel:shopify", held, reason=reason))
    await order.story.happened(EventKind.HELD)
    await order.approve(MANAGER)
    await order.story.happened(EventKind.APPROVED)
    assert order.story.now.stage == "in_review"
    await order.send(ChannelUpdate("released-1", "channel:shopify", ChannelFact.RELEASED))
    await order.story.happened(EventKind.DISPATCHED)
    await completed(order)
    return order


async def held_so_that_nothing_leaves(house: House, name: str) -> Order:
    order = await house.open(name, "2000.01")
    await order.story.reached("in_review")
    hold_id = await order.hold(reason=ReasonCode.FRAUD_RISK)
    await order.story.happened(EventKind.HELD_IN_CHANNEL)
    await order.approve(MANAGER)
    await order.release(hold_id)
    await order.story.happened(EventKind.RELEASED_IN_CHANNEL)
    await order.story.happened(EventKind.DISPATCHED)
    held, freed = (order.story.calls_of(name)[0] for name in HELD_AND_FREED)
    assert (held.key, held.reason) == (freed.key, "FRAUD_RISK")
    await completed(order)
    return order


def named(*scenarios: Scenario) -> dict[str, Scenario]:
    """Return scenarios by the name of the path they take."""
    return {scenario.__name__: scenario for scenario in scenarios}


SKIPPING = named(
    auto,
    confirmed_by_service,
    approved_by_manager,
    countersigned,
    rejected,
    cancelled_before_confirmation,
    cancelled_in_preparation,
    cancelled_while_dispatch_retries,
    cancelled_by_channel,
    cancelled_in_temporal,
    shipped_in_two_parcels,
    objected,
    returned,
    late_everywhere,
    held_with_paused_clock,
    routed_by_hand,
    rate_added_later,
    amended_in_preparation,
    refused_by_warehouse,
    channel_out_of_step,
    undone_with_help,
    decided_by_update,
    moved_in_while_prepared,
    moved_in_on_its_way,
    held_by_its_channel,
    sent_by_its_channel,
    held_so_that_nothing_leaves,
)

# The test server can neither cancel a running activity nor suggest to continue as new.
ON_DEV_SERVER = named(cancelled_while_dispatch_runs, amended_while_dispatch_runs, continued_as_new)
