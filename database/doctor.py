"""What must always hold, as far as Postgres can see it; see also the constraints of the tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select, text

from database import audit
from database.doctor_board import BOARD_CHECKS
from database.doctor_queries import CHECKS, LEGAL_EDGES, SIGNED
from database.order_tables import orders
from database.progress_tables import order_progress
from domain import approvals
from domain.approvals import Approval, Policy, Signature, SignerGroup


@dataclass(frozen=True)
class Violation:
    """An invariant that does not hold for an order, message, SKU or account."""

    invariant: str
    subject: str
    detail_en: str
    detail_zh: str


def violations(c: Connection) -> list[Violation]:
    """Return everything that does not hold, sorted by invariant; reads only.

    Invariants that need Temporal (I6, I12, I14) are not looked at. Orders may go on meanwhile if
    the transaction is one snapshot (REPEATABLE READ); some checks take more than one statement.
    """
    c.execute(text("SET LOCAL statement_timeout = 0"))
    found = [*_set_based(c), *_unsigned(c), *_broken_chains(c)]
    return sorted(found, key=lambda violation: (int(violation.invariant[1:]), violation.subject))


def _set_based(c: Connection) -> Iterator[Violation]:
    for check in (*CHECKS, *BOARD_CHECKS):
        for row in c.execute(check.query, LEGAL_EDGES if check.needs_edges else {}):
            yield Violation(
                check.invariant,
                str(row.subject),
                check.en.format(detail=row.detail),
                check.zh.format(detail=row.detail),
            )


def _unsigned(c: Connection) -> Iterator[Violation]:
    for row in c.execution_options(yield_per=1000).execute(SIGNED):
        if not any(_is_approved(row, plan) for plan in row.plans or ()):
            yield Violation(
                "I9",
                row.order_id,
                "passed review, but no plan of its content is covered by entitled signatures",
                "已通过审核,但其内容的任何方案均无足够的有权签核",
            )


def _is_approved(row: Row[Any], plan: dict[str, Any]) -> bool:
    groups = tuple(
        SignerGroup(group["role"], _ever_entitled(row, group)) for group in plan["signers"]
    )
    signatures = [
        Signature(
            s["decision_id"],
            s["person"],
            row.content_hash,
            datetime.fromisoformat(s["at"]),
            s["on_behalf_of"],
        )
        for s in row.signatures or ()
        if not row.submitter or row.submitter not in (s["person"], s["on_behalf_of"])
    ]
    approval = Approval(Policy(plan["policy"]), groups, signatures, plan.get("quorum", 1))
    return approvals.is_approved(approval)


def _ever_entitled(row: Row[Any], group: dict[str, Any]) -> tuple[str, ...]:
    """Return who could sign for a role: as planned, or since, when staff or signers changed it."""
    since = (
        person
        for answer in row.answers or ()
        for other in answer["signers"]
        if other["role"] == group["role"]
        for person in other["people"]
    )
    return tuple(dict.fromkeys([*group["people"], *since]))


def _broken_chains(c: Connection) -> Iterator[Violation]:
    for problem in audit.verify(c):
        yield Violation("I10", problem.chain, problem.message_en, problem.message_zh)


def open_orders(c: Connection) -> dict[str, int]:
    """Return the workflow ids of all open orders with the version last recorded (0: none yet)."""
    return {row.workflow_id: row.version or 0 for row in c.execute(_open())}


def open_version(c: Connection, workflow_id: str) -> int | None:
    """Return the version last recorded of an open order (0: none yet), None when it is not open."""
    row = c.execute(_open().where(orders.c.workflow_id == workflow_id)).one_or_none()
    return (row.version or 0) if row else None


def _open() -> Select[*tuple[Any, ...]]:
    columns = (orders.c.workflow_id, order_progress.c.version)
    query = select(*columns).outerjoin_from(orders, order_progress)
    return query.where(order_progress.c.closed.is_not(True))
