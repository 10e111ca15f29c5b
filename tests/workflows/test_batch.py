"""A batch goes on until nothing is left: through failures, pauses, and histories that grow."""

import itertools
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities import signatures as calls
from tests.workflows.house import dev_world, skipping_world
from workflows.batch import BatchWorkflow, batch_workflow_id, start_batch

pytestmark = pytest.mark.asyncio(loop_scope="session")

# How long a batch of a test may take, on a clock that jumps.
LONG = timedelta(minutes=10)
# What a call answers, or the type of the error with which it fails.
Answer = calls.BatchAnswer | str


class Batches:
    """Plays the batches: what each call of each batch answers, and when it was made."""

    def __init__(self, env: WorkflowEnvironment) -> None:
        self._env = env
        self.client: Client = env.client
        self.answers: dict[str, list[Answer]] = {}
        self.called: dict[str, list[datetime]] = {}

    @activity.defn(name=calls.WORK_BATCH)
    async def work_batch(self, request: calls.BatchRequest) -> calls.BatchAnswer:
        """Answer what the test wants next."""
        self.called.setdefault(request.batch_id, []).append(activity.info().started_time)
        answer = self.answers[request.batch_id].pop(0)
        if isinstance(answer, str):
            raise ApplicationError("OperationalError", type=answer)
        return answer

    async def run(self, batch_id: str, *answers: Answer) -> list[float]:
        """Run a batch to its end; returns the seconds that lay between its calls."""
        self.answers[batch_id] = list(answers)
        await start_batch(self.client, batch_id)
        await self.end(batch_id)
        pairs = itertools.pairwise(self.called[batch_id])
        return [(later - earlier).total_seconds() for earlier, later in pairs]

    async def end(self, batch_id: str) -> None:
        """Wait until a batch has ended."""
        if self._env.supports_time_skipping:
            await self._env.sleep(LONG)
        await self.client.get_workflow_handle(batch_workflow_id(batch_id)).result()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def batches() -> AsyncIterator[Batches]:
    async with skipping_world() as house:
        played = Batches(house.env)
        async with worker(played):
            yield played


def worker(played: Batches) -> Worker:
    return Worker(
        played.client,
        task_queue=calls.ORDERS_QUEUE,
        workflows=[BatchWorkflow],
        activities=[played.work_batch],
    )


async def test_it_goes_on_at_once_while_orders_are_left_and_then_ends(batches: Batches) -> None:
    left = [calls.BatchAnswer(200), calls.BatchAnswer(100), calls.BatchAnswer(0)]
    assert await batches.run("through", *left) == pytest.approx([0, 0], abs=1)


async def test_it_waits_for_orders_that_did_not_answer_until_they_are_due(batches: Batches) -> None:
    left = [calls.BatchAnswer(3, due_in_seconds=16), calls.BatchAnswer(0)]
    assert await batches.run("pause", *left) == pytest.approx([16], abs=2)


async def test_an_outage_is_outlasted_however_long_it_takes(batches: Batches) -> None:
    gaps = await batches.run("outage", *["Outage"] * 20, calls.BatchAnswer(0))
    assert len(gaps) == 20
    assert max(gaps) < 20


async def test_a_batch_that_runs_is_not_started_again(batches: Batches) -> None:
    batches.answers["twice"] = [calls.BatchAnswer(1, due_in_seconds=60), calls.BatchAnswer(0)]
    await start_batch(batches.client, "twice")
    await start_batch(batches.client, "twice")
    await batches.end("twice")
    assert len(batches.called["twice"]) == 2


async def test_a_long_batch_continues_as_new_so_its_history_stays_small() -> None:
    async with dev_world() as house:
        played = Batches(house.env)
        async with worker(played):
            await played.run("long", *[calls.BatchAnswer(1)] * 24, calls.BatchAnswer(0))
        handle = played.client.get_workflow_handle(batch_workflow_id("long"))
        described = await handle.describe()
        history = await handle.fetch_history()
    assert len(played.called["long"]) == 25
    assert len(history.events) < 100
    first = history.events[0].workflow_execution_started_event_attributes
    assert first.continued_execution_run_id
    assert described.raw_info.priority.priority_key == 5
