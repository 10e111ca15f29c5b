"""Orders in flight under other rules: what would change, asked without changing anything."""

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from sqlalchemy import Connection

from api.auth import ActorDep
from api.backtest_problems import NO_ANSWER, ONE_OF_BOTH, refusals_as_problems
from api.connections import ConnectionDep
from api.description import problems
from api.permissions import V1, Permission, Scope, scope_of
from api.problem_kinds import FORBIDDEN, OTHER_GROUP, UNKNOWN_ORDER
from api.records import order_and_progress
from api.rule_problems import UNKNOWN_RULE_SET
from api.schemas.previews import (
    CounterfactualBody,
    CounterfactualView,
    PreviewBody,
    PreviewedView,
    PreviewView,
)
from api.schemas.views import ORDER_ID
from database import previews, rules
from database.counterfactuals import counterfactual
from domain.backtest.changes import Change, changed
from domain.order import Short
from domain.rules.ruleset import RuleSet

router = APIRouter(prefix=V1, tags=["rules"])


def reading_scope(actor: ActorDep) -> Scope:
    """Return for which groups the caller may read about rules; raises ApiProblem for none."""
    scope = scope_of(actor, Permission.RULES_READ)
    if scope.is_empty:
        raise FORBIDDEN(permission=Permission.RULES_READ)
    return scope


ReadingDep = Annotated[Scope, Depends(reading_scope)]
Version = Annotated[Short, Path(examples=["2026-12"])]


@router.post(
    "/rules/{version}/preview",
    summary="Preview a rule set on open orders",
    responses=problems(UNKNOWN_RULE_SET, NO_ANSWER),
)
def preview(
    c: ConnectionDep, actor: ActorDep, scope: ReadingDep, version: Version, body: PreviewBody
) -> PreviewView:
    """Return for each open order that is under another version what this one would change: tier,
    signatures, group, priority, and when the current stage is due. At most 5,000 at a time, the
    oldest first; `matching` says how many there are."""
    rule_set = _known(c, version)
    groups = None if scope.everywhere else scope.groups
    wanted = previews.Wanted(**body.model_dump(), groups=groups)
    with refusals_as_problems():
        ids, matching = previews.chosen(c, wanted, version)
        found = list(previews.preview(c, rule_set, ids, datetime.now(UTC)))
    return PreviewView(
        rule_set=version,
        matching=matching,
        looked_at=len(found),
        changed=sum(each.changes for each in found),
        losing_signatures=sum(bool(each.lost) for each in found),
        unknown=sum(each.after is None for each in found),
        by_table=dict(Counter(table for each in found for table in each.tables)),
        orders=[PreviewedView.model_validate(each) for each in found],
    )


@router.post(
    "/orders/{order_id}/counterfactual",
    summary="Ask what other rules would do to an order",
    responses=problems(UNKNOWN_ORDER, OTHER_GROUP, UNKNOWN_RULE_SET, NO_ANSWER, ONE_OF_BOTH),
)
def ask(
    c: ConnectionDep,
    actor: ActorDep,
    scope: ReadingDep,
    order_id: Annotated[Short, Path(examples=[ORDER_ID])],
    body: CounterfactualBody,
) -> CounterfactualView:
    """Return what would be different for an order: tier, people, group, deadlines, both explained.
    The order itself stays as it is."""
    order_and_progress(c, order_id, scope)
    if bool(body.changes) == bool(body.rule_set):
        raise ONE_OF_BOTH()
    version = _known(c, body.rule_set) if body.rule_set else None
    cells = [Change(**each.model_dump()) for each in body.changes]
    with refusals_as_problems():
        found = counterfactual(
            c, order_id, lambda own: version or changed(own, cells), datetime.now(UTC)
        )
    return CounterfactualView.model_validate(found)


def _known(c: Connection, version: str) -> RuleSet:
    found = rules.get(c, version)
    if found is None:
        raise UNKNOWN_RULE_SET(value=version)
    return found
