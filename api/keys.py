"""Whose key or session is this: looked up by its SHA-256, remembered for a few seconds."""

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Generic, TypeVar

from sqlalchemy import Connection, Engine

from database import people, sessions
from database.people import Actor
from database.sessions import Session

# How long a revoked key, a session ended elsewhere or a changed role still counts at most.
SECONDS_KEPT = 5.0
_MOST_KEPT = 10_000
_LONGEST_SECRET = 200

T = TypeVar("T")


class Ring(Generic[T]):
    """The secrets in use; only those that exist are remembered, so guesses fill no memory."""

    def __init__(
        self,
        engine: Engine,
        find: Callable[[Connection, str], T | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._find = find
        self._clock = clock
        self._known: dict[str, tuple[float, T]] = {}

    def known(self, secret: str) -> T | None:
        """Return whose secret this is without asking the database, None when that is due."""
        found = self._known.get(_digest(secret))
        return found[1] if found and found[0] > self._clock() else None

    def look_up(self, secret: str) -> T | None:
        """Ask the database whose secret this is; None for nobody's. Blocks."""
        if len(secret) > _LONGEST_SECRET:
            return None
        digest = _digest(secret)
        with self._engine.begin() as c:
            holder = self._find(c, digest)
        if holder is None:
            self._known.pop(digest, None)
            return None
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[digest] = (self._clock() + SECONDS_KEPT, holder)
        return holder

    def forget(self) -> None:
        """Ask the database about everybody anew."""
        self._known.clear()


class KeyRing(Ring[Actor]):
    """The API keys in use."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(engine, people.by_key, clock)


class SessionRing(Ring[Session]):
    """The sessions in use, by the token in the browser's cookie."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(engine, _session, clock)


def _session(c: Connection, digest: str) -> Session | None:
    return sessions.find(c, digest, datetime.now(UTC))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
