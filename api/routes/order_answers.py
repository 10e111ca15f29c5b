"""What people ask about one order: what to tell the customer, who was told, what they may do."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import Connection

from api.auth import ActorDep, ScopeDep
from api.connections import ConnectionDep
from api.credit_veil import veiled
from api.description import problems
from api.permissions import UNROUTED, V1
from api.possible_actions import possible_actions
from api.problem_kinds import OTHER_GROUP, UNKNOWN_ORDER
from api.records import order_and_progress
from api.routes.orders import OrderId
from api.schemas.answers import AnswerView
from api.schemas.messages import MessageList
from api.schemas.possible import PossibleActions
from database import messages, progress, stage_durations
from database.messages import MessageQuery
from database.orders import OrderRow
from database.progress import Progress
from domain.customer_answer import Standing, Usual, answer
from domain.stages import TERMINAL, Stage

router = APIRouter(prefix=f"{V1}/orders/{{order_id}}", tags=["orders"])

_ONE = problems(UNKNOWN_ORDER, OTHER_GROUP)
_LOOKS_BACK = timedelta(days=30)
_BIGGEST_ID = 2**63 - 1


@router.get("/answer", summary="Answer the customer", responses=_ONE)
def show_answer(
    order_id: OrderId, c: ConnectionDep, actor: ActorDep, scope: ScopeDep
) -> AnswerView:
    """Return what the order waits on, since when, what comes next and how long that usually takes.

    It names no colleague, no limit and no suspicion, and can be passed on as it is.
    """
    order, at = order_and_progress(c, order_id, scope)
    now, standing = datetime.now(UTC), _standing(c, order, at)
    usual = _usual(c, standing.stage, now)
    view = AnswerView.of(standing, answer(standing, usual, now), usual)
    return veiled(view, actor, at.group if at else UNROUTED)


def _standing(c: Connection, order: OrderRow, at: Progress | None) -> Standing:
    if at is None:
        return Standing(None, "start", order.received_at, order.received_at)
    holds = progress.open_holds(c, order.order_id)
    return Standing(
        stage=Stage(at.stage),
        waits_for=at.waits_for,
        since=holds[0].raised_at if holds else at.entered_at,
        entered_at=at.entered_at,
        holds=tuple(hold.reason for hold in holds),
        closed_reason=at.closed_reason,
    )


def _usual(c: Connection, stage: Stage | None, now: datetime) -> Usual | None:
    if stage is None or stage in TERMINAL:
        return None
    return stage_durations.usual_duration(c, stage, now - _LOOKS_BACK)


@router.get("/messages", summary="List an order's messages", responses=_ONE)
def list_messages(
    order_id: OrderId,
    c: ConnectionDep,
    scope: ScopeDep,
    cursor: Annotated[int | None, Query(ge=1, le=_BIGGEST_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> MessageList:
    """Return who was told what about this order, and what became of it, the newest first."""
    order_and_progress(c, order_id, scope)
    query = MessageQuery(subject=order_id, cursor=cursor, limit=limit)
    return MessageList.of(*messages.page(c, query))


@router.get("/actions", summary="Show what I may do", responses=_ONE)
def show_actions(
    order_id: OrderId, c: ConnectionDep, actor: ActorDep, scope: ScopeDep
) -> PossibleActions:
    """Return every action with whether the caller may do it now, and in words why not.

    What a person still has to type may be refused all the same; the order's workflow decides.
    """
    order, at = order_and_progress(c, order_id, scope)
    return possible_actions(c, order, at, actor, datetime.now(UTC))
