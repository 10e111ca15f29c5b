"""The breaker at the relay's door: keeps new orders of a failing shop back and lets them follow.

Only what shops push and polls find is kept back: a file or a migration has a person who waits for
its report, and our own API has answered what is wrong already. Messages about orders that are known
always pass.
"""

from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import Connection

from database import breaker_records, breakers, orders, rules
from database.breakers import StoredBreaker
from database.inbox import InboxRow
from domain import breaker as states
from domain.breaker import Breaker, BreakerState, BreakerTerms
from domain.rules.breaker import breaker_terms
from domain.rules.defaults import default_rule_set
from domain.rules.evaluation import RuleError
from domain.state import SYSTEM
from intake.reading import FROM_FILES, messages_of, origin_of

log = structlog.get_logger(__name__)

_ABOUT_NO_ORDER = frozenset({"ignored", "look_up"})


class Gate:
    """One per relay; remembers between two rounds which shops' breakers are not closed."""

    def __init__(self) -> None:
        self._shut: set[tuple[str, str]] = set()
        self._rules = default_rule_set()
        self._rules_id: str | None = None

    def tend(self, c: Connection, now: datetime) -> None:
        """See to every breaker that opened: try it, let what was kept back follow, remind."""
        self._shut.clear()
        for found in breakers.unsettled(c):
            stored = breakers.lock(c, found.channel, found.shop)
            terms = self._terms(c, found.channel)
            tended = _reminded(c, _moved(c, stored, terms, now), terms, now)
            breaker_records.change(c, stored, tended, SYSTEM, now)
            if tended.breaker.state is not BreakerState.CLOSED:
                self._shut.add((found.channel, found.shop))

    def keeps_back(self, c: Connection, row: InboxRow) -> bool:
        """Park a message about a new order of a shop whose breaker is not closed."""
        if (row.channel, row.shop) not in self._shut or not _is_watched(row):
            return False
        if row.state != "received" or not _is_new(c, row):
            return False
        probes = self._terms(c, row.channel).probes
        if breakers.try_with(c, row.channel, row.shop, row.id, probes):
            return False
        return breakers.park(c, row.channel, row.shop, row.id)

    def watch(self, c: Connection, row: InboxRow, now: datetime) -> None:
        """Open the breaker when this message, just refused, was one too many."""
        if not _is_watched(row) or (row.channel, row.shop) in self._shut:
            return
        terms = self._terms(c, row.channel)
        found = breakers.get(c, row.channel, row.shop)
        breaker = found.breaker if found else Breaker()
        count = breakers.count(c, row.channel, row.shop, now - terms.window, breaker.since)
        if not states.must_trip(breaker, terms, count):
            return
        stored = breakers.lock(c, row.channel, row.shop)
        if stored.breaker.state is BreakerState.CLOSED:
            breaker_records.open_for(c, stored, terms, now, count)
        self._shut.add((row.channel, row.shop))

    def _terms(self, c: Connection, channel: str) -> BreakerTerms:
        in_force = rules.published_id(c)
        if in_force != self._rules_id:
            self._rules = rules.published(c) or default_rule_set()
            self._rules_id = in_force
        try:
            return breaker_terms(self._rules, channel)
        except RuleError as error:
            # Orders must come in whatever a table says; the default one watches over them.
            log.error("breaker table does not answer", channel=channel, error=str(error))
            return breaker_terms(default_rule_set(), channel)


def _moved(
    c: Connection, stored: StoredBreaker, terms: BreakerTerms, now: datetime
) -> StoredBreaker:
    breaker = stored.breaker
    if states.pause_is_over(breaker, now):
        # The newest tell how the shop is now; the oldest, what was wrong with it.
        newest = breakers.release(c, stored.channel, stored.shop, terms.probes, newest=True)
        breaker = states.half_opened(breaker, now, newest)
    elif breaker.state is BreakerState.HALF_OPEN:
        trial = breakers.trial(c, breaker.on_trial)
        if not trial.pending:
            breaker = states.tried(breaker, terms, trial.count, now)
    elif breaker.drains_from is not None:
        breaker = _drained(c, stored, terms, now)
    return replace(stored, breaker=breaker)


def _drained(c: Connection, stored: StoredBreaker, terms: BreakerTerms, now: datetime) -> Breaker:
    trial = breakers.trial(c, stored.breaker.on_trial)
    if trial.pending:
        return stored.breaker
    breaker, may_follow = states.drained(stored.breaker, terms, trial.count, now)
    if not may_follow:
        return breaker
    portion = breakers.release(c, stored.channel, stored.shop, terms.min_count)
    return states.let_follow(breaker, portion)


def _reminded(
    c: Connection, stored: StoredBreaker, terms: BreakerTerms, now: datetime
) -> StoredBreaker:
    if stored.reminded_at is None and states.needs_reminder(stored.breaker, terms, now):
        return breaker_records.remind(c, stored, now)
    return stored


def _is_watched(row: InboxRow) -> bool:
    # What a person corrected says nothing about the shop, and they wait for it.
    from_shop = row.found_by not in FROM_FILES and not row.corrected_by
    return from_shop and origin_of(row) == "channel"


def _is_new(c: Connection, row: InboxRow) -> bool:
    """Tell whether a message is about an order that we do not know, or cannot be read at all."""
    said = [each for each in messages_of(row) if each.kind not in _ABOUT_NO_ORDER]
    return any(
        each.external_id is None or orders.find(c, row.channel, row.shop, each.external_id) is None
        for each in said
    )
