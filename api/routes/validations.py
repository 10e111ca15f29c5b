"""Checking an order while it is being written, by the rules of every entrance."""

from typing import Annotated, Any

from fastapi import APIRouter, Body

from api.auth import ActorDep
from api.description import problems
from api.permissions import V1
from api.problem_kinds import NOT_JSON, TOO_LARGE
from api.schemas.intake import DEFAULT_CHANNEL, SUBMITTED_EXAMPLE
from api.schemas.validations import ValidationAnswer
from domain.drafts import check
from domain.money import plain

router = APIRouter(prefix=V1, tags=["intake"])

Draft = Annotated[
    dict[str, Any],
    Body(
        description="An order as it would be submitted, as far as it is written.",
        openapi_examples={"order": {"value": SUBMITTED_EXAMPLE}},
    ),
]


@router.post("/validations", summary="Check an order", responses=problems(NOT_JSON, TOO_LARGE))
def validate_draft(actor: ActorDep, draft: Draft) -> ValidationAnswer:
    """Return what line 1 says of an order that may be incomplete; nothing is kept.

    What is missing is a finding like any other, and does not keep the rest from being checked.
    """
    checked = check({"channel": DEFAULT_CHANNEL} | draft, "api")
    total = None if checked.total is None else plain(checked.total)
    return ValidationAnswer(findings=list(checked.findings), total=total)
