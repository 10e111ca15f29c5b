"""30 minutes, 2 hours, 4 hours: each limit is noted once, at its instant, whatever happens."""

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.events import Event, EventKind
from domain.rules.defaults import default_rule_set, scaled
from tests.workflows.house import House, Order, dev_world, skipping_world
from tests.workflows.servers import workers
from tests.workflows.world import DIRECTOR, FINANCE, MANAGER, Script, Story

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Workers that restart keep no cache: the test server offers a cached workflow's task for ever to
# the worker that is gone, which the real server does not.

# From a limit to the next task of a worker.
PROMPT = timedelta(seconds=5)
LIMITS = {
    EventKind.TURNED_RED: timedelta(minutes=30),
    EventKind.ESCALATED: timedelta(hours=2),
    EventKind.WARNED: timedelta(hours=4),
}


def the(story: Story, kind: EventKind) -> Event:
    """The only event of this kind; the steps that follow a limit are not the limit."""
    [event] = [e for e in story.events if e.kind == kind and "step" not in e.data]
    return event


def assert_noted_once_and_on_time(story: Story) -> None:
    for kind, limit in LIMITS.items():
        event = the(story, kind)
        entered = next(
            e.at for e in story.events if e.kind == "stage_entered" and e.data["to"] == event.stage
        )
        assert timedelta(0) <= event.at - entered - limit < PROMPT, kind


async def test_each_limit_is_noted_once_at_its_instant(house: House) -> None:
    order = await house.open("on-time", "10000.01", status="pending")
    await order.story.until(lambda story: bool(story.snapshots))
    await house.passes(minutes=29)
    assert order.story.count(EventKind.TURNED_RED) == 0
    await house.passes(hours=10)
    await order.confirm()
    await order.story.reached("in_review")
    await house.passes(hours=10)
    await order.approve(DIRECTOR)
    await order.approve(FINANCE)
    await order.story.happened(EventKind.DISPATCHED)
    await house.passes(hours=10)
    await order.story.happened(EventKind.WARNED)
    assert_noted_once_and_on_time(order.story)
    assert set(the(order.story, EventKind.ESCALATED).data["waits_on"].split(",")) == {
        DIRECTOR,
        FINANCE,
    }
    await order.cancel()
    assert await order.ended() == "closed_abnormally"


async def test_limits_pass_once_although_the_worker_restarts_in_between() -> None:
    async with skipping_world() as house:
        async with workers(house.env.client, house.world, cache=0):
            order = await house.open("restarted", "10000.01", status="pending")
            await order.story.until(lambda story: bool(story.snapshots))
            await order.rests()
        await house.passes(minutes=10)
        async with workers(house.env.client, house.world, cache=0):
            await house.passes(minutes=25)
            await order.story.happened(EventKind.TURNED_RED)
            await order.confirm()
            await order.story.reached("in_review")
            await order.rests()
        await house.passes(minutes=119)
        async with workers(house.env.client, house.world, cache=0):
            await house.passes(minutes=2)
            await order.story.happened(EventKind.ESCALATED)
            await order.rests()
        async with workers(house.env.client, house.world, cache=0):
            await order.approve(DIRECTOR)
            await order.approve(FINANCE)
            await order.story.happened(EventKind.DISPATCHED)
            await house.passes(minutes=241)
            await order.story.happened(EventKind.WARNED)
            await order.cancel()
            assert await order.ended() == "closed_abnormally"
    assert_noted_once_and_on_time(order.story)


async def test_a_limit_that_passed_while_no_worker_ran_is_noted_when_one_is_back() -> None:
    async with skipping_world() as house:
        async with workers(house.env.client, house.world, cache=0):
            order = await house.open("overslept", status="pending")
            await order.story.until(lambda story: bool(story.snapshots))
            await order.rests()
        # The limit passes; the test server does not skip time while a task waits for a worker.
        await house.passes(minutes=30, seconds=1)
        async with workers(house.env.client, house.world, cache=0):
            await order.story.happened(EventKind.TURNED_RED)
            await order.cancel()
            assert await order.ended() == "closed_abnormally"
    assert order.story.count(EventKind.TURNED_RED) == 1


