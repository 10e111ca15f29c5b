"""An order nobody signs is brought higher up step by step, each once, at its time."""

from datetime import timedelta

import pytest

from domain.events import Event, EventKind
from tests.workflows.house import House, Order
from tests.workflows.world import DIRECTOR, FINANCE, Story

pytestmark = pytest.mark.asyncio(loop_scope="session")

# From a deadline to the next task of a worker.
PROMPT = timedelta(seconds=5)
# The limit of review, and what the default table says of the time after it.
LIMIT, SUPERIORS, THE_DIRECTOR = timedelta(hours=2), timedelta(hours=4), timedelta(hours=8)


def escalations(story: Story) -> list[Event]:
    """Everything that escalated, in order."""
    return [event for event in story.events if event.kind is EventKind.ESCALATED]


def entered_review(story: Story) -> Event:
    """The event with which review began."""
    return next(e for e in story.events if e.data.get("to") == "in_review")


def assert_came_after(story: Story, *delays: timedelta) -> None:
    since = entered_review(story).at
    late = [e.at - since - due for e, due in zip(escalations(story), delays, strict=True)]
    assert all(timedelta(0) <= each < PROMPT for each in late), late


def _told(event: Event) -> tuple[str | None, ...]:
    return tuple(event.data.get(name) for name in ("step", "level", "tell_role"))


async def reviewed(house: House, name: str) -> Order:
    order = await house.open(name, "10000.01")
    await order.story.reached("in_review")
    return order


async def test_a_countersign_nobody_gives_goes_up_step_by_step(house: House) -> None:
    order = await reviewed(house, "ladder")
    for count, hours in enumerate((2, 2, 4), 1):
        await house.passes(hours=hours, seconds=2)
        await order.story.happened(EventKind.ESCALATED, count)
    assert [_told(event) for event in escalations(order.story)] == [
        (None, None, None),
        ("1", "2", None),
        ("2", None, "ops_director"),
    ]
    assert_came_after(order.story, LIMIT, SUPERIORS, THE_DIRECTOR)
    awaited = ",".join(sorted((DIRECTOR, FINANCE)))
    assert {e.data["waits_on"] for e in escalations(order.story)} == {awaited}
    await house.passes(hours=40)
    assert order.story.count(EventKind.ESCALATED) == 3
    await order.cancel()
    assert await order.ended() == "closed_abnormally"


async def test_a_pause_between_two_steps_shifts_the_second(house: House) -> None:
    order = await reviewed(house, "ladder-paused")
    await house.passes(hours=3)
    hold_id = await order.hold(pauses_clock=True)
    await order.story.happened(EventKind.HELD)
    await house.passes(hours=10)
    assert order.story.count(EventKind.ESCALATED) == 1
    await order.release(hold_id)
    await order.story.happened(EventKind.RELEASED)
    stood_still = timedelta(hours=10)
    await house.passes(minutes=59)
    assert order.story.count(EventKind.ESCALATED) == 1
    await house.passes(minutes=2)
    await order.story.happened(EventKind.ESCALATED, 2)
    assert_came_after(order.story, LIMIT, SUPERIORS + stood_still)
    await order.approve(DIRECTOR)
    await order.approve(FINANCE)
    await order.story.reached("preparing")
    # The stage is left: nobody is told any more, for hours beyond the last step.
    await house.passes(hours=3)
    assert order.story.count(EventKind.ESCALATED) == 2
    await order.cancel()
    assert await order.ended() == "closed_abnormally"
