"""BatchWorkflow: many orders decided on by one person, a few at a time, behind live orders."""

from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.common import (
    Priority,
    RetryPolicy,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)

with workflow.unsafe.imports_passed_through():
    from activities import signatures as calls

# As for imported orders: whatever is live goes first.
BULK_PRIORITY = 5
# Long enough for a call whose orders all answer late.
CALL_TIMEOUT = timedelta(minutes=10)
HEARTBEAT_TIMEOUT = timedelta(seconds=10)
SHORTEST_PAUSE = timedelta(milliseconds=100)


def batch_workflow_id(batch_id: str) -> str:
    """Return the id of a batch's workflow."""
    return f"batch:{batch_id}"


@workflow.defn(name="BatchWorkflow")
class BatchWorkflow:
    """Goes on until every order of the batch has answered; what they said lies in Postgres.

    Cancelling is done there as well: what is left is then nothing, and it ends.
    """

    @workflow.run
    async def run(self, batch: calls.BatchRequest) -> None:
        """Ask order after order."""
        while True:
            answer: calls.BatchAnswer = await workflow.execute_activity(
                calls.WORK_BATCH,
                batch,
                result_type=calls.BatchAnswer,
                start_to_close_timeout=CALL_TIMEOUT,
                heartbeat_timeout=HEARTBEAT_TIMEOUT,
                retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=15)),
            )
            workflow.set_current_details(f"- left / 剩余: {answer.left}")
            if not answer.left:
                return
            pause = timedelta(seconds=answer.due_in_seconds)
            if pause > SHORTEST_PAUSE:
                await workflow.sleep(pause, summary="orders that did not answer / 等待回应")
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(batch)


async def start_batch(client: Client, batch_id: str) -> None:
    """Start a batch's workflow unless it runs.

    Raises RPCError when Temporal is away.
    """
    await client.start_workflow(
        BatchWorkflow.run,
        calls.BatchRequest(batch_id),
        id=batch_workflow_id(batch_id),
        task_queue=calls.ORDERS_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        priority=Priority(priority_key=BULK_PRIORITY),
        static_summary="batch / 批处理",
        static_details="Many orders, each asked as by one click. / 逐单执行的批量操作。",
    )
