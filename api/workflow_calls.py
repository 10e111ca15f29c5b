"""Reaching an order's workflow: an Update for a yes or no at once, else a signal."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from api.refused import problem_of_error
from domain.actions import (
    Action,
    AddSign,
    Amend,
    AssignGroup,
    Cancel,
    Confirm,
    CopyTo,
    Decide,
    Deliver,
    Outcome,
    RaiseHold,
    RaiseObjection,
    ReleaseHold,
    Repin,
    RequestReturn,
    Ship,
    Transfer,
    Urge,
    Withdraw,
)
from workflows.order import TASK_QUEUE
from workflows.returns import ReturnInput, ReturnWorkflow, return_workflow_id

# People wait this long for a yes or no; afterwards they are told that it is on its way.
SECONDS_TO_ANSWER = 3.0

# Updates and signals of OrderWorkflow have the same name.
NAMES: Mapping[type[Action], str] = {
    Confirm: "confirm",
    Decide: "decide",
    Cancel: "cancel",
    Amend: "amend",
    Ship: "ship",
    Deliver: "deliver",
    RaiseHold: "hold",
    ReleaseHold: "release",
    AssignGroup: "assign_group",
    RaiseObjection: "object",
    RequestReturn: "request_return",
    AddSign: "add_sign",
    Transfer: "transfer",
    Withdraw: "withdraw",
    Repin: "repin",
    Urge: "urge",
    CopyTo: "copy",
}
UPDATES = frozenset({Confirm, Decide, Cancel, Amend, AddSign, Transfer, Withdraw, Repin})


class NotRunning(Exception):
    """There is no running workflow of this order: not yet, or no more."""


class Unreachable(Exception):
    """Temporal took nothing over, or did not say so; repeating with the same id is safe."""


async def ask(client: Client | None, workflow_id: str, action: Action) -> Outcome | None:
    """Ask for an action and return what became of it; None when that is not known yet.

    What has no answer in time may have been taken over or not, so it is sent again as a signal
    with the same id, which the workflow heeds once. Raises ApiProblem for a refusal, NotRunning
    and Unreachable.
    """
    if client is None:
        raise Unreachable
    handle = client.get_workflow_handle(workflow_id)
    try:
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            outcome: Outcome = await handle.execute_update(
                NAMES[type(action)],
                action,
                id=action.id,
                result_type=Outcome,
                rpc_timeout=_rpc_timeout(),
            )
            return outcome
    except WorkflowUpdateFailedError as error:
        _raise_refusal(error)
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        pass
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NotRunning(workflow_id) from error
    except RuntimeError as error:
        # What a lazy client says when it cannot connect.
        raise Unreachable from error
    await tell(client, workflow_id, action)
    return None


def _rpc_timeout() -> timedelta:
    return timedelta(seconds=SECONDS_TO_ANSWER)


def _raise_refusal(error: WorkflowUpdateFailedError) -> None:
    cause = error.cause
    if not isinstance(cause, ApplicationError):
        raise error
    problem = problem_of_error(cause)
    if problem is not None:
        raise problem from error
    # The workflow ended while the Update was waiting for it, which the signal will find out.
    if cause.type != "AcceptedUpdateCompletedWorkflow":
        raise error


async def tell(client: Client | None, workflow_id: str, action: Action) -> None:
    """Send an action as a signal; raises NotRunning and Unreachable."""
    if client is None:
        raise Unreachable
    handle = client.get_workflow_handle(workflow_id)
    try:
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            await handle.signal(NAMES[type(action)], action, rpc_timeout=_rpc_timeout())
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NotRunning(workflow_id) from error
        raise Unreachable from error
    except (RuntimeError, TimeoutError) as error:
        raise Unreachable from error


async def start_return(client: Client | None, order_workflow_id: str, given: ReturnInput) -> bool:
    """Start the return of a completed order; False when it has one already.

    Raises Unreachable.
    """
    if client is None:
        raise Unreachable
    try:
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            await client.start_workflow(
                ReturnWorkflow.run,
                given,
                id=return_workflow_id(order_workflow_id),
                task_queue=TASK_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                rpc_timeout=_rpc_timeout(),
            )
    except WorkflowAlreadyStartedError:
        return False
    except (RPCError, RuntimeError, TimeoutError) as error:
        raise Unreachable from error
    return True
