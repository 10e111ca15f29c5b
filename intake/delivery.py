"""From Postgres to Temporal: start an order's workflow and tell it what its messages said."""

from temporalio.client import Client
from temporalio.common import (
    Priority,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.facts import OrderFacts
from intake.signals import Signal
from workflows.order import TASK_QUEUE, OrderInput, OrderWorkflow
from workflows.visibility import initial_attributes, static_details, static_summary


class NotRunning(Exception):
    """The workflow is not there: not started yet, or closed already."""


async def deliver(client: Client, workflow_id: str, signals: list[Signal]) -> None:
    """Send signals in order; safe to repeat, since each carries the same id again.

    Raises NotRunning when there is no running workflow to hear them, RPCError when Temporal is
    away.
    """
    for signal in signals:
        if isinstance(signal.payload, OrderFacts):
            await start(client, workflow_id, signal.payload)
        else:
            await _signal(client, workflow_id, signal)


async def start(client: Client, workflow_id: str, facts: OrderFacts) -> None:
    """Start the order's workflow unless it runs or has run."""
    try:
        await client.start_workflow(
            OrderWorkflow.run,
            OrderInput(facts),
            id=workflow_id,
            task_queue=TASK_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=initial_attributes(facts),
            static_summary=static_summary(facts),
            static_details=static_details(facts),
            priority=Priority(priority_key=facts.priority),
        )
    except WorkflowAlreadyStartedError:
        return


async def _signal(client: Client, workflow_id: str, signal: Signal) -> None:
    try:
        await client.get_workflow_handle(workflow_id).signal(signal.name, signal.payload)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NotRunning(workflow_id) from error
        raise
