"""Decisions from a message: a link shows what it would do, and does it when its person asks."""

import json
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from api.auth import ActorDep, ScopeDep
from api.connections import ConnectionDep
from api.description import problems
from api.desk import Desk
from api.link_page import page
from api.message_problems import LINK_EXPIRED, NOT_YOUR_LINK, UNKNOWN_LINK
from api.outcomes import Case
from api.permissions import V1
from api.problem_kinds import (
    INVALID,
    NOT_STARTED,
    OTHER_GROUP,
    OUTCOME_UNKNOWN,
    UNAVAILABLE,
    UNKNOWN_ORDER,
)
from api.refused import problem_of
from api.schemas.actions import ActionAnswer, DecisionBody
from api.schemas.links import LinkBody, LinkView, Obstacle
from api.state import Services, services_of
from database import links, messages
from database.links import MessageLink
from database.messages import Told
from database.people import Actor
from domain.actions import Action, Decide, Verdict
from domain.refusals import Refusal
from domain.refusals import RefusalCode as Code

router = APIRouter(prefix=f"{V1}/links", tags=["messages"])

Token = Annotated[
    str,
    Path(pattern="^[A-Za-z0-9_-]{43}$", examples=["Yl2fKQ8t0xGJmS5wq7d3u1bHn4cRzVpEoA9iTsLkXMU"]),
]


@router.get(
    "/{token}",
    summary="See what a link would do",
    response_model=LinkView,
    responses=problems(UNKNOWN_LINK, INVALID, UNAVAILABLE, signed_in=False)
    | {200: {"content": {"text/html": {}}, "description": "What it would do, also as a page"}},
)
def show(c: ConnectionDep, request: Request, token: Token) -> LinkView | Response:
    """Return what the link would do; this changes nothing, however often it is asked.

    A browser gets a page with a button, everybody else JSON.
    """
    link = _found(c, token)
    view = _view(link, messages.told_of(c, [link.order_id])[link.order_id], datetime.now(UTC))
    return page(view) if "text/html" in request.headers.get("accept", "") else view


@router.post(
    "/{token}",
    summary="Decide by a link",
    response_model=ActionAnswer,
    responses=problems(
        UNKNOWN_LINK,
        NOT_YOUR_LINK,
        LINK_EXPIRED,
        UNKNOWN_ORDER,
        OTHER_GROUP,
        NOT_STARTED,
        OUTCOME_UNKNOWN,
        Code.CLOSED,
        Code.WRONG_STAGE,
        Code.NOT_ENTITLED,
        Code.IS_SUBMITTER,
        Code.ALREADY_SIGNED,
        Code.STALE_CONTENT,
        Code.NOTE_REQUIRED,
    ),
)
async def follow(
    request: Request, token: Token, actor: ActorDep, scope: ScopeDep, body: LinkBody | None = None
) -> JSONResponse:
    """Decide as the person whom the link was sent to, on the content that the message showed.

    It works once: repeated, it gives the first answer again. Rejecting and returning need a note.
    """
    services = services_of(request)
    note = body.note if body else ""
    link = await run_in_threadpool(_usable, services, token, actor, note)
    verdict = Verdict(link.verdict)

    def build(c: Connection, case: Case) -> Action:
        note_id = case.action_id if note else ""
        return Decide(case.action_id, case.person, verdict, link.content_hash, note_id)

    # The same desk as that of the order's decisions, with the link as the key; its token is kept
    # nowhere. What the link decides never varies, so its note is no part of what is compared.
    path = f"{V1}/orders/{link.order_id}/decisions"
    desk = Desk(services, link.order_id, actor, scope, path, f"link:{link.token_hash}")
    decision = DecisionBody(verdict=verdict, content_hash=link.content_hash)
    answer = await desk.act(decision, build, note)
    await run_in_threadpool(_use, services, link, answer)
    return answer


def _found(c: Connection, token: str) -> MessageLink:
    link = links.find(c, links.token_hash(token))
    if link is None:
        raise UNKNOWN_LINK()
    return link


def _usable(services: Services, token: str, actor: Actor, note: str) -> MessageLink:
    """Return the link; raises ApiProblem when this person may not use it now."""
    with services.state.engine.connect() as c:
        link = _found(c, token)
    if link.person_id != actor.person_id:
        raise NOT_YOUR_LINK()
    if link.used_at is not None:
        return link
    if link.expires_at <= datetime.now(UTC):
        raise LINK_EXPIRED(value=link.expires_at.isoformat(timespec="minutes"))
    if link.verdict != Verdict.APPROVE and not note:
        raise problem_of(Refusal(Code.NOTE_REQUIRED, link.verdict))
    return link


def _use(services: Services, link: MessageLink, answer: JSONResponse) -> None:
    action_id = str(json.loads(bytes(answer.body))["id"])
    with services.state.engine.begin() as c:
        links.mark_used(c, link.token_hash, action_id, datetime.now(UTC))


def _view(link: MessageLink, told: Told, now: datetime) -> LinkView:
    obstacle = _obstacle(link, told, now)
    return LinkView(
        verdict=Verdict(link.verdict),
        order_id=link.order_id,
        number=told.name,
        stage=told.stage,
        total=told.total,
        currency=told.currency,
        possible=not obstacle,
        obstacle=obstacle,
        needs_note=link.verdict != Verdict.APPROVE,
        expires_at=link.expires_at,
        used_at=link.used_at,
    )


def _obstacle(link: MessageLink, told: Told, now: datetime) -> Obstacle:
    if link.used_at is not None:
        return "used"
    if link.expires_at <= now:
        return "expired"
    if told.content_hash != link.content_hash:
        return "changed"
    return "" if link.person_id in told.signers else "not_waiting"
