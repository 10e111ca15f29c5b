"""What waits for whom: the caller's tasks and the quarantine."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy import Connection
from sqlalchemy.exc import DataError

from api.auth import ActorDep
from api.connections import ConnectionDep
from api.description import problems
from api.permissions import V1, Permission, scope_of
from api.problem_kinds import BAD_CURSOR, UNKNOWN_QUARANTINE
from api.schemas.quarantine import QuarantineEntry, QuarantineList, ResolutionAnswer
from api.schemas.tasks import TaskList
from api.state import Services, services_of
from database import audit, quarantine, tasks
from database.people import Actor
from database.quarantine import Quarantined
from database.refusals import Refused
from domain.order import Text

router = APIRouter(prefix=V1, tags=["work"])

_BIGGEST_ID = 2**63 - 1
Limit = Annotated[int, Query(ge=1, le=200)]
QuarantineId = Annotated[int, Path(ge=1, le=_BIGGEST_ID, examples=[12])]
_RESOLVING = problems(UNKNOWN_QUARANTINE)


@router.get("/tasks", summary="List my tasks", responses=problems(BAD_CURSOR))
def list_tasks(
    c: ConnectionDep,
    actor: ActorDep,
    cursor: Annotated[Text | None, Query(description="`next_cursor` of the page before")] = None,
    limit: Limit = 50,
) -> TaskList:
    """Return what waits for the caller: given to them by name, or to one of their roles."""
    try:
        page = tasks.tasks_of(c, actor.person_id, actor.roles, cursor, limit)
    except (Refused, DataError, ValueError) as error:
        if cursor is None:
            raise
        raise BAD_CURSOR(value=repr(cursor[:80])) from error
    return TaskList.of(page.tasks, page.next_cursor)


@router.get("/quarantine", summary="List the quarantine", responses=problems())
def list_quarantine(
    c: ConnectionDep,
    actor: ActorDep,
    resolved: bool = False,
    cursor: Annotated[int | None, Query(ge=1, le=_BIGGEST_ID)] = None,
    limit: Limit = 50,
) -> QuarantineList:
    """Return messages that could not become an order, with what is wrong and who looks after it."""
    page = quarantine.page(c, resolved=resolved, cursor=cursor, limit=limit)
    may_read_content = not scope_of(actor, Permission.CONTENT_READ).is_empty
    return QuarantineList(
        items=[_entry(item, may_read_content) for item in page.items],
        next_cursor=page.next_cursor,
    )


def _entry(item: Quarantined, may_read_content: bool) -> QuarantineEntry:
    entry = QuarantineEntry.model_validate(item)
    if may_read_content:
        return entry
    # The messages quote what was sent, which may be a phone number.
    bare = tuple(
        each.model_copy(update={"message_en": "", "message_zh": ""}) for each in entry.findings
    )
    return entry.model_copy(update={"findings": bare})


@router.post(
    "/quarantine/{quarantine_id}/retry", summary="Try a message again", responses=_RESOLVING
)
def retry(request: Request, quarantine_id: QuarantineId, actor: ActorDep) -> ResolutionAnswer:
    """Give the message back to the relay, for instance after the shop was corrected.

    What fails again comes back to quarantine with its new findings.
    """
    return _resolved(services_of(request), quarantine_id, "retry", actor)


@router.post(
    "/quarantine/{quarantine_id}/discard", summary="Put a message away", responses=_RESOLVING
)
def discard(request: Request, quarantine_id: QuarantineId, actor: ActorDep) -> ResolutionAnswer:
    """Put the message away for good; it stays on record with who did that."""
    return _resolved(services_of(request), quarantine_id, "discard", actor)


def _resolved(
    services: Services,
    quarantine_id: int,
    resolution: Literal["retry", "discard"],
    actor: Actor,
) -> ResolutionAnswer:
    now = datetime.now(UTC)
    with services.state.engine.begin() as c:
        if quarantine.resolve(c, quarantine_id, resolution, actor.person_id, now):
            detail = {"quarantine_id": quarantine_id}
            entry = audit.Entry(actor.person_id, f"quarantine_{resolution}", detail)
            audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
        elif not _was_resolved_so(c, quarantine_id, resolution, actor):
            raise UNKNOWN_QUARANTINE(value=quarantine_id)
    return ResolutionAnswer(id=quarantine_id, resolution=resolution)


def _was_resolved_so(c: Connection, quarantine_id: int, resolution: str, actor: Actor) -> bool:
    """Tell whether this is only a repetition of what the same person did before."""
    found = quarantine.get(c, quarantine_id)
    return found is not None and (found.resolution, found.resolved_by) == (
        resolution,
        actor.person_id,
    )
