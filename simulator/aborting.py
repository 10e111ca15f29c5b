"""An answer that never comes: the connection is reset in the middle of the call.

ASGI has no word for that, so the server's own transport is asked, where there is one.
"""

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Response
from starlette.types import Receive, Scope, Send

_ABORT = "simulator.abort"
# SO_LINGER with no time to linger makes the kernel send RST instead of FIN.
_AT_ONCE = struct.pack("ii", 1, 0)


class AbortableApp(FastAPI):
    """An application whose answers may break the connection off (`Reset`)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a call, with a way to abort it."""
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        scope[_ABORT] = _aborting(transport)
        await super().__call__(scope, receive, send)


class Reset(Response):
    """Resets the connection; to the caller it is as if the server had died."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Break off instead of answering."""
        scope[_ABORT]()
        # The server learns of it from its event loop, and must not answer before.
        await asyncio.sleep(0.01)


def _aborting(transport: Any) -> Callable[[], None]:
    def abort() -> None:
        if transport is None:
            return
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        transport.abort()

    return abort
