"""ReturnWorkflow: goods of a completed order come back, and the order closes with its record.

The order's own workflow has ended by then; a return reopens nothing, so it is a short story of its
own under the order's id with `:return` behind it, of which there is at most one.
"""

from dataclasses import dataclass
from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain import lifecycle, reactions, sla
    from domain.actions import RequestReturn
    from domain.approvals import Policy
    from domain.facts import OrderFacts
    from domain.stages import Stage
    from domain.state import OrderState, Plan
    from workflows.effects import Effects
    from workflows.visibility import Visibility


@dataclass(frozen=True)
class ReturnInput:
    """A completed order as it was recorded last, and who sends what back and why."""

    facts: OrderFacts
    version: int
    completed_at: datetime
    group: str
    warehouse: str
    tier: str
    rule_set: str
    action: RequestReturn


def return_workflow_id(order_workflow_id: str) -> str:
    """Return the id of an order's one return."""
    return f"{order_workflow_id}:return"


@workflow.defn(name="ReturnWorkflow")
class ReturnWorkflow:
    """Moves a completed order to closed_abnormally with a return record."""

    @workflow.run
    async def run(self, request: ReturnInput) -> str:
        """Record the return; the credit and stock of the order were settled when it shipped."""
        state = _completed(request)
        if reactions.react(state, request.action, workflow.now()).accepted:
            lifecycle.advance(state, Stage.CLOSED_ABNORMALLY, workflow.now(), request.action.actor)
        await Effects(state).record()
        Visibility(state).show()
        return str(state.stage)


def _completed(request: ReturnInput) -> OrderState:
    """Restore what the read model shows of a completed order."""
    plan = Plan(
        content_version=request.facts.content_version,
        rule_set=request.rule_set,
        needs_confirmation=False,
        tier=request.tier,
        policy=Policy.AUTO,
        signers=(),
        group=request.group,
        warehouse=request.warehouse,
        base_amount=None,
        fx_rate_id="",
        terms={},
    )
    return OrderState(
        facts=request.facts,
        stage=Stage.COMPLETED,
        entered_at=request.completed_at,
        clock=sla.started(request.completed_at, None, None),
        plan=plan,
        group=request.group,
        warehouse=request.warehouse,
        admission_due=False,
        version=request.version,
    )
