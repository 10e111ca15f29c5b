"""How an order learns what the rules and the staff make of it: admission, and who may sign now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from activities import signatures as calls
    from domain import approvals, lifecycle, signing
    from domain.facts import OrderFacts
    from domain.holds import ReasonCode
    from domain.state import OrderState, Plan

# Admission may make two calls to an ERP of up to 10 s each.
LEDGER_TIMEOUT = timedelta(seconds=30)
# Our own database comes back: an outage of any length must not fail an order.
FOR_EVER = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=20)
)

# Keeps an order in its stage, on a hold: what failed, the origin and the reason of the hold.
Park = Callable[[FailureError, str, ReasonCode], None]


class Planning:
    """Plans one order anew whenever its content, its rules or the staff changed."""

    def __init__(self, state: OrderState, park: Park) -> None:
        self._state = state
        self._park = park

    async def admit(self) -> None:
        """Plan the content in force: credit, stock, rules, route; repeated while it changes."""
        state = self._state
        while (state.admission_due or state.entitlement_due) and state.closing is None:
            if state.admission_due:
                # Admission looks up who may sign as well.
                state.admission_due = state.entitlement_due = False
                state.admission_round += 1
                await self._admit_once()
            else:
                await self.entitle()

    async def _admit_once(self) -> None:
        try:
            plan: Plan = await workflow.execute_local_activity(
                calls.ADMIT,
                self._admission(),
                result_type=Plan,
                start_to_close_timeout=LEDGER_TIMEOUT,
                retry_policy=FOR_EVER,
            )
        except FailureError as error:
            self._park(error, "admission", ReasonCode.DATA_QUALITY)
        else:
            lifecycle.admit(self._state, plan, workflow.now())

    def _admission(self) -> calls.AdmitRequest:
        state = self._state
        picked = (state.group, state.warehouse) if state.group_assigned else ("", "")
        return calls.AdmitRequest(
            self._facts_left(),
            signing.pinned_rules(state),
            *picked,
            handovers=tuple(state.handovers),
            asked=tuple(added.person for added in approvals.pending(state.approval)),
        )

    def _facts_left(self) -> OrderFacts:
        """The facts with the pieces that are still inside: what has left is not reserved again."""
        if not self._state.parcels:
            return self._state.facts
        left = lifecycle.remaining(self._state)
        lines = (replace(line, quantity=left[line.line_id]) for line in self._state.facts.lines)
        return replace(self._state.facts, lines=tuple(line for line in lines if line.quantity))

    async def entitle(self) -> None:
        """Look up who may sign, when staff has changed or signers have named somebody."""
        state = self._state
        if state.entitlement_due and state.plan is not None and state.closing is None:
            state.entitlement_due = False
            await self._entitle_once(state.plan)

    async def _entitle_once(self, plan: Plan) -> None:
        facts, question = self._state.facts, signing.staff_question(self._state, plan)
        try:
            found: calls.EntitleAnswer = await workflow.execute_local_activity(
                calls.ENTITLE,
                calls.EntitleRequest(facts.order_id, facts.content_version, question),
                result_type=calls.EntitleAnswer,
                start_to_close_timeout=LEDGER_TIMEOUT,
                retry_policy=FOR_EVER,
            )
        except FailureError as error:
            self._park(error, "admission", ReasonCode.DATA_QUALITY)
        else:
            signing.entitle(self._state, question, found.answer, workflow.now())
