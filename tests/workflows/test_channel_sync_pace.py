"""A shop is polled for as long as it is there: on time, page by page, at the channel's pace."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities import signatures as calls
from tests.patience import PATIENCE_SECONDS
from tests.workflows.house import skipping_world
from workflows.channel_sync import (
    LOOK_UP,
    MOST_ROUNDS,
    POLL_NOW,
    ChannelSync,
    start_sync,
    sync_workflow_id,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHANNEL = "shopify"
EVERY = 60.0


class Shop:
    """What a shop answers next, and when it was asked."""

    def __init__(self) -> None:
        self.pages: list[calls.PageAnswer | ApplicationError] = []
        self.usual = calls.PageAnswer(every_seconds=EVERY)
        self.look_ups: list[calls.LookUpAnswer] = []
        self.asked: dict[str, list[datetime]] = defaultdict(list)
        self.check_fails = False
        self.look_up_ends = asyncio.Event()
        self.look_up_ends.set()

    def goes(self) -> None:
        """Be gone from now on."""
        self.pages.clear()
        self.look_ups.clear()
        self.usual = calls.PageAnswer(gone=True)

    @property
    def polls(self) -> list[datetime]:
        """When pages were asked for."""
        return self.asked[calls.POLL_PAGE]

    def gaps(self) -> list[float]:
        """What lay between them, in seconds."""
        pairs = zip(self.polls, self.polls[1:], strict=False)
        return [(later - earlier).total_seconds() for earlier, later in pairs]


def about(*seconds: float) -> Any:
    """Return what equals these durations, give or take what a busy machine needs."""
    return pytest.approx(list(seconds), abs=5)


class World:
    """Activities under their real names, for any number of shops."""

    def __init__(self, env: WorkflowEnvironment) -> None:
        self.env = env
        self.shops: dict[str, Shop] = defaultdict(Shop)

    def _asked(self, request: calls.ShopRequest) -> Shop:
        info = activity.info()
        shop = self.shops[request.shop]
        shop.asked[info.activity_type].append(info.started_time)
        return shop

    @activity.defn(name=calls.POLL_PAGE)
    async def poll_page(self, request: calls.ShopRequest) -> calls.PageAnswer:
        """Answer what the test wants next."""
        shop = self._asked(request)
        answer = shop.pages.pop(0) if shop.pages else shop.usual
        if isinstance(answer, ApplicationError):
            raise answer
        return answer

    @activity.defn(name=calls.LOOK_UP_ORDER)
    async def look_up_order(self, request: calls.ShopRequest) -> calls.LookUpAnswer:
        """Answer what the test wants next, when it wants it."""
        shop = self._asked(request)
        await shop.look_up_ends.wait()
        return shop.look_ups.pop(0) if shop.look_ups else calls.LookUpAnswer()

    @activity.defn(name=calls.MEND_SUBSCRIPTIONS)
    async def mend_subscriptions(self, request: calls.ShopRequest) -> calls.CheckAnswer:
        """Find nothing amiss, or fail."""
        if self._asked(request).check_fails:
            raise ApplicationError("unavailable", type="Outage")
        return calls.CheckAnswer()

    async def open(self, name: str, shop: Shop | None = None) -> Shop:
        """Start to read a shop."""
        self.shops[name] = shop or Shop()
        await start_sync(self.env.client, CHANNEL, name)
        return self.shops[name]

    def handle(self, name: str) -> WorkflowHandle[Any, Any]:
        """Return the workflow that reads a shop, whichever run it is in."""
        return self.env.client.get_workflow_handle(sync_workflow_id(CHANNEL, name))

    async def history(self, name: str) -> Sequence[HistoryEvent]:
        """What Temporal has on record of it."""
        return (await self.handle(name).fetch_history()).events

    async def passes(self, seconds: float) -> None:
        """Let time pass."""
        await self.env.sleep(timedelta(seconds=seconds))


def workers(client: Client, world: World) -> list[Worker]:
    return [
        Worker(client, task_queue=calls.ORDERS_QUEUE, workflows=[ChannelSync]),
        Worker(client, task_queue=calls.poll_queue(CHANNEL), activities=[world.poll_page]),
        Worker(
            client,
            task_queue=calls.read_queue(CHANNEL),
            activities=[world.look_up_order, world.mend_subscriptions],
        ),
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running() -> AsyncIterator[World]:
    """Workers on a server whose clock jumps."""
    async with skipping_world() as house:
        world = World(house.env)
        first, second, third = workers(house.env.client, world)
        async with first, second, third:
            yield world


@pytest_asyncio.fixture(loop_scope="session")
async def world(running: World) -> AsyncIterator[World]:
    """The world of one test, whose shops are gone with it.

    They end themselves: a call of a terminated workflow would keep the clock from jumping until
    that call timed out, in the tests that follow.
    """
    yield running
    for name, shop in running.shops.items():
        shop.goes()
        with suppress(RPCError):
            await running.handle(name).signal(POLL_NOW)
        await running.passes(EVERY)  # a slow channel keeps its pace to the end
        await running.handle(name).result()
    running.shops.clear()


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_so():  # noqa: ASYNC110 - it is so on a server, which tells nobody
            await asyncio.sleep(0.02)


async def test_a_shop_is_polled_at_once_and_then_on_time(world: World) -> None:
    shop = await world.open("on-time")
    await world.passes(3.5 * EVERY)
    assert shop.gaps() == about(60, 60, 60)


async def test_all_pages_of_a_poll_are_read_before_it_rests(world: World) -> None:
    page = calls.PageAnswer(found=2, new=1, more=True)
    shop = Shop()
    shop.pages = [page, page, calls.PageAnswer(found=1, every_seconds=EVERY)]
    await world.open("pages", shop)
    await world.passes(EVERY / 2)
    assert shop.gaps() == about(0, 0)


async def test_a_slow_channel_gets_its_pace_also_when_somebody_wants_it_polled_now(
    world: World,
) -> None:
    shop = Shop()
    shop.usual = calls.PageAnswer(every_seconds=EVERY, gap_seconds=50.0)
    shop.pages = [calls.PageAnswer(more=True, gap_seconds=50.0)]
    await world.open("slow", shop)
    await until(lambda: shop.polls)
    await world.handle("slow").signal(POLL_NOW)
    await world.passes(130)
    assert shop.gaps()[:2] == about(50, 50)


async def test_a_signal_has_the_shop_polled_now(world: World) -> None:
    shop = Shop()
    shop.usual = calls.PageAnswer(every_seconds=86_400.0)
    await world.open("wanted", shop)
    await until(lambda: shop.polls)
    await world.handle("wanted").signal(POLL_NOW)
    await until(lambda: len(shop.polls) == 2)


async def test_a_throttled_shop_is_left_alone_for_as_long_as_it_asked(world: World) -> None:
    shop = Shop()
    wait = timedelta(seconds=100)
    shop.pages = [ApplicationError("throttled", type="Outage", next_retry_delay=wait)]
    await world.open("throttled", shop)
    await world.passes(130)
    assert shop.gaps() == about(100)


async def test_a_refused_credential_is_tried_by_the_hour_or_when_somebody_says_so(
    world: World,
) -> None:
    shop = Shop()
    shop.usual = calls.PageAnswer(refused="HTTP_401", every_seconds=EVERY)
    await world.open("refused", shop)
    await world.passes(3700)
    assert shop.gaps() == about(3600)
    await world.handle("refused").signal(POLL_NOW)
    await until(lambda: len(shop.polls) == 3)


async def test_what_a_notification_named_is_read_at_once_and_again_when_it_is_due(
    world: World,
) -> None:
    shop = await world.open("named")
    asked = shop.asked[calls.LOOK_UP_ORDER]
    await until(lambda: len(asked) == 1)
    shop.look_ups = [calls.LookUpAnswer(due_in_seconds=0.0), calls.LookUpAnswer(due_in_seconds=30)]
    await world.handle("named").signal(LOOK_UP)
    await until(lambda: len(asked) == 3)
    await world.passes(35)
    assert len(asked) == 4
    assert [(asked[3] - asked[2]).total_seconds()] == about(30)


async def test_a_poll_finds_look_ups_whose_signal_was_lost(world: World) -> None:
    shop = Shop()
    shop.usual = calls.PageAnswer(every_seconds=EVERY, look_ups_due=True)
    await world.open("lost-signal", shop)
    await world.passes(EVERY * 1.5)
    assert len(shop.asked[calls.LOOK_UP_ORDER]) >= 2


async def test_subscriptions_are_looked_at_every_quarter_of_an_hour(world: World) -> None:
    shop = await world.open("checked")
    await world.passes(46 * 60)
    assert len(shop.asked[calls.MEND_SUBSCRIPTIONS]) == 4


async def test_a_shop_that_does_not_answer_for_its_webhooks_is_polled_all_the_same(
    world: World,
) -> None:
    shop = Shop()
    shop.check_fails = True
    await world.open("no-webhooks", shop)
    await world.passes(6 * EVERY)
    assert len(shop.asked[calls.MEND_SUBSCRIPTIONS]) == 3
    assert len(shop.polls) >= 5


async def test_it_goes_on_in_a_new_run_without_an_extra_poll(world: World) -> None:
    shop = await world.open("long")
    first = (await world.handle("long").describe()).run_id
    await world.passes((MOST_ROUNDS + 10) * EVERY)
    assert (await world.handle("long").describe()).run_id != first
    assert max(shop.gaps()) < 65
    assert min(shop.gaps()) > 55
    assert len(shop.polls) >= MOST_ROUNDS


async def test_a_second_start_joins_the_first(world: World) -> None:
    await world.open("twice")
    first = await world.handle("twice").describe()
    await start_sync(world.env.client, CHANNEL, "twice", LOOK_UP)
    assert (await world.handle("twice").describe()).run_id == first.run_id


async def test_it_ends_with_its_shop_and_begins_again_with_it(world: World) -> None:
    shop = Shop()
    shop.pages = [calls.PageAnswer(gone=True)]
    await world.open("gone", shop)
    await world.handle("gone").result()
    await start_sync(world.env.client, CHANNEL, "gone")
    await until(lambda: len(shop.polls) == 2)


async def test_a_shop_that_goes_lets_the_call_under_way_finish(world: World) -> None:
    shop = Shop()
    shop.look_up_ends.clear()
    shop.pages = [calls.PageAnswer(gone=True)]
    await world.open("busy", shop)
    await until(lambda: shop.polls and shop.asked[calls.LOOK_UP_ORDER])
    polled = EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED
    while polled not in [event.event_type for event in await world.history("busy")][:-1]:  # noqa: ASYNC110 - only the server knows
        await asyncio.sleep(0.02)
    shop.look_up_ends.set()
    await world.handle("busy").result()
    ended = [event.event_type for event in await world.history("busy")]
    assert ended.count(polled) == 2
