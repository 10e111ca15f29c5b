"""Changes as they happen, as server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.auth import ScopeDep, still_reaches
from api.description import problems
from api.event_feed import RESYNC, Change
from api.permissions import V1
from api.problem_kinds import BUSY
from api.schemas.changes import ChangeView
from api.state import services_of

router = APIRouter(prefix=V1, tags=["work"])


def has_room(request: Request, _scope: ScopeDep) -> None:
    """Raise ApiProblem when this process follows for as many clients as it can.

    Whoever may not follow at all is told that first.
    """
    if services_of(request).feed.is_full:
        raise BUSY()


_RECONNECT_MILLISECONDS = 2_000
# How long somebody who was signed out, or lost a role, goes on hearing of orders at most.
SECONDS_BETWEEN_CHECKS = 30.0


@router.get(
    "/events",
    summary="Follow changes",
    response_class=EventSourceResponse,
    responses=problems(BUSY),
    dependencies=[Depends(has_room)],
)
async def follow(
    request: Request,
    scope: ScopeDep,
    last_event_id: Annotated[
        str | None, Header(description="Accepted and not needed: see `resync`.")
    ] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Stream `order` events with an order's id, stage and version for orders within reach.

    It begins with `resync`, and says it again whenever changes may have been missed (a reconnect, a
    client too slow for its queue): read what is shown anew. Comments keep the line open. It ends
    within a minute of the caller's session or key, or of a change of what they may see.
    """
    clock = asyncio.get_running_loop().time
    async with services_of(request).feed.subscribed(scope) as client:
        yield _event(RESYNC)
        check_at = clock() + SECONDS_BETWEEN_CHECKS
        while True:
            if clock() >= check_at:
                if not await still_reaches(request, scope):
                    return
                check_at = clock() + SECONDS_BETWEEN_CHECKS
            try:
                async with asyncio.timeout_at(check_at):
                    change = await client.next()
            except TimeoutError:
                continue
            yield _event(change)


def _event(change: Change) -> ServerSentEvent:
    if change.resync:
        return ServerSentEvent(event="resync", data={}, retry=_RECONNECT_MILLISECONDS)
    view = ChangeView(order_id=change.order_id, stage=change.stage, version=change.version)
    return ServerSentEvent(event="order", data=view, id=f"{change.order_id}:{change.version}")
