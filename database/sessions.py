"""Signed-in browsers: only the SHA-256 of each token is kept, and a session that ended is gone."""

import hashlib
from dataclasses import dataclass
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
    insert,
    or_,
    select,
    text,
)

from database.metadata import Instant, metadata
from database.people import Actor, RoleGrant

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.person_id"), nullable=False),
    Column("csrf_token", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name="token_hash"),
    CheckConstraint("expires_at > created_at", name="expires_at"),
    Index("ix_sessions_person_id", "person_id"),
    Index("ix_sessions_last_seen_at", "last_seen_at"),
)


@dataclass(frozen=True)
class Session:
    """One browser that somebody signed in with; it ends at `ends_at` unless it is used."""

    token_hash: str
    csrf_token: str
    ends_at: datetime
    actor: Actor


# Five minutes are exact enough for an idle limit of hours and spare a write per request.
_FIND = text("""
WITH seen AS (
    UPDATE sessions SET last_seen_at = :now
    WHERE token_hash = :token_hash AND last_seen_at < :now - interval '5 minutes'
        AND last_seen_at > :idle_since AND expires_at > :now
)
SELECT s.token_hash, s.csrf_token, s.expires_at, p.person_id, p.name, p.locale,
    r.role, r.group_code
FROM sessions s
JOIN people p ON p.person_id = s.person_id AND p.active
LEFT JOIN person_roles r ON r.person_id = p.person_id
WHERE s.token_hash = :token_hash AND s.last_seen_at > :idle_since AND s.expires_at > :now
ORDER BY r.role, r.group_code
""")


def token_hash(token: str) -> str:
    """Return what is kept of a token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def start(c: Connection, digest: str, person_id: str, csrf_token: str, now: datetime) -> None:
    """Sign a person in; sessions of anybody that have run out are swept away on the way."""
    ran_out = select(sessions.c.token_hash).where(
        or_(sessions.c.last_seen_at <= now - IDLE, sessions.c.expires_at <= now)
    )
    # Whatever somebody else has in hand is left to them.
    free = ran_out.with_for_update(skip_locked=True)
    c.execute(delete(sessions).where(sessions.c.token_hash.in_(free)))
    c.execute(
        insert(sessions).values(
            token_hash=digest,
            person_id=person_id,
            csrf_token=csrf_token,
            created_at=now,
            last_seen_at=now,
            expires_at=now + LONGEST,
        )
    )


def find(c: Connection, digest: str, now: datetime) -> Session | None:
    """Return the session with this token hash and note that it is used.

    None when it ran out or was ended, and when its person has left.
    """
    values = {"token_hash": digest, "now": now, "idle_since": now - IDLE}
    rows = c.execute(_FIND, values).all()
    if not rows:
        return None
    first = rows[0]
    roles = tuple(RoleGrant(row.role, row.group_code) for row in rows if row.role is not None)
    actor = Actor(first.person_id, first.name, first.locale, roles)
    ends_at = min(now + IDLE, first.expires_at)
    return Session(first.token_hash, first.csrf_token, ends_at, actor)


def end(c: Connection, digest: str) -> bool:
    """End one session; False when there was none."""
    return c.execute(delete(sessions).where(sessions.c.token_hash == digest)).rowcount == 1


def end_all(c: Connection, person_id: str, but: str = "") -> int:
    """End every session of a person but the one with this token hash; returns how many ended."""
    condition = (sessions.c.person_id == person_id, sessions.c.token_hash != but)
    return c.execute(delete(sessions).where(*condition)).rowcount
