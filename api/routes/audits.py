"""The audit (审计): who did what, to what, when."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.exc import DataError

from api.auth import ActorDep
from api.connections import ConnectionDep
from api.description import problems
from api.permissions import V1
from api.problem_kinds import BAD_CURSOR
from api.schemas.audits import AuditList
from database import audit_search
from database.audit_search import AuditQuery
from database.refusals import Refused
from domain.order import Identifier, Instant, Text

router = APIRouter(prefix=V1, tags=["work"])


@router.get("/audit", summary="Search the audit", responses=problems(BAD_CURSOR))
def search_audit(
    c: ConnectionDep,
    actor_: ActorDep,
    actor: Annotated[Identifier | None, Query(description="who did it")] = None,
    action: Annotated[Identifier | None, Query(description="what was done: its code")] = None,
    subject: Annotated[
        Identifier | None,
        Query(description="an order id, or the person, rule set, import, shop it is about"),
    ] = None,
    since: Annotated[Instant | None, Query(description="then or later")] = None,
    until: Annotated[Instant | None, Query(description="before")] = None,
    cursor: Annotated[Text | None, Query(description="`next_cursor` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AuditList:
    """Return the entries that match every given condition, the newest first."""
    query = AuditQuery(actor, action, subject, since, until, cursor, limit)
    try:
        return AuditList.of(audit_search.search(c, query))
    except (Refused, DataError) as error:
        if cursor is None:
            raise
        raise BAD_CURSOR(value=repr(cursor[:80])) from error
