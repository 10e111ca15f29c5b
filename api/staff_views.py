"""People for a caller: what they may see of whom, and what is wrong with an edit."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from api.permissions import Permission, scope_of
from api.problem_kinds import INVALID, UNKNOWN_PERSON
from api.schemas.people import AbsenceView, PersonView
from api.staff_problems import OWN_RIGHTS
from database import absences, people
from database.absences import Absence
from database.people import Actor
from domain.findings import Finding, FindingCode
from domain.people import Company, Person
from domain.people_checks import PersonFinding, findings_on, own_rights_findings
from domain.people_sheet import CellFinding


def may_edit(actor: Actor) -> bool:
    """Tell whether the caller may change everybody."""
    return not scope_of(actor, Permission.PEOPLE_EDIT).is_empty


def known(c: Connection, person_id: str) -> Person:
    """Return a person; raises ApiProblem when there is none."""
    person = people.get(c, person_id)
    if person is None:
        raise UNKNOWN_PERSON(value=repr(person_id[:60]))
    return person


def person_views(c: Connection, found: Sequence[Person], actor: Actor) -> list[PersonView]:
    """Return these people with when they are away."""
    away: dict[str, list[AbsenceView]] = {}
    for absence in absences.current_and_coming(c, datetime.now(UTC)):
        away.setdefault(absence.person_id, []).append(absence_view(absence, actor))
    return [PersonView.of(person, away.get(person.person_id, [])) for person in found]


def absence_view(absence: Absence, actor: Actor) -> AbsenceView:
    """Return an absence; why somebody is away is theirs and the administrators' to read."""
    return AbsenceView.of(
        absence, with_note=actor.person_id == absence.person_id or may_edit(actor)
    )


def leads(c: Connection, actor: Actor, person_id: str) -> bool:
    """Tell whether the actor is a superior of somebody, however far up."""
    passed: set[str] = set()
    at = people.get(c, person_id)
    while at is not None and at.superior_id is not None and at.person_id not in passed:
        passed.add(at.person_id)
        if at.superior_id == actor.person_id:
            return True
        at = people.get(c, at.superior_id)
    return False


def check(edited: Sequence[Person], company: Company, actor: Actor) -> None:
    """Raise ApiProblem for what is wrong with edited people, and for one's own rights."""
    if own_rights_findings(edited, company, actor.person_id):
        raise OWN_RIGHTS(value=actor.person_id)
    refuse(findings_on(edited, company))


def refuse(found: Iterable[PersonFinding | CellFinding]) -> None:
    """Raise ApiProblem when there are findings; cells are named in place of fields."""
    findings = [
        Finding(
            field=each.cell if isinstance(each, CellFinding) and each.cell else each.field,
            code=FindingCode.BAD_VALUE,
            message_en=each.message_en,
            message_zh=each.message_zh,
        )
        for each in found
    ]
    if findings:
        raise INVALID(findings=findings, value=len(findings))
