"""Whose API key is this: looked up by its SHA-256, remembered for a few seconds."""

import hashlib
import time
from collections.abc import Callable

from sqlalchemy import Engine

from database import people
from database.people import Actor

# How long a revoked key or a changed role still counts at most.
SECONDS_KEPT = 5.0
_MOST_KEPT = 10_000


class KeyRing:
    """The API keys in use; only keys that exist are remembered, so guesses fill no memory."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._known: dict[str, tuple[float, Actor]] = {}

    def known(self, key: str) -> Actor | None:
        """Return whose key this is without asking the database, None when that is due."""
        found = self._known.get(_digest(key))
        return found[1] if found and found[0] > self._clock() else None

    def look_up(self, key: str) -> Actor | None:
        """Ask the database whose key this is; None for a key of nobody. Blocks."""
        digest = _digest(key)
        with self._engine.begin() as c:
            actor = people.by_key(c, digest)
        if actor is None:
            self._known.pop(digest, None)
            return None
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[digest] = (self._clock() + SECONDS_KEPT, actor)
        return actor


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
