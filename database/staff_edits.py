"""Keeping edited people: one editor at a time, and who leaves does not get in any more."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from database import credentials, people, sessions
from domain.people import Person

# Any number does, as long as nothing else in the database locks the same one.
_LOCK = 7_302_611_857


def lock(c: Connection) -> None:
    """Wait for other editors of people: two edits could close a circle unseen by each other."""
    c.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def keep(c: Connection, edited: Sequence[Person], now: datetime) -> list[str]:
    """Save people who were checked; returns the ids of those in whom something changed.

    Their open tasks follow. Who does not work here any more loses keys, password and sessions.
    """
    before = {person.person_id: person for person in people.all_people(c)}
    changed = [person for person in edited if before.get(person.person_id) != person]
    people.save_people(c, changed)
    for person in changed:
        if not person.active:
            people.revoke_keys(c, person.person_id, now)
            credentials.remove_password(c, person.person_id)
            sessions.end_all(c, person.person_id)
    return [person.person_id for person in changed]
