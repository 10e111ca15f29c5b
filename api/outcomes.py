"""What becomes of an action: asked of the workflow, told after its end, kept for a repetition."""

from dataclasses import dataclass, field
from typing import Any

from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from api.problem_kinds import NOT_STARTED
from api.problems import ApiProblem
from api.refused import problem_of, problem_of_kept, problem_of_outcome
from api.schemas.actions import ActionAnswer
from api.state import Services
from api.workflow_calls import UPDATES, NotRunning, ask, start_return, tell
from database import orders, progress
from database.idempotency import StoredResponse
from database.orders import OrderRow
from database.progress import Progress
from domain.actions import Action, Amend, Confirm, RequestReturn
from domain.events import Event, EventKind
from domain.facts import facts_of
from domain.refusals import Refusal, RefusalCode
from domain.stages import Stage
from workflows.returns import ReturnInput


@dataclass
class Case:
    """One action on one order on its way; `kept` is what an earlier try left behind."""

    key: str
    action_id: str
    person: str
    order: OrderRow
    at: Progress
    kept: StoredResponse | None
    action: Action = field(init=False)

    def answer(self, status: int, code: str = "", stage: str = "") -> "Answered":
        """Return the answer to an action that was taken over (200, 202)."""
        body = ActionAnswer(
            id=self.action_id, idempotency_key=self.key, status="accepted", code=code, stage=stage
        )
        return Answered(status, body.model_dump(mode="json"))

    def unsettled(self) -> "Answered":
        """Return the answer to an action whose outcome is not known yet."""
        body = ActionAnswer(id=self.action_id, idempotency_key=self.key, status="pending")
        return Answered(202, body.model_dump(mode="json"), is_final=False)


@dataclass(frozen=True)
class Answered:
    """An answer: a body, or a refusal with its words in both languages."""

    status: int
    body: dict[str, Any]
    is_final: bool = True
    is_repeated: bool = False

    @classmethod
    def refused(cls, problem: ApiProblem) -> "Answered":
        """Return a refusal as an answer that can be kept."""
        kept = {"code": problem.kind.code, "en": problem.detail, "zh": problem.detail_zh}
        return cls(problem.status_code, kept)

    @classmethod
    def again(cls, stored: StoredResponse) -> "Answered":
        """Return an answer that was given before."""
        return cls(stored.status, stored.response, is_repeated=True)

    def stored(self) -> StoredResponse:
        """Return what to keep."""
        return StoredResponse(self.status, self.body)

    def response(self) -> JSONResponse:
        """Return the HTTP answer; raises ApiProblem for a refusal."""
        headers = {"Idempotent-Replayed": "true"} if self.is_repeated else None
        if self.status >= 400:
            raise problem_of_kept(self.body["code"], self.body["en"], self.body["zh"], headers)
        return JSONResponse(self.body, self.status, headers)


def pending(content_version: int) -> StoredResponse:
    """Return what to keep of an amendment that is on its way, so that a repetition adds none."""
    return StoredResponse(202, {"status": "pending", "content_version": content_version})


def is_pending(stored: StoredResponse) -> bool:
    """Tell whether what was kept is no answer yet."""
    return bool(stored.response.get("status") == "pending")


async def sought(services: Services, case: Case) -> Answered:
    """Hand the action over and return its answer; raises NotRunning and Unreachable."""
    client, workflow_id = services.state.temporal, case.order.workflow_id
    if type(case.action) in UPDATES:
        try:
            outcome = await ask(client, workflow_id, case.action)
        except ApiProblem as refused:
            return Answered.refused(refused)
        if outcome is None:
            return case.unsettled()
        if not outcome.accepted:
            return Answered.refused(problem_of_outcome(outcome))
        return case.answer(200, outcome.code, outcome.stage)
    if isinstance(case.action, RequestReturn) and case.at.stage == Stage.COMPLETED:
        given = await run_in_threadpool(_return_input, services, case)
        if not await start_return(client, workflow_id, given):
            raise NotRunning(workflow_id)
        return case.answer(202)
    await tell(client, workflow_id, case.action)
    return case.answer(202)


def _return_input(services: Services, case: Case) -> ReturnInput:
    """Return what the read model knows of a completed order."""
    if not isinstance(case.action, RequestReturn):
        raise TypeError(type(case.action).__name__)
    with services.state.engine.connect() as c:
        content = orders.content(c, case.order.order_id, case.at.content_version)
    if content is None:
        raise LookupError(case.order.order_id)
    findings = len(content.findings)
    return ReturnInput(
        facts=facts_of(content.order, orders.identity_of(case.order), content.version, findings),
        version=case.at.version,
        completed_at=case.at.entered_at,
        group=case.at.group,
        warehouse=case.at.warehouse,
        tier=case.at.tier,
        rule_set=case.at.rule_set,
        action=case.action,
    )


def after_the_end(c: Connection, case: Case) -> Answered:
    """Answer for a workflow that does not run: a repetition hears what was said before its end.

    Raises ApiProblem 503 when the workflow has not started yet.
    """
    at = progress.get_progress(c, case.order.order_id)
    if at is None or not at.closed:
        raise NOT_STARTED(value=case.order.order_id)
    if _was_taken_over(c, at, case):
        return case.answer(200, "accepted", at.stage)
    refusal = _refused_before(c, at, case.action) or Refusal(RefusalCode.CLOSED, at.stage)
    return Answered.refused(problem_of(refusal))


def _was_taken_over(c: Connection, at: Progress, case: Case) -> bool:
    action = case.action
    if at.closed_note_id == action.id:
        return True
    if any(each.decision_id == action.id for each in progress.decisions_of(c, at.order_id)):
        return True
    # These leave no id behind, so only one that was on its way can be meant.
    return case.kept is not None and any(
        _is_trace_of(event, action) for event in progress.timeline(c, at.order_id)
    )


def _is_trace_of(event: Event, action: Action) -> bool:
    match action:
        case Confirm():
            return event.kind is EventKind.CONFIRMED and event.actor == action.actor
        case Amend():
            version = str(action.facts.content_version)
            amended = event.kind is EventKind.AMENDED
            return amended and event.data.get("content_version") == version
        case _:
            ids = (event.data.get("action_id"), event.data.get("note_id"))
            return event.kind is not EventKind.REFUSED and action.id in ids


def _refused_before(c: Connection, at: Progress, action: Action) -> Refusal | None:
    for event in progress.timeline(c, at.order_id):
        if event.kind is EventKind.REFUSED and event.data.get("action_id") == action.id:
            return Refusal(RefusalCode(event.data["code"]), at.stage)
    return None
