"""Who does something on the command line: the operator of the machine, or a member of staff."""

from sqlalchemy import Connection

from api.permissions import Permission, scope_of
from database import people
from database.people import Actor
from orderflow.errors import OperatorError

# Who acts when nobody says so; not a person, so it publishes and signs nothing.
OPERATOR = "operator"


class NotAllowedError(OperatorError):
    """Somebody who is not there, or may not do this."""


def acting(c: Connection, person_id: str, permission: Permission) -> str:
    """Return the id of who acts; raises NotAllowedError for a person who may not do this."""
    if person_id == OPERATOR and permission is not Permission.RULES_PUBLISH:
        return person_id
    person = people.get(c, person_id)
    if person is None or not person.active:
        raise NotAllowedError(
            f"Nobody at work has the id {person_id!r}; `orderflow users add` adds people.",
            f"在职人员中没有 {person_id!r}；可用 `orderflow users add` 添加。",
        )
    actor = Actor(person.person_id, person.name, person.locale, person.roles)
    if scope_of(actor, permission).is_empty:
        raise NotAllowedError(
            f"{person_id!r} lacks the permission {permission}, which rules_editor and "
            "administrator have.",
            f"{person_id!r} 没有权限 {permission}（rules_editor 与 administrator 具备）。",
        )
    return person_id
