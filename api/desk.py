"""Where a person's action on an order is taken: checked, kept, handed to the workflow, answered.

An action's id comes from its caller, its path and the key the caller gave it, so a repetition is
the same action everywhere: in the ledger of answers, in the workflow, among notes and decisions.
"""

import asyncio
import hashlib
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import structlog
from fastapi import Depends, Header, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api import foresight, outcomes
from api.auth import ActorDep, ScopeDep
from api.credit_veil import veiled_refusal
from api.outcomes import Answered, Case
from api.permissions import Scope
from api.problem_kinds import BAD_ACTION_ID, IDEMPOTENCY_KEY_REUSED, NOT_STARTED, OUTCOME_UNKNOWN
from api.records import order_and_progress
from api.refused import problem_of
from api.schemas.actions import KEY_PATTERN, ActionBody
from api.state import Services, services_of
from api.workflow_calls import UPDATES, NotRunning, Unreachable
from database import idempotency, notes
from database.notes import Note
from database.people import Actor
from database.refusals import Refused
from domain.actions import Action, Amend
from domain.order import Short
from domain.refusals import Refusal

# The read model runs milliseconds behind the workflow: look twice before refusing.
SECONDS_BEHIND = 0.3
_KEY = re.compile(KEY_PATTERN)

log = structlog.get_logger(__name__)

Build = Callable[[Connection, Case], Action]


class Foreseen(Exception):
    """A refusal the read model shows; perhaps it is only not up to date yet."""

    def __init__(self, refusal: Refusal, group: str = "") -> None:
        super().__init__(refusal.message_en)
        self.refusal = refusal
        self.group = group


@dataclass(frozen=True)
class _Request:
    """One action as asked for: under which key, and a digest of everything it says."""

    key: str
    action_id: str
    digest: str
    note: str


class Desk:
    """The desk of one order for one person.

    Keys count per `path`: the same key on the same path is the same action. `scope` is for which
    groups the person may do what is asked for.
    """

    def __init__(
        self,
        services: Services,
        order_id: str,
        actor: Actor,
        scope: Scope,
        path: str,
        key: str | None = None,
    ) -> None:
        self.order_id = order_id
        self.actor = actor
        self._scope = scope
        self._services = services
        self._path = path
        self._header_key = key

    async def act(self, body: BaseModel, build: Build, note: str = "") -> JSONResponse:
        """Take an action and answer it; the same key gets the same answer again.

        `build` makes the action, within the transaction that keeps note and key; what it raises
        undoes both. Raises ApiProblem.
        """
        asked = self._asked(body, note)
        case = await self._begun(asked, build)
        if isinstance(case, Answered):
            return case.response()
        try:
            answered = await outcomes.sought(self._services, case)
        except NotRunning:
            answered = await run_in_threadpool(self._ended, case)
        except Unreachable as error:
            raise OUTCOME_UNKNOWN(value=asked.key) from error
        # An amendment on its way has its content version kept already.
        if answered.is_final or not isinstance(case.action, Amend):
            await run_in_threadpool(self._keep, asked, answered)
        return answered.response()

    def _asked(self, body: BaseModel, note: str) -> _Request:
        given = {self._header_key, body.id if isinstance(body, ActionBody) else None} - {None}
        if len(given) > 1 or not all(_KEY.fullmatch(key or "") for key in given):
            raise BAD_ACTION_ID()
        key = given.pop() if given else None
        key = key or uuid.uuid4().hex
        said = body.model_dump_json(exclude={"id"})
        return _Request(
            key=key,
            action_id="act_" + _digest(self.actor.person_id, self._path, key)[:32],
            digest=_digest(said),
            note=note,
        )

    async def _begun(self, asked: _Request, build: Build) -> Case | Answered:
        try:
            return await run_in_threadpool(self._begin, asked, build)
        except Foreseen:
            await asyncio.sleep(SECONDS_BEHIND)
        try:
            return await run_in_threadpool(self._begin, asked, build)
        except Foreseen as late:
            refusal = veiled_refusal(late.refusal, self.actor, late.group)
            raise problem_of(refusal) from late

    def _begin(self, asked: _Request, build: Build) -> Case | Answered:
        with self._services.state.engine.begin() as c:
            order, at = order_and_progress(c, self.order_id, self._scope)
            stored = self._reserved(c, asked)
            if stored is not None and not outcomes.is_pending(stored):
                return Answered.again(stored)
            if at is None:
                raise NOT_STARTED(value=order.order_id)
            case = Case(asked.key, asked.action_id, self.actor.person_id, order, at, stored)
            case.action = build(c, case)
            if asked.note:
                notes.put(c, self._note(asked))
            if type(case.action) not in UPDATES:
                foresee(c, case)
            elif isinstance(case.action, Amend):
                content_version = case.action.facts.content_version
                self._finish(c, asked, outcomes.pending(content_version))
            return case

    def _reserved(self, c: Connection, asked: _Request) -> idempotency.StoredResponse | None:
        try:
            return idempotency.begin(c, self.actor.person_id, self._slot(asked), asked.digest)
        except Refused as error:
            raise IDEMPOTENCY_KEY_REUSED(value=repr(asked.key)) from error

    def _slot(self, asked: _Request) -> str:
        # Keys count per path: who numbers the decisions on each order from 1 may do so.
        return f"{self._path}:{asked.key}"

    def _note(self, asked: _Request) -> Note:
        now = datetime.now(UTC)
        return Note(asked.action_id, self.order_id, self.actor.person_id, asked.note, now)

    def _ended(self, case: Case) -> Answered:
        with self._services.state.engine.connect() as c:
            return outcomes.after_the_end(c, case)

    def _keep(self, asked: _Request, answered: Answered) -> None:
        """Keep the answer; without it a repetition asks the workflow, which remembers too."""
        try:
            with self._services.state.engine.begin() as c:
                self._finish(c, asked, answered.stored())
        except SQLAlchemyError as error:
            log.warning("answer not kept", error=type(error).__name__)

    def _finish(self, c: Connection, asked: _Request, answer: idempotency.StoredResponse) -> None:
        person = self.actor.person_id
        idempotency.finish(c, person, self._slot(asked), answer.status, answer.response)


def foresee(c: Connection, case: Case) -> None:
    """Raise Foreseen when the read model shows that the case's action will be refused."""
    refusal = foresight.foreseen(c, case.at, case.action)
    if refusal is not None:
        raise Foreseen(refusal, case.at.group)


def foresee_amendment(c: Connection, case: Case) -> None:
    """Raise Foreseen when the read model shows that a change of content will be refused."""
    refusal = foresight.amendment_foreseen(c, case.at)
    if refusal is not None:
        raise Foreseen(refusal, case.at.group)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def desk_of(
    request: Request,
    order_id: Annotated[Short, Path(examples=["ord_019a4b5c6d7e7f008123456789abcdef"])],
    actor: ActorDep,
    scope: ScopeDep,
    idempotency_key: Annotated[
        str | None,
        Header(description="Makes repeating safe: the same key is the same action."),
    ] = None,
) -> Desk:
    """Return the desk of the order that a request's path names."""
    path = str(request.scope["path"])
    return Desk(services_of(request), order_id, actor, scope, path, idempotency_key)


DeskDep = Annotated[Desk, Depends(desk_of)]
