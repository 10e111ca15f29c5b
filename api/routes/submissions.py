"""Orders that programs of our own send as canonical JSON."""

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from api.auth import ActorDep
from api.description import problems
from api.permissions import V1
from api.problem_kinds import IDEMPOTENCY_KEY_REUSED, INVALID, NOT_JSON, TOO_LARGE
from api.schemas.actions import KEY_PATTERN
from api.schemas.intake import SubmissionAnswer, SubmittedOrder
from api.state import Services, services_of
from database import idempotency, inbox
from database.inbox import Delivery
from database.people import Actor
from database.refusals import Refused
from domain.findings import Finding, is_blocking
from domain.validation import validate

router = APIRouter(prefix=f"{V1}/orders", tags=["intake"])

TOPIC = "order.created"


@router.post(
    "",
    summary="Submit an order",
    status_code=202,
    response_model=SubmissionAnswer,
    responses=problems(IDEMPOTENCY_KEY_REUSED, NOT_JSON, TOO_LARGE),
)
async def submit(
    request: Request,
    actor: ActorDep,
    order: SubmittedOrder,
    idempotency_key: Annotated[
        str,
        Header(
            pattern=KEY_PATTERN,
            description="A new one for each order, the same one when repeating a request.",
        ),
    ],
) -> JSONResponse:
    """Check an order and keep it durably; its workflow starts within moments.

    What is wrong with the order is answered as findings (422) and nothing is kept. Warnings come
    with the acceptance. The same key with the same order gets the same answer, with another order
    409. The order appears under `GET /orders` once it was taken over.
    """
    services = services_of(request)
    findings = validate(order, "api")
    if is_blocking(findings):
        services.metrics.count_intake("api", "refused")
        raise INVALID(findings=findings, value=len(findings))
    answer, is_repeated = await run_in_threadpool(
        _accepted, services, actor, order, idempotency_key, findings
    )
    services.metrics.count_intake("api", "duplicate" if is_repeated else "accepted")
    # Its own id is given when it is taken over; until then it is found by what it is called.
    where = urlencode({"channel": order.channel, "q": order.external_id})
    headers = {"Location": f"{V1}/orders?{where}"}
    if is_repeated:
        headers["Idempotent-Replayed"] = "true"
    return JSONResponse(answer, 202, headers)


def _accepted(
    services: Services, actor: Actor, order: SubmittedOrder, key: str, findings: list[Finding]
) -> tuple[dict[str, Any], bool]:
    """Keep the order with its key in one transaction; the answer, and whether it was given before.

    Raises ApiProblem when the key was used for another order.
    """
    body = order.model_dump_json().encode()
    with services.state.engine.begin() as c:
        stored = _reserved(c, actor, key, body)
        if stored is not None:
            return stored.response, True
        receipt = inbox.put(c, [_delivery(actor, order, key, body)])[0]
        if not receipt.same_content:
            raise IDEMPOTENCY_KEY_REUSED(value=repr(key))
        answer = SubmissionAnswer(inbox_id=receipt.id, findings=findings).model_dump(mode="json")
        idempotency.finish(c, actor.person_id, _slot(key), 202, answer)
    return answer, False


def _reserved(
    c: Connection, actor: Actor, key: str, body: bytes
) -> idempotency.StoredResponse | None:
    digest = hashlib.sha256(body).hexdigest()
    try:
        return idempotency.begin(c, actor.person_id, _slot(key), digest)
    except Refused as error:
        raise IDEMPOTENCY_KEY_REUSED(value=repr(key)) from error


def _slot(key: str) -> str:
    return f"{V1}/orders:{key}"


def _delivery(actor: Actor, order: SubmittedOrder, key: str, body: bytes) -> Delivery:
    return Delivery(
        channel=order.channel,
        shop=order.shop,
        topic=TOPIC,
        dedup_key=f"key:{actor.person_id}:{key}",
        headers={},
        body=body,
        received_at=datetime.now(UTC),
        source_at=order.source_updated_at,
        submitter=actor.person_id,
    )
