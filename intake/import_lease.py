"""Keeping an import while it is worked on: a heartbeat, and word of it when it is lost."""

import threading
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from database import imports
from database.imports import ImportLost

LEASE_SECONDS = 30.0
BEAT_SECONDS = 5.0


class Lease:
    """Extends the lease of one import from a thread of its own, for the time of a `with` block.

    `lost` is set when the import was cancelled or taken over by somebody else.
    """

    def __init__(
        self, engine: Engine, import_id: str, owner: str, beat_seconds: float = BEAT_SECONDS
    ) -> None:
        self._engine = engine
        self._import_id = import_id
        self._owner = owner
        self._beat_seconds = beat_seconds
        self._ended = threading.Event()
        self.lost = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="import lease", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._ended.wait(self._beat_seconds):
            until = datetime.now(UTC) + timedelta(seconds=LEASE_SECONDS)
            try:
                with self._engine.begin() as c:
                    imports.keep(c, self._import_id, self._owner, until)
            except ImportLost:
                self.lost.set()
                return
            except OperationalError:
                # Postgres may be back before the lease has passed; writing a batch finds out.
                continue
