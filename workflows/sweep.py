"""StallSweep: line 3 as a workflow that a Temporal Schedule starts every 15 minutes."""

from datetime import timedelta

from temporalio import workflow
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities import signatures as calls

SCHEDULE_ID = "orderflow-stall-sweep"
EVERY = timedelta(minutes=15)


@workflow.defn(name="StallSweep")
class StallSweep:
    """One look at everything that should move."""

    @workflow.run
    async def run(self) -> int:
        """Sweep once; returns how many stalls are new."""
        found: int = await workflow.execute_activity(
            calls.SWEEP,
            workflow.info().workflow_id,
            result_type=int,
            start_to_close_timeout=timedelta(minutes=2),
            schedule_to_close_timeout=timedelta(minutes=10),
            retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1)),
        )
        return found


async def ensure_schedule(client: Client, every: timedelta = EVERY) -> None:
    """Create the schedule unless it is there; sweeps that were missed are not caught up on."""
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(
            StallSweep.run, id="stall-sweep", task_queue=calls.ORDERS_QUEUE
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        policy=SchedulePolicy(
            overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(minutes=15)
        ),
    )
    try:
        await client.create_schedule(SCHEDULE_ID, schedule)
    except ScheduleAlreadyRunningError:
        return
