"""Progress of an import for one listener: the import as it stands, whenever that has changed."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine

from api import import_views
from api.problem_kinds import BUSY
from api.schemas.imports import ImportDetail

MOST_FOLLOWERS = 200
SECONDS_BETWEEN_LOOKS = 0.5
# A look at an import of 100,000 orders takes the database a tenth of a second.
_IDLE_TIMES = 20

ENDED = frozenset({"done", "failed", "cancelled"})


class Followers:
    """How many listeners of imports this process serves."""

    def __init__(self) -> None:
        self._count = 0

    def check(self) -> None:
        """Raise ApiProblem when there are as many as it can serve."""
        if self._count >= MOST_FOLLOWERS:
            raise BUSY()

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """Count a listener for the time of a block."""
        self._count += 1
        try:
            yield
        finally:
            self._count -= 1


FOLLOWERS = Followers()


async def progress(engine: Engine, import_id: str) -> AsyncIterator[ImportDetail]:
    """Yield the import as it stands now and after each change, until nothing more will come.

    That is when it has ended and the intake has taken every order of it.
    """
    shown = None
    while True:
        began = time.monotonic()
        seen = await run_in_threadpool(_look, engine, import_id)
        took = time.monotonic() - began
        if seen != shown:
            yield seen
        if seen.state in ENDED and not seen.report.waiting:
            return
        shown = seen
        await asyncio.sleep(max(SECONDS_BETWEEN_LOOKS, _IDLE_TIMES * took))


def _look(engine: Engine, import_id: str) -> ImportDetail:
    with engine.connect() as c:
        return import_views.detail(c, import_views.known(c, import_id))
