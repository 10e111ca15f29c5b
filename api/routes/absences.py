"""Absences (缺勤): who is away, and who stands in for them."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy import Connection

from api import staff_views
from api.auth import ActorDep
from api.connections import ConnectionDep
from api.description import problems
from api.permissions import V1
from api.problem_kinds import UNKNOWN_PERSON
from api.routes.people import PersonId
from api.schemas.people import AbsenceBody, AbsenceList, AbsenceView
from api.staff_problems import BAD_ABSENCE, NOT_YOUR_STAFF, UNKNOWN_ABSENCE
from api.state import services_of
from database import absences, audit
from database.absences import Absence
from database.people import Actor
from database.refusals import Refused
from domain.order import Short

router = APIRouter(prefix=V1, tags=["people"])

AbsenceId = Annotated[int, Path(ge=1, le=2**63 - 1, examples=[12])]


@router.get("/absences", summary="List absences", responses=problems())
def list_absences(
    c: ConnectionDep,
    actor: ActorDep,
    person: Annotated[Short | None, Query(description="only this person's")] = None,
) -> AbsenceList:
    """Return who is or will be away, the soonest first."""
    found = absences.current_and_coming(c, datetime.now(UTC), person)
    return AbsenceList(absences=[staff_views.absence_view(each, actor) for each in found])


@router.post(
    "/people/{person_id}/absences",
    summary="Add an absence",
    status_code=201,
    responses=problems(UNKNOWN_PERSON, NOT_YOUR_STAFF, BAD_ABSENCE),
)
def add_absence(
    request: Request, actor: ActorDep, person_id: PersonId, body: AbsenceBody
) -> AbsenceView:
    """Note that somebody is away; what waits for them goes to their delegate or to colleagues.

    They may do so themselves, and so may their superiors and administrators.
    """
    now = datetime.now(UTC)
    absence = Absence(
        person_id,
        body.begins_at,
        body.ends_at,
        body.delegate_id or None,
        body.note,
        actor.person_id,
    )
    with services_of(request).state.engine.begin() as c:
        staff_views.known(c, person_id)
        _check_reach(c, actor, person_id)
        try:
            kept = absences.add(c, absence, now)
        except Refused as error:
            raise BAD_ABSENCE(english=error.message_en, chinese=error.message_zh) from error
        _note(c, actor, "absence_added", kept, now)
    return staff_views.absence_view(kept, actor)


@router.delete(
    "/absences/{absence_id}",
    summary="Cancel an absence",
    responses=problems(UNKNOWN_ABSENCE, NOT_YOUR_STAFF),
)
def cancel_absence(request: Request, actor: ActorDep, absence_id: AbsenceId) -> AbsenceView:
    """End an absence now, or before it begins; cancelling it again changes nothing."""
    now = datetime.now(UTC)
    with services_of(request).state.engine.begin() as c:
        known = absences.get(c, absence_id)
        if known is None:
            raise UNKNOWN_ABSENCE(value=absence_id)
        _check_reach(c, actor, known.person_id)
        if known.cancelled_at is None:
            cancelled = absences.cancel(c, absence_id, now)
            if cancelled is None:
                raise UNKNOWN_ABSENCE(value=absence_id)
            _note(c, actor, "absence_cancelled", cancelled, now)
    return staff_views.absence_view(known, actor)


def _check_reach(c: Connection, actor: Actor, person_id: str) -> None:
    is_self = actor.person_id == person_id
    if not (is_self or staff_views.may_edit(actor) or staff_views.leads(c, actor, person_id)):
        raise NOT_YOUR_STAFF(value=person_id)


def _note(c: Connection, actor: Actor, action: str, absence: Absence, now: datetime) -> None:
    detail = {"absence_id": absence.absence_id, "person_id": absence.person_id}
    detail |= {"delegate": absence.delegate_id or ""}
    audit.append(c, audit.SYSTEM_CHAIN, [audit.Entry(actor.person_id, action, detail)], now)
