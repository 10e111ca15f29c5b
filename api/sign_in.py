"""Signing in: who may, how often may be guessed, and the session that comes of it."""

import secrets
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address

from sqlalchemy import Connection, Engine

from api import passwords
from api.problems import ApiProblem
from api.session_problems import WRONG_LOGIN, locked_until
from database import audit, credentials, sessions

# Wrong passwords within 15 minutes: for one person, and from one address, which may be an office's.
MOST_PER_PERSON = 10
MOST_PER_ADDRESS = 100
NOBODY = "unknown"


def open_session(c: Connection, person_id: str, method: str, former: str, now: datetime) -> str:
    """Sign a person in; returns the token. The browser's `former` session ends."""
    token = secrets.token_urlsafe(32)
    if former:
        sessions.end(c, sessions.token_hash(former))
    sessions.start(c, sessions.token_hash(token), person_id, secrets.token_urlsafe(32), now)
    note(c, person_id, "logged_in", now, method=method)
    return token


def by_password(engine: Engine, name: str, password: str, address: str, former: str) -> str:
    """Sign in whoever has this id or e-mail and password; returns the token. Blocks.

    Raises ApiProblem: the same 401 for a wrong name and a wrong password, 429 while guessing is
    locked.
    """
    now = datetime.now(UTC)
    with engine.begin() as c:
        credentials.sweep(c, now)
    with engine.begin() as c:
        person_id = credentials.person_named(c, name)
        guarded = credentials.subject("person" if person_id else "name", person_id or name)
        refused = _counted(c, guarded, _subject_of(address), now)
        kept = credentials.password_hash(c, person_id) if person_id else None
    if refused:
        raise refused
    is_right = passwords.matches(password, kept)
    with engine.begin() as c:
        if not is_right or person_id is None:
            note_failure(c, person_id or NOBODY, guarded, now)
        else:
            _forgive(c, guarded, address, now)
            return open_session(c, person_id, "password", former, now)
    raise WRONG_LOGIN()


def confirms(engine: Engine, person_id: str, password: str) -> bool:
    """Tell whether this is the person's password, guarded like signing in. Blocks.

    Raises ApiProblem 429 while guessing is locked.
    """
    now = datetime.now(UTC)
    guarded = credentials.subject("person", person_id)
    with engine.begin() as c:
        until = credentials.attempt(c, guarded, MOST_PER_PERSON, now)
        kept = credentials.password_hash(c, person_id)
    if until is not None:
        raise locked_until(until, now)
    is_right = passwords.matches(password, kept)
    with engine.begin() as c:
        if is_right:
            credentials.clear(c, guarded)
        else:
            note_failure(c, person_id, guarded, now)
    return is_right


def change_password(c: Connection, person_id: str, password_hash: str, but: str) -> None:
    """Keep a new password; every session of the person ends, but not the one with this hash."""
    now = datetime.now(UTC)
    credentials.set_password(c, person_id, password_hash, now)
    sessions.end_all(c, person_id, but)
    note(c, person_id, "password_changed", now)


def note_failure(c: Connection, person_id: str, guarded: str, now: datetime) -> None:
    """Put a wrong password on record, and that it was the one too many."""
    note(c, person_id, "login_failed", now)
    if credentials.is_locked(c, guarded, now):
        note(c, person_id, "login_locked", now, minutes=int(credentials.LOCK.total_seconds() / 60))


def note(c: Connection, person_id: str, action: str, now: datetime, **detail: str | int) -> None:
    """Put on record what somebody did about getting in or out."""
    audit.append(c, audit.SYSTEM_CHAIN, [audit.Entry(person_id, action, dict(detail), now)], now)


def _counted(c: Connection, guarded: str, address: str, now: datetime) -> ApiProblem | None:
    """Count the attempt against its address and its person; the refusal where that is too many."""
    until = credentials.attempt(c, address, MOST_PER_ADDRESS, now)
    until = until or credentials.attempt(c, guarded, MOST_PER_PERSON, now)
    return locked_until(until, now) if until else None


def _forgive(c: Connection, guarded: str, address: str, now: datetime) -> None:
    # In the order in which attempts are counted, so that nobody waits in a circle.
    credentials.forgive(c, _subject_of(address), now)
    credentials.clear(c, guarded)


def _subject_of(address: str) -> str:
    """Return under what an address is counted: whoever has an IPv6 address has 2^64 of them."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return credentials.subject("address", address)
    if isinstance(parsed, IPv6Address):
        return credentials.subject("address", parsed.exploded[:19])
    return credentials.subject("address", str(parsed))
