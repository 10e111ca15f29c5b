"""Looking at one order: what it is, its timeline and why it was planned the way it was."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from sqlalchemy import Connection

from api.auth import ActorDep, ScopeDep
from api.connections import ConnectionDep
from api.credit_veil import veiled
from api.description import problems
from api.explanations import Reader, explanation_of
from api.permissions import UNROUTED, V1, Permission, scope_of
from api.problem_kinds import OTHER_GROUP, UNKNOWN_ORDER
from api.records import (
    content_in_force,
    open_tasks,
    order_and_progress,
    reaches,
)
from api.schemas.explanation import Explanation
from api.schemas.history import Timeline, TimelineEntry
from api.schemas.order_detail import HoldView, OrderDetail
from api.state import PublicSettings, services_of
from database import likeness, notes, progress
from database.people import Actor
from database.progress import Progress
from domain.order import Short

router = APIRouter(prefix=f"{V1}/orders", tags=["orders"])

OrderId = Annotated[Short, Path(examples=["ord_019a4b5c6d7e7f008123456789abcdef"])]
_ONE = problems(UNKNOWN_ORDER, OTHER_GROUP)


@router.get("/{order_id}", summary="Show an order", responses=_ONE)
def show_order(
    request: Request, order_id: OrderId, c: ConnectionDep, actor: ActorDep, scope: ScopeDep
) -> OrderDetail:
    """Return what the order is, where it stands, what holds it and who has to do what.

    Who may not read personal data gets no content and no notes, but the content's hash.
    """
    order, at = order_and_progress(c, order_id, scope)
    may_read_content = _may_read_content(c, actor, order_id, at)
    shown = OrderDetail.of(
        order,
        content_in_force(c, order_id, at),
        at,
        may_read_content=may_read_content,
        holds=_holds(c, order_id, may_read_content),
        parcels=progress.parcels_of(c, order_id),
        decisions=progress.decisions_of(c, order_id),
        similar_orders=likeness.similar(c, order),
        tasks=open_tasks(c, order_id),
        temporal_url=_temporal_url(services_of(request).state.public, order.workflow_id),
    )
    return veiled(shown, actor, _group_of(at))


def _group_of(at: Progress | None) -> str:
    return at.group if at else UNROUTED


def _may_read_content(c: Connection, actor: Actor, order_id: str, at: Progress | None) -> bool:
    scope = scope_of(actor, Permission.CONTENT_READ)
    return reaches(c, scope, order_id, _group_of(at))


def _holds(c: Connection, order_id: str, may_read_content: bool) -> list[HoldView]:
    written = notes.texts(c, order_id) if may_read_content else {}
    return [
        HoldView.of(hold, written[hold.note_id].text if hold.note_id in written else None)
        for hold in progress.open_holds(c, order_id)
    ]


def _temporal_url(public: PublicSettings, workflow_id: str) -> str | None:
    if not public.temporal_ui_url:
        return None
    path = f"namespaces/{public.temporal_namespace}/workflows/{quote(workflow_id, safe='')}"
    return f"{public.temporal_ui_url}/{path}"


@router.get("/{order_id}/timeline", summary="Show what happened", responses=_ONE)
def show_timeline(
    order_id: OrderId, c: ConnectionDep, actor: ActorDep, scope: ScopeDep
) -> Timeline:
    """Return every event of the order in its order, with the notes people wrote."""
    _, at = order_and_progress(c, order_id, scope)
    written = notes.texts(c, order_id) if _may_read_content(c, actor, order_id, at) else {}
    entries = []
    for event in progress.timeline(c, order_id):
        note = written.get(event.data.get("note_id", ""))
        entries.append(TimelineEntry.of(event, note.text if note else None))
    return veiled(Timeline(order_id=order_id, events=entries), actor, _group_of(at))


@router.get(
    "/{order_id}/explanation", summary="Show why", responses=problems(UNKNOWN_ORDER, OTHER_GROUP)
)
def show_explanation(
    order_id: OrderId, c: ConnectionDep, actor: ActorDep, scope: ScopeDep
) -> Explanation | None:
    """Return why this tier, these people, this group, these deadlines and this priority.

    Null until the order was admitted. Who was left out is shown to those who may read people.
    """
    order, at = order_and_progress(c, order_id, scope)
    sees_people = not scope_of(actor, Permission.PEOPLE_READ).is_empty
    explanation = explanation_of(c, order, at, Reader(datetime.now(UTC), sees_people))
    return veiled(explanation, actor, _group_of(at)) if explanation else None
