"""Searching the audit: who did what to what, and when."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, literal_column, select, tuple_

from database.audit import SUBJECT, SYSTEM_CHAIN, audit
from database.refusals import Refused


@dataclass(frozen=True)
class AuditQuery:
    """Which entries to list, the newest first; what is None does not matter.

    `subject` is an order id, or what an entry about no order names: a person, a rule set, an
    import, a shop. `since` is within, `until` is not; both UTC.
    """

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True)
class Found:
    """One entry; `subject` is empty where it is about nothing that has an id."""

    chain: str
    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class AuditPage:
    """Some entries, the newest first, and the cursor to go on from (None: the end)."""

    entries: tuple[Found, ...]
    next_cursor: str | None


_KEY = (audit.c.at, audit.c.chain, audit.c.seq)
_SUBJECT: ColumnElement[str] = literal_column(SUBJECT)
_IS_SYSTEM = audit.c.chain == literal_column(f"'{SYSTEM_CHAIN}'")


def search(c: Connection, query: AuditQuery) -> AuditPage:
    """Return a page of the entries that match; raises Refused for a cursor that is none of ours."""
    shown = (*_KEY, audit.c.actor, audit.c.action, audit.c.detail)
    subject = case((_IS_SYSTEM, _SUBJECT), else_=audit.c.chain).label("subject")
    found = select(*shown, subject).where(*_conditions(query))
    rows = c.execute(found.order_by(*(part.desc() for part in _KEY)).limit(query.limit + 1)).all()
    page = tuple(Found(**row._asdict()) for row in rows[: query.limit])
    return AuditPage(page, _cursor(page[-1]) if len(rows) > query.limit else None)


def _conditions(query: AuditQuery) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if query.actor is not None:
        wanted.append(audit.c.actor == query.actor)
    if query.action is not None:
        wanted.append(audit.c.action == query.action)
    if query.subject is not None:
        about_it = _IS_SYSTEM & (query.subject == _SUBJECT)
        wanted.append((audit.c.chain == query.subject) | about_it)
    if query.since is not None:
        wanted.append(audit.c.at >= query.since)
    if query.until is not None:
        wanted.append(audit.c.at < query.until)
    if query.cursor is not None:
        before = _read_cursor(query.cursor)
        # Said once more of the instant alone: every index ends with it.
        wanted += [audit.c.at <= before[0], tuple_(*_KEY) < tuple_(*before)]
    return wanted


def _cursor(entry: Found) -> str:
    key = [entry.at.isoformat(), entry.chain, entry.seq]
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, str, int]:
    try:
        at, chain, seq = json.loads(base64.urlsafe_b64decode(cursor))
        if not isinstance(chain, str) or "\0" in chain:
            raise ValueError(chain)
        return datetime.fromisoformat(at), chain, int(seq)
    except (ValueError, TypeError, binascii.Error) as error:
        raise Refused(
            "bad_cursor",
            f"{cursor[:80]!r} is no cursor of this list; start without one",
            f"{cursor[:80]!r} 不是此列表的游标,请从头开始",
        ) from error
