"""A person changes what an order says: a new content version, whose facts the workflow is told."""

from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from api.desk import DeskDep, foresee_amendment
from api.outcomes import Case
from api.permissions import V1
from api.problem_kinds import INVALID
from api.routes.actions import asked
from database import orders
from database.orders import OrderRow
from domain.actions import Action, Amend
from domain.facts import facts_of
from domain.findings import Finding, FindingCode, finding, is_blocking
from domain.order import CanonicalOrder, content_hash
from domain.refusals import RefusalCode as Code
from domain.validation import validate

router = APIRouter(prefix=f"{V1}/orders/{{order_id}}", tags=["actions"])


@router.post(
    "/amendments",
    **asked("Change an order's content", Code.ALREADY_SHIPPED, Code.STALE_CONTENT),
)
async def amend(desk: DeskDep, order: CanonicalOrder) -> JSONResponse:
    """Replace the content by a complete new one, until goods have left the warehouse.

    Channel, shop and external id stay the order's own. A change of amounts, lines, address or
    customer voids the confirmation and the signatures, and the order is planned and reviewed anew.
    """

    def build(c: Connection, case: Case) -> Action:
        findings = _checked(order, case.order)
        version = _kept_version(case) or _added(c, case, order, findings)
        facts = facts_of(order, orders.identity_of(case.order), version, len(findings))
        return Amend(case.action_id, case.person, facts)

    return await desk.act(order, build)


def _checked(order: CanonicalOrder, known: OrderRow) -> list[Finding]:
    """Return the warnings; raises ApiProblem for content that cannot be taken over."""
    findings = [
        *(
            finding(FindingCode.BAD_VALUE, name, getattr(order, name), _stays(getattr(known, name)))
            for name in ("channel", "shop", "external_id")
            if getattr(order, name) != getattr(known, name)
        ),
        *validate(order, orders.identity_of(known).origin),
    ]
    if is_blocking(findings):
        raise INVALID(findings=findings, value=len(findings))
    return findings


def _stays(value: str) -> tuple[str, str]:
    return f"; it stays {value!r}", f"；应保持为 {value!r}"


def _kept_version(case: Case) -> int | None:
    """Return the version that an earlier try of this very request added."""
    return case.kept.response["content_version"] if case.kept else None


def _added(c: Connection, case: Case, order: CanonicalOrder, findings: list[Finding]) -> int:
    foresee_amendment(c, case)
    digest, now = content_hash(order), datetime.now(UTC)
    return orders.add_content(c, case.order.order_id, order, digest, findings, case.person, now)
