"""Taking rows in: which wait, which are kept, which stay away; all of it without Temporal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from database import inbox
from database.inbox import InboxRow, TakenRow
from domain.findings import FindingCode, finding
from intake.asides import put_aside
from intake.breaker import Gate
from intake.history import keep_ended
from intake.reception import Fate, Received, receive

# A row that breaks our own code is a person's to look at after this many tries.
DEFECT_ATTEMPTS = 5
MAX_DELAY = timedelta(seconds=60)

Lane = tuple[int, int]
# Live messages and bulk work go side by side, so that no live one waits for a batch of the other.
LIVE_LANE: Lane = (1, 4)
BULK_LANE: Lane = (5, 5)
EVERY_LANE: Lane = (1, 5)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Taken:
    """What workflows must hear, in the order of the rows, and the shops (channel, shop) of which
    orders were named that have to be read."""

    told: list[TakenRow]
    look_ups: set[tuple[str, str]]


class Taking:
    """Takes inbox rows into Postgres; raises OperationalError when Postgres is away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._gate = Gate()

    def claim(
        self, limit: int, now: datetime, lease_seconds: float, lane: Lane = EVERY_LANE
    ) -> list[InboxRow]:
        """Take what is due in hand, after a look at the breakers."""
        with self._engine.begin() as c:
            self._gate.tend(c, now)
        with self._engine.begin() as c:
            return inbox.claim(c, limit, now, lease_seconds, lane)

    def take_in(self, rows: Sequence[InboxRow], now: datetime) -> Taken:
        """Take every row in, each in its own transaction, finished history in one together."""
        kept = self._keep_ended([row for row in rows if _may_have_ended(row)], now)
        stored, look_ups = [], set()
        for row in rows:
            if row.state == Fate.STORED:
                stored.append(row.id)
            elif row.id not in kept:
                received = self._receive(row, now)
                if received.fate is Fate.STORED:
                    stored.append(row.id)
                if received.looks_up:
                    look_ups.add((row.channel, row.shop))
        with self._engine.connect() as c:
            return Taken(inbox.taken(c, stored), look_ups)

    def _keep_ended(self, rows: Sequence[InboxRow], now: datetime) -> set[int]:
        if not rows:
            return set()
        try:
            with self._engine.begin() as c:
                return keep_ended(c, rows, now)
        except OperationalError:
            raise
        except Exception as error:
            if len(rows) == 1:
                self._set_aside(rows[0], error, now)
                return {rows[0].id}
        # One of them breaks our code; the others are kept without it.
        return {row_id for row in rows for row_id in self._keep_ended([row], now)}

    def _receive(self, row: InboxRow, now: datetime) -> Received:
        try:
            with self._engine.begin() as c:
                if self._gate.keeps_back(c, row):
                    return Received(Fate.PARKED)
                received = receive(c, row, now)
                if received.fate is Fate.QUARANTINED:
                    self._gate.watch(c, row, now)
                return received
        except OperationalError:
            raise
        except Exception as error:
            return Received(self._set_aside(row, error, now))

    def _set_aside(self, row: InboxRow, error: Exception, now: datetime) -> Fate:
        """Give a row back for another try, or to a person when it keeps breaking."""
        name = type(error).__name__
        log.error("message could not be taken in", inbox_id=row.id, error=name)
        with self._engine.begin() as c:
            if row.attempts < DEFECT_ATTEMPTS:
                inbox.postpone(c, row.id, row.state, now + delay(row.attempts), name)
                return Fate.WAITING
            put_aside(c, row, [finding(FindingCode.BAD_VALUE, "", name)], now)
            self._gate.watch(c, row, now)
        return Fate.QUARANTINED


def _may_have_ended(row: InboxRow) -> bool:
    return row.found_by == "history" and row.state == "received"


def delay(attempts: int) -> timedelta:
    """Return how long to wait after so many tries in vain: twice as long each time."""
    return min(MAX_DELAY, timedelta(seconds=2 ** min(attempts, 6)))
