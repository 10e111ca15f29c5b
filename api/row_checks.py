"""What an action needs beside a permission: the right row, and that it exists."""

from sqlalchemy import Connection

from api.desk import Foreseen
from api.permissions import ROLES, Permission, scope_of
from api.problem_kinds import INVALID, NOT_YOUR_HOLD, UNKNOWN_PERSON
from api.refused import problem_of
from api.rule_problems import UNKNOWN_RULE_SET
from database import people, progress, rule_versions
from database.people import Actor, Person
from domain.findings import FindingCode, finding
from domain.holds import REASONS, Hold
from domain.refusals import Refusal, RefusalCode

_ROLES = frozenset(ROLES) | {terms.role for terms in REASONS.values()}


def check_assignee(c: Connection, assignee: str) -> None:
    """Raise ApiProblem unless it is empty, a role, or somebody who still works here."""
    if not assignee or assignee in _ROLES:
        return
    person = people.get(c, assignee)
    if person is None or not person.active:
        hint = ("; name a person id or a role", "；请填写人员编号或角色")
        unknown = finding(FindingCode.BAD_VALUE, "assignee", assignee, hint)
        raise INVALID(findings=[unknown], value=1)


def check_person(c: Connection, person_id: str) -> Person:
    """Return somebody who works here; raises ApiProblem when nobody of this id does."""
    person = people.get(c, person_id)
    if person is None or not person.active:
        raise UNKNOWN_PERSON(value=person_id)
    return person


def check_approver(c: Connection, person_id: str, group: str) -> None:
    """Raise ApiProblem unless somebody works here who may decide on a group's orders at all.

    Whether they may sign this very order is for its workflow to say.
    """
    person = check_person(c, person_id)
    grants = Actor(person.person_id, person.name, person.locale, person.roles)
    if not scope_of(grants, Permission.DECIDE).covers(group):
        raise problem_of(Refusal(RefusalCode.NOT_FIT, person_id))


def check_rule_set(c: Connection, rule_set: str) -> None:
    """Raise ApiProblem unless this rule set is, or was, published."""
    found = rule_versions.stored(c, rule_set)
    if found is None or found.state not in (rule_versions.PUBLISHED, rule_versions.SUPERSEDED):
        raise UNKNOWN_RULE_SET(value=rule_set)


def check_release(c: Connection, order_id: str, hold_id: str, actor: Actor) -> None:
    """Raise ApiProblem unless the hold is the actor's to release, Foreseen when there is none.

    Otherwise whoever may hold an order could lift what finance holds it for.
    """
    hold = next((h for h in progress.open_holds(c, order_id) if h.id == hold_id), None)
    if hold is None:
        raise Foreseen(Refusal(RefusalCode.UNKNOWN_HOLD, hold_id))
    if not may_release(actor, hold):
        raise NOT_YOUR_HOLD(value=hold_id, assignee=hold.assignee)


def may_release(actor: Actor, hold: Hold) -> bool:
    """Tell whether a hold is the actor's to release."""
    if actor.person_id in (hold.assignee, hold.raised_by) or actor.has_role(hold.assignee):
        return True
    return not scope_of(actor, Permission.RELEASE_ANY).is_empty


def warehouse_of(c: Connection, group: str) -> str:
    """Return the warehouse of a group; raises ApiProblem when there is no such group."""
    groups = {each.code: each.warehouse for each in people.all_groups(c)}
    if group not in groups:
        known = ", ".join(groups) or "-"
        hint = (f"; choose one of: {known}", f"；可选：{known}")
        unknown = finding(FindingCode.BAD_VALUE, "group", group, hint)
        raise INVALID(findings=[unknown], value=1)
    return groups[group]
