"""Every path of an order, on a server whose clock jumps."""

from itertools import pairwise

import pytest

from domain.stages import TERMINAL, Stage, is_edge
from tests.workflows.house import House
from tests.workflows.scenarios import ON_DEV_SERVER, SKIPPING
from tests.workflows.world import Story

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("name", SKIPPING)
async def test_an_order_walks_its_path_to_a_proper_end(house: House, name: str) -> None:
    order = await SKIPPING[name](house, name)
    assert_is_a_proper_story(order.story)


@pytest.mark.parametrize("name", ON_DEV_SERVER)
async def test_an_order_walks_its_path_on_the_real_server(dev_house: House, name: str) -> None:
    order = await ON_DEV_SERVER[name](dev_house, name)
    assert_is_a_proper_story(order.story)


def assert_is_a_proper_story(story: Story) -> None:
    """Numbered without holes, along legal edges, ended once, nothing left to do."""
    assert [event.seq for event in story.events] == list(range(1, len(story.events) + 1))
    assert story.now.version == story.events[-1].seq
    entered = [Stage(e.data["to"]) for e in story.events if e.kind == "stage_entered"]
    assert all(is_edge(a, b) for a, b in pairwise(entered))
    assert [stage for stage in entered if stage in TERMINAL] == [Stage(story.now.stage)]
    assert (story.now.tasks, story.now.holds) == ((), ())
