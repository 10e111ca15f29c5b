"""Changes as they happen, as server-sent events."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT
from starlette.types import Send

from api.auth import ScopeDep, still_reaches
from api.description import Responses, problems
from api.live_changes import RESYNC
from api.permissions import V1, Scope
from api.problem_kinds import BUSY
from api.state import services_of

router = APIRouter(prefix=V1, tags=["work"])

# How long somebody who was signed out, or lost a role, goes on hearing of orders at most.
SECONDS_BETWEEN_CHECKS = 30.0
# A proxy may close a line that is silent for longer; fifteen is what the standard advises.
SECONDS_OF_SILENCE = 15.0
_HEADERS = {
    "Cache-Control": "no-cache",
    # A proxy that collects what it passes on would hold changes back.
    "X-Accel-Buffering": "no",
}
_EVENT = {
    "type": "object",
    "properties": {
        "data": {"type": "string"},
        "event": {"type": "string"},
        "id": {"type": "string"},
        "retry": {"type": "integer", "minimum": 0},
    },
}
_STREAM: Responses = {200: {"content": {"text/event-stream": {"itemSchema": _EVENT}}}}


class EventStream(StreamingResponse):
    """Sends pieces of complete events; whoever makes them learns at once that the client left.

    They are sent as they are: the framework's own stream would encode each for each client.
    """

    def __init__(self, pieces: AsyncGenerator[bytes]) -> None:
        super().__init__(pieces, headers=_HEADERS, media_type="text/event-stream")
        self._pieces = pieces

    async def stream_response(self, send: Send) -> None:
        """Send all of them."""
        async with aclosing(self._pieces):
            await super().stream_response(send)


def has_room(request: Request, _scope: ScopeDep) -> None:
    """Raise ApiProblem when this process follows for as many clients as it can.

    Whoever may not follow at all is told that first.
    """
    if services_of(request).feed.is_full:
        raise BUSY()


@router.get(
    "/events",
    summary="Follow changes",
    response_class=StreamingResponse,
    responses=_STREAM | problems(BUSY),
    dependencies=[Depends(has_room)],
)
async def follow(
    request: Request,
    scope: ScopeDep,
    last_event_id: Annotated[
        str | None, Header(description="Accepted and not needed: see `resync`.")
    ] = None,
) -> EventStream:
    """Stream `order` events with an order's id, stage and version for orders within reach.

    It begins with `resync`, and says it again whenever changes may have been missed (a reconnect, a
    client too slow for its queue): read what is shown anew. Comments keep the line open. It ends
    within a minute of the caller's session or key, or of a change of what they may see.
    """
    return EventStream(_events(request, scope))


async def _events(request: Request, scope: Scope) -> AsyncGenerator[bytes]:
    """Yield what is to be sent, all that is queued at once, until the caller may not hear it."""
    clock = asyncio.get_running_loop().time
    async with services_of(request).feed.subscribed(scope) as client:
        yield RESYNC.event
        check_at = clock() + SECONDS_BETWEEN_CHECKS
        comment_at = clock() + SECONDS_OF_SILENCE
        while True:
            if clock() >= check_at:
                if not await still_reaches(request, scope):
                    return
                check_at = clock() + SECONDS_BETWEEN_CHECKS
            events = await client.next(until=min(check_at, comment_at))
            if events or clock() >= comment_at:
                yield events or KEEPALIVE_COMMENT
                comment_at = clock() + SECONDS_OF_SILENCE
