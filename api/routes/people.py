"""People (人员): who works here, in which roles, with which limits and superiors."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlalchemy import Connection

from api import staff_views
from api.auth import ActorDep
from api.connections import ConnectionDep
from api.description import problems
from api.permissions import V1
from api.problem_kinds import UNKNOWN_PERSON
from api.schemas.people import NameList, PersonBody, PersonList, PersonView
from api.staff_problems import ENTRY_CHANGED, OWN_RIGHTS
from api.state import services_of
from database import audit, people, staff_edits
from database.people import Actor
from domain.order import Short
from domain.people import Person, version_of

router = APIRouter(prefix=f"{V1}/people", tags=["people"])

PersonId = Annotated[Short, Path(examples=["marta"])]


@router.get("", summary="List people", responses=problems())
def list_people(c: ConnectionDep, actor: ActorDep, everybody: bool = False) -> PersonList:
    """Return who works here, with `everybody` also who has left."""
    found = [person for person in people.all_people(c) if person.active or everybody]
    return PersonList(people=staff_views.person_views(c, found, actor))


@router.get("/names", summary="List names", responses=problems())
def list_names(c: ConnectionDep, actor: ActorDep) -> NameList:
    """Return the name of everybody by id, also of who has left, for anybody who is signed in."""
    return NameList(names=people.names(c))


@router.get("/{person_id}", summary="Show a person", responses=problems(UNKNOWN_PERSON))
def show_person(c: ConnectionDep, actor: ActorDep, person_id: PersonId) -> PersonView:
    """Return one person and when they are away."""
    return _shown(c, staff_views.known(c, person_id), actor)


@router.put("/{person_id}", summary="Keep a person", responses=problems(OWN_RIGHTS, ENTRY_CHANGED))
def keep_person(
    request: Request, actor: ActorDep, person_id: PersonId, body: PersonBody
) -> PersonView:
    """Add a person or replace what is known of one; their open tasks follow within seconds.

    Somebody who is no longer active loses their keys. Nobody changes their own roles or limit.
    """
    now, person = datetime.now(UTC), body.person(person_id)
    with services_of(request).state.engine.begin() as c:
        staff_edits.lock(c)
        company = people.company(c)
        before = company.people.get(person_id)
        if before != person:
            check_version(body.version, version_of(before) if before else "", person_id)
            staff_views.check([person], company, actor)
            staff_edits.keep(c, [person], now)
            detail = {"person_id": person_id, "roles": [str(grant) for grant in person.roles]}
            entry = audit.Entry(actor.person_id, "user_saved", detail)
            audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
        return _shown(c, staff_views.known(c, person_id), actor)


def check_version(read: str, current: str, what: str) -> None:
    """Raise ApiProblem when somebody else changed an entry after the caller had read it."""
    if read != current:
        raise ENTRY_CHANGED(value=what, read=read or "-", current=current or "-")


def _shown(c: Connection, person: Person, actor: Actor) -> PersonView:
    return staff_views.person_views(c, [person], actor)[0]
