"""Changes of a breaker: kept, on record, and told to whoever owns what it keeps back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from database import audit, breakers, outbox, people
from database.breakers import StoredBreaker
from database.outbox import Notification
from domain import breaker as states
from domain.breaker import BreakerTerms, Count
from domain.state import SYSTEM

OPENED, OPENED_BY_HAND = "breaker_open", "breaker_open_by_hand"
_MEDIUM = "default"


def open_for(
    c: Connection,
    stored: StoredBreaker,
    terms: BreakerTerms,
    now: datetime,
    count: Count | None = None,
    by: str = SYSTEM,
) -> StoredBreaker:
    """Open a locked breaker and tell its owner, once per outage; `count` is what it opens for."""
    opened = replace(
        stored,
        breaker=states.opened(stored.breaker, terms, now, by),
        owner_role=terms.role,
        owner_person=people.owner_of(c, terms.role),
        last_count=count or Count(),
    )
    if opened.breaker.trips == stored.breaker.trips:
        return change(c, stored, opened, by, now)
    opened = replace(opened, reminded_at=None)
    change(c, stored, opened, by, now)
    _tell(c, opened, {opened.owner_person} - {by})
    return opened


def change(
    c: Connection, before: StoredBreaker, after: StoredBreaker, actor: str, now: datetime
) -> StoredBreaker:
    """Write a locked breaker back; that it opened, is tried or closed goes on record."""
    if after == before:
        return after
    breakers.save(c, after)
    was, became = before.breaker, after.breaker
    if (was.state, was.opened_by) != (became.state, became.opened_by):
        detail = {
            "channel": after.channel,
            "shop": after.shop,
            "rejected": after.last_count.rejected,
            "orders": after.last_count.orders,
        }
        entry = audit.Entry(actor, f"breaker_{became.state}", detail)
        audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
    return after


def remind(c: Connection, stored: StoredBreaker, now: datetime) -> StoredBreaker:
    """Tell the owner's superior that the breaker has been open for long."""
    _tell(c, stored, people.superiors(c, [stored.owner_person]).values())
    return replace(stored, reminded_at=now)


def _tell(c: Connection, stored: StoredBreaker, persons: Iterable[str]) -> None:
    data = {
        "channel": stored.channel,
        "shop": stored.shop,
        "rejected": str(stored.last_count.rejected),
        "orders": str(stored.last_count.orders),
        "by": stored.breaker.opened_by,
    }
    messages = [
        Notification(
            subject=f"breaker:{stored.channel}/{stored.shop}",
            event_seq=stored.breaker.trips,
            event_kind=OPENED if stored.breaker.opened_by == SYSTEM else OPENED_BY_HAND,
            person_id=person,
            medium=_MEDIUM,
            data=data,
        )
        for person in persons
        if person
    ]
    outbox.enqueue(c, messages)
