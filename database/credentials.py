"""Passwords as hashes, and the limit on guessing them: for each person, and for each address.

An attempt is counted before the password is looked at, so that many at once guess no more often
than one after the other. Who or what is guarded is kept as a hash: names are typed in wrongly, and
sometimes a password is typed where the name belongs.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Table,
    Text,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from database.metadata import Instant, metadata
from database.people import people

WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=15)
# A guard that nothing happened to for so long holds nothing that still counts.
_FORGOTTEN = timedelta(hours=1)

credentials = Table(
    "credentials",
    metadata,
    Column("person_id", Text, ForeignKey("people.person_id"), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    CheckConstraint("password_hash LIKE '$argon2id$%'", name="password_hash"),
)

login_guards = Table(
    "login_guards",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("attempts", ARRAY(Instant), nullable=False),
    Column("locked_until", Instant),
    Column("changed_at", Instant, nullable=False),
    CheckConstraint("subject ~ '^[0-9a-f]{64}$'", name="subject"),
    Index("ix_login_guards_changed_at", "changed_at"),
)


def set_password(c: Connection, person_id: str, password_hash: str, now: datetime) -> None:
    """Keep the hash of a person's new password."""
    values = {"person_id": person_id, "password_hash": password_hash, "changed_at": now}
    statement = insert(credentials).values(values)
    c.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=values))


def password_hash(c: Connection, person_id: str) -> str | None:
    """Return the hash of a person's password, None for those who have none."""
    query = select(credentials.c.password_hash).where(credentials.c.person_id == person_id)
    return c.execute(query).scalar_one_or_none()


def remove_password(c: Connection, person_id: str) -> None:
    """Forget a person's password."""
    c.execute(delete(credentials).where(credentials.c.person_id == person_id))


def person_named(c: Connection, name: str) -> str | None:
    """Return the active person with this id, else the only one with this e-mail in any case."""
    query = select(people.c.person_id).where(people.c.active, people.c.person_id == name)
    return c.execute(query).scalar_one_or_none() or person_with_email(c, name)


def person_with_email(c: Connection, email: str) -> str | None:
    """Return the active person with this e-mail in any case; None when several share it."""
    if not email:
        return None
    same = func.lower(people.c.email) == func.lower(email)
    found = c.execute(select(people.c.person_id).where(people.c.active, same)).scalars().all()
    return found[0] if len(found) == 1 else None


def subject(kind: str, name: str) -> str:
    """Return under what the attempts on a person, a name or from an address are counted."""
    return hashlib.sha256(f"{kind}:{name.casefold()}".encode()).hexdigest()


def attempt(c: Connection, guarded: str, most: int, now: datetime) -> datetime | None:
    """Count an attempt; returns until when there may be none, None when this one may go on.

    The `most`-th within the window may go on as the last one: unless it is forgiven, the lock has
    begun. Others who attempt the same wait until commit.
    """
    fresh = {"subject": guarded, "attempts": [], "changed_at": now}
    statement = insert(login_guards).values(fresh)
    row = c.execute(
        statement.on_conflict_do_update(
            index_elements=["subject"], set_={"changed_at": now}
        ).returning(login_guards.c.attempts, login_guards.c.locked_until)
    ).one()
    if row.locked_until is not None and row.locked_until > now:
        until: datetime = row.locked_until
        return until
    recent = [at for at in row.attempts if at > now - WINDOW] + [now]
    values = {"attempts": recent, "locked_until": now + LOCK if len(recent) >= most else None}
    c.execute(update(login_guards).where(login_guards.c.subject == guarded).values(values))
    return None


def is_locked(c: Connection, guarded: str, now: datetime) -> bool:
    """Tell whether nobody may attempt this now."""
    query = select(login_guards.c.locked_until).where(login_guards.c.subject == guarded)
    until = c.execute(query).scalar_one_or_none()
    return until is not None and until > now


def forgive(c: Connection, guarded: str, at: datetime) -> None:
    """Take back one attempt that turned out right, and the lock it may have begun."""
    values = {"attempts": func.array_remove(login_guards.c.attempts, at), "locked_until": None}
    c.execute(update(login_guards).where(login_guards.c.subject == guarded).values(values))


def clear(c: Connection, guarded: str) -> None:
    """Forget every attempt on this."""
    c.execute(delete(login_guards).where(login_guards.c.subject == guarded))


def sweep(c: Connection, now: datetime) -> None:
    """Remove guards that count no more."""
    unlocked = or_(login_guards.c.locked_until.is_(None), login_guards.c.locked_until <= now)
    old = select(login_guards.c.subject).where(
        login_guards.c.changed_at < now - _FORGOTTEN, unlocked
    )
    # Whatever somebody else has in hand is left to them.
    free = old.with_for_update(skip_locked=True)
    c.execute(delete(login_guards).where(login_guards.c.subject.in_(free)))
