"""Open orders survive a deployment: today's workflow follows every recorded history."""

import json

import pytest
from temporalio import workflow
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from tests.replay.corpus import FINGERPRINTS, FOLDER, PATHS, fingerprint, history
from workflows.order import OrderInput, OrderWorkflow
from workflows.payloads import data_converter

AT_LEAST = 10


@workflow.defn(name="OrderWorkflow")
class WithOneMoreTimer(OrderWorkflow):
    """The workflow as somebody might change it who forgot the patch."""

    @workflow.init
    def __init__(self, order: OrderInput) -> None:
        super().__init__(order)

    @workflow.run
    async def run(self, order: OrderInput) -> str:
        await workflow.sleep(1)
        return await super().run(order)


@workflow.defn(name="OrderWorkflow")
class WithOneMorePatchedTimer(OrderWorkflow):
    """The same change, made properly."""

    @workflow.init
    def __init__(self, order: OrderInput) -> None:
        super().__init__(order)

    @workflow.run
    async def run(self, order: OrderInput) -> str:
        if workflow.patched("one-more-timer"):
            await workflow.sleep(1)
        return await super().run(order)


def replayer(changed: type[OrderWorkflow]) -> Replayer:
    """Replays a changed workflow; a test module has no business in the sandbox."""
    return Replayer(
        workflows=[changed],
        data_converter=data_converter,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )


def test_there_is_a_history_of_every_path() -> None:
    recorded = {file.name.removesuffix(".json") for file in FOLDER.glob("*.json")}
    assert len(recorded) >= AT_LEAST, "record them: python -m tests.replay.record"
    assert recorded == set(PATHS)


@pytest.mark.parametrize("path", PATHS)
async def test_the_workflow_follows_a_recorded_history(path: str) -> None:
    sandboxed = Replayer(workflows=[OrderWorkflow], data_converter=data_converter)
    await sandboxed.replay_workflow(history(path))


def test_no_history_was_changed_unnoticed() -> None:
    prints = json.loads(FINGERPRINTS.read_text())
    assert {path: fingerprint(history(path).events) for path in PATHS} == prints


@pytest.mark.parametrize("path", PATHS)
async def test_a_command_added_without_a_patch_is_noticed(path: str) -> None:
    with pytest.raises(workflow.NondeterminismError):
        await replayer(WithOneMoreTimer).replay_workflow(history(path))


@pytest.mark.parametrize("path", PATHS)
async def test_a_command_added_with_a_patch_is_not(path: str) -> None:
    await replayer(WithOneMorePatchedTimer).replay_workflow(history(path))
