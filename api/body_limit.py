"""No body may grow beyond a limit, whether its length is announced or not."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problem_kinds import TOO_LARGE
from api.problems import problem_response

MOST_BYTES = 1024 * 1024


class LimitBody:
    """ASGI middleware that answers 413 as a problem document.

    The framework's own limit answers an announced length in plain text. An announced length is
    refused before anything is read; otherwise reading stops at the first byte too many. `larger`
    names the paths that have a limit of their own.
    """

    def __init__(
        self,
        app: ASGIApp,
        most_bytes: int = MOST_BYTES,
        larger: Mapping[str, int] | None = None,
    ) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._larger.get(scope["path"], self._most_bytes)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced[:20]) > most:
            response = problem_response(TOO_LARGE(value=most), Request(scope))
            await response(scope, receive, send)
            return
        await self._app(scope, _counting(receive, most), send)


def _counting(receive: Receive, most: int) -> Receive:
    came = 0

    async def counted() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > most:
            raise TOO_LARGE(value=most)
        return message

    return counted
