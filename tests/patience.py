"""How long a test waits before it gives up: long enough for a machine that is busy elsewhere.

Nothing is judged by how long it takes; this only ends a test whose wish never comes true.
"""

import asyncio
import time
from collections.abc import Callable

PATIENCE_SECONDS = 90.0


async def until(happened: Callable[[], object]) -> None:
    """Wait until something has happened; it is looked at again and again until a deadline."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, "did not happen in time"
        await asyncio.sleep(0.02)