async def test_a_limit_survives_a_restart_on_the_real_server() -> None:
    rules = scaled(default_rule_set(), Decimal("0.0003"))
    async with dev_world() as house:
        async with workers(house.env.client, house.world):
            order = await house.open("restarted", "2000.01", Script(rules=rules))
            await order.story.reached("in_review")
        async with workers(house.env.client, house.world):
            await order.story.happened(EventKind.ESCALATED)
            await order.approve(MANAGER)
            await order.story.reached("preparing")
            await order.cancel()
            assert await order.ended() == "closed_abnormally"
    the(order.story, EventKind.ESCALATED)


async def test_a_pause_of_the_clock_moves_the_limit_by_exactly_its_length(house: House) -> None:
    order = await house.open("paused", "2000.01")
    await order.story.reached("in_review")
    due_at = order.story.now.due_at
    hold_id = await order.hold(pauses_clock=True)
    await order.story.happened(EventKind.HELD)
    assert order.story.now.paused
    await house.passes(hours=1)
    await order.release(hold_id)
    await order.story.happened(EventKind.RELEASED)
    pause = the(order.story, EventKind.RELEASED).at - the(order.story, EventKind.HELD).at
    assert timedelta(0) <= pause - timedelta(hours=1) < PROMPT
    assert due_at is not None
    assert order.story.now.due_at == due_at + pause
    await house.passes(minutes=119)
    assert order.story.count(EventKind.ESCALATED) == 0
    await house.passes(minutes=2)
    await order.story.happened(EventKind.ESCALATED)
    assert timedelta(0) <= the(order.story, EventKind.ESCALATED).at - (due_at + pause) < PROMPT
    await order.approve(MANAGER)
    await order.story.happened(EventKind.DISPATCHED)
    await order.cancel()
    assert await order.ended() == "closed_abnormally"


async def test_a_hold_that_does_not_pause_the_clock_leaves_the_limit_alone(house: House) -> None:
    order = await house.open("held", "2000.01")
    await order.story.reached("in_review")
    due_at = order.story.now.due_at
    hold_id = await order.hold(pauses_clock=False)
    await order.story.happened(EventKind.HELD)
    await house.passes(hours=1)
    await order.release(hold_id)
    await order.story.happened(EventKind.RELEASED)
    assert order.story.now.due_at == due_at
    await house.passes(minutes=61)
    await order.story.happened(EventKind.ESCALATED)
    await order.cancel()
    assert await order.ended() == "closed_abnormally"


async def test_a_limit_survives_continue_as_new(dev_house: House) -> None:
    # The dev server cannot skip time: two hours become 7 seconds.
    rules = scaled(default_rule_set(), Decimal("0.001"))
    order = await dev_house.open("renewed", "2000.01", Script(rules=rules))
    await order.story.reached("in_review")
    due_at = order.story.now.due_at
    await continue_as_new(order)
    assert order.story.count(EventKind.ESCALATED) == 0
    assert order.story.now.due_at == due_at
    await order.story.happened(EventKind.ESCALATED)
    assert due_at is not None
    assert timedelta(0) <= the(order.story, EventKind.ESCALATED).at - due_at < PROMPT
    await continue_as_new(order)
    await order.approve(MANAGER)
    await order.story.happened(EventKind.DISPATCHED)
    the(order.story, EventKind.ESCALATED)
    await order.cancel()
    assert await order.ended() == "closed_abnormally"


async def continue_as_new(order: Order) -> None:
    """Keep an order busy until its history is cut."""
    before = await order.run_id()
    while await order.run_id() == before:
        times = order.story.count(EventKind.RELEASED) + 1
        hold_id = await order.hold()
        await order.story.happened(EventKind.HELD, times)
        await order.release(hold_id)
        await order.story.happened(EventKind.RELEASED, times)
