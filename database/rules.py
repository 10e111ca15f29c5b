"""Life of the rule tables: drafted, checked, published by a second person, then immutable."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, text, update
from sqlalchemy.dialects.postgresql import insert

from database import audit, outbox, rule_refusals
from database.outbox import Notification
from database.people import people
from database.rule_checks import rule_findings
from database.rule_refusals import EditedMeanwhile, FoundWrong
from database.rule_versions import (
    CHECKED,
    DISCARDED,
    DRAFT,
    OPEN,
    PUBLISHED,
    SUPERSEDED,
    RuleSetVersion,
    StoredRuleSet,
    all_versions,
    in_force,
    overview,
    rule_sets,
    stored,
)
from domain.rules.findings import RuleFinding, errors
from domain.rules.merge import changed_tables
from domain.rules.ruleset import RuleSet, rule_set_from_json, rule_set_to_json

__all__ = [
    "RuleSetVersion",
    "StoredRuleSet",
    "all_versions",
    "check",
    "discard",
    "get",
    "in_force",
    "overview",
    "publish",
    "published",
    "published_id",
    "put_in_force",
    "rule_sets",
    "save_draft",
    "stored",
]

# Where a newly published version is announced; the payload is its id.
CHANNEL = "orderflow_rules"
_PUBLISHING = text("SELECT pg_advisory_xact_lock(hashtextextended('orderflow.rule_sets', 0))")


def published(c: Connection) -> RuleSet | None:
    """Return the rule set that new orders are admitted under, None before the first."""
    query = select(rule_sets.c.body).where(rule_sets.c.state == PUBLISHED)
    body = c.execute(query).scalar_one_or_none()
    return rule_set_from_json(body) if body is not None else None


def published_id(c: Connection) -> str | None:
    """Return the version in force without reading it."""
    query = select(rule_sets.c.rule_set_id).where(rule_sets.c.state == PUBLISHED)
    return c.execute(query).scalar_one_or_none()


def get(c: Connection, rule_set_id: str) -> RuleSet | None:
    """Return a version of the rule set by its id, which is its `version`."""
    found = stored(c, rule_set_id)
    return found.rule_set if found else None


def save_draft(
    c: Connection,
    rule_set: RuleSet,
    author: str,
    note: str,
    *,
    revision: int | None = None,
    based_on: str | None = None,
    now: datetime | None = None,
) -> str:
    """Keep a draft under its version, which is returned.

    A new one counts as made from `based_on`, by default the version in force; whoever edited a
    draft that it is made from is one of its editors too. An existing draft is
    replaced by whoever names the `revision` they read, and is unchecked again when its tables
    changed; saving what is kept already changes nothing. Raises EditedMeanwhile for another
    revision, else Refused when the version is taken.
    """
    now = now or datetime.now(UTC)
    based_on, before = _ground(c, based_on)
    if revision is None and _is_new(c, rule_set, author, note, based_on, before, now):
        return rule_set.version
    kept = stored(c, rule_set.version, lock=True)
    if kept is None:
        raise rule_refusals.unknown_version(rule_set.version)
    digest = rule_set.digest()
    if revision is None and kept.digest == digest and kept.state != DISCARDED:
        return rule_set.version
    if revision is None or not kept.is_open:
        raise rule_refusals.version_taken(rule_set.version)
    if revision != kept.revision:
        raise EditedMeanwhile(kept, rule_set, revision)
    kept = replace(kept, editors=_editors(author, *kept.editors, *before))
    replace_draft(c, kept, rule_set, author, note, based_on or kept.based_on, now)
    return rule_set.version


def _ground(c: Connection, based_on: str | None) -> tuple[str | None, Sequence[str]]:
    """Return what a copy stands on, and whose unpublished edits are in it.

    A copy of a draft stands on what the draft itself was made from.
    """
    if based_on is None:
        return None, ()
    columns = (rule_sets.c.state, rule_sets.c.based_on, rule_sets.c.editors)
    found = c.execute(select(*columns).where(rule_sets.c.rule_set_id == based_on)).one_or_none()
    if found is None or found.state == DISCARDED:
        raise rule_refusals.unknown_version(based_on)
    return (found.based_on, found.editors) if found.state in OPEN else (based_on, ())


def _editors(last: str, *others: str) -> tuple[str, ...]:
    return (*(person for person in dict.fromkeys(others) if person != last), last)


def _is_new(
    c: Connection,
    rule_set: RuleSet,
    author: str,
    note: str,
    based_on: str | None,
    before: Sequence[str],
    now: datetime,
) -> bool:
    base = based_on or published_id(c)
    values = {
        "rule_set_id": rule_set.version,
        "body": rule_set_to_json(rule_set),
        "digest": rule_set.digest(),
        "author": author,
        "editors": list(_editors(author, *before)),
        "note": note,
        "based_on": base,
        "created_at": now,
        "updated_at": now,
    }
    statement = insert(rule_sets).values(values).on_conflict_do_nothing()
    if c.execute(statement.returning(rule_sets.c.rule_set_id)).one_or_none() is None:
        return False
    parent = get(c, base) if base else None
    tables = changed_tables(parent, rule_set) if parent else sorted(rule_set.tables)
    saved = {"revision": 1, "based_on": base or "", "tables": tables, "note": note}
    _note(c, rule_set.version, author, "rules_saved", now, digest=values["digest"], **saved)
    return True


def replace_draft(
    c: Connection,
    kept: StoredRuleSet,
    rule_set: RuleSet,
    editor: str,
    note: str,
    based_on: str | None,
    now: datetime,
    action: str = "rules_saved",
) -> None:
    """Put other tables into a draft that is locked; whoever changed it is one of its editors."""
    digest = rule_set.digest()
    values: dict[str, Any] = {
        "note": note,
        "based_on": based_on,
        "revision": kept.revision + 1,
        "updated_at": now,
    }
    if digest != kept.digest:
        values |= {
            "body": rule_set_to_json(rule_set),
            "digest": digest,
            "editors": list(_editors(editor, *kept.editors)),
            "state": DRAFT,
        }
    _set(c, kept.rule_set_id, **values)
    tables = changed_tables(kept.rule_set, rule_set)
    saved = {"revision": kept.revision + 1, "based_on": based_on or "", "tables": tables}
    _note(c, kept.rule_set_id, editor, action, now, digest=digest, note=note, **saved)


def check(c: Connection, rule_set_id: str, person: str, now: datetime) -> tuple[RuleFinding, ...]:
    """Check a version and return what was found; a draft without an error is checked from then on.

    Raises Refused for an unknown version.
    """
    kept = stored(c, rule_set_id, lock=True)
    if kept is None:
        raise rule_refusals.unknown_version(rule_set_id)
    found = rule_findings(c, kept.rule_set)
    wrong = len(errors(found))
    state = DRAFT if wrong else CHECKED
    if not kept.is_open or (kept.state == state == CHECKED):
        return found
    _set(c, rule_set_id, state=state, checked_at=now, checked_digest=kept.digest)
    counted = {"errors": wrong, "warnings": len(found) - wrong}
    _note(c, rule_set_id, person, "rules_checked", now, digest=kept.digest, **counted)
    return found


def publish(c: Connection, rule_set_id: str, publisher: str, now: datetime, note: str = "") -> None:
    """Put a checked draft into force; the one before is superseded. Doing it again changes nothing.

    It is checked once more. Raises Refused for what is no draft, not checked or made from a version
    that is no longer in force, and when the publisher is one of its editors.
    """
    c.execute(_PUBLISHING)
    draft = stored(c, rule_set_id, lock=True)
    if draft is not None and draft.state == PUBLISHED:
        return
    if draft is None or not draft.is_open:
        raise rule_refusals.not_a_draft(rule_set_id)
    if publisher in draft.editors:
        raise rule_refusals.own_draft(rule_set_id, publisher)
    if draft.state != CHECKED or draft.checked_digest != draft.rule_set.digest():
        raise rule_refusals.not_checked(rule_set_id)
    former = published_id(c)
    if draft.based_on != former:
        raise rule_refusals.stale_base(rule_set_id, draft.based_on, former)
    wrong = errors(rule_findings(c, draft.rule_set))
    if wrong:
        raise FoundWrong(rule_set_id, wrong)
    if former is not None:
        _set(c, former, state=SUPERSEDED)
    public = {"publisher": publisher, "published_at": now, "publication_note": note}
    _set(c, rule_set_id, state=PUBLISHED, **public)
    put = {"digest": draft.digest, "superseded": former or "", "note": note}
    _note(c, rule_set_id, publisher, "rules_published", now, **put)
    c.execute(text("SELECT pg_notify(:channel, :id)"), {"channel": CHANNEL, "id": rule_set_id})
    _tell_editors(c, draft.editors, rule_set_id, publisher)


def _tell_editors(c: Connection, editors: Sequence[str], rule_set_id: str, publisher: str) -> None:
    data = {"rule_set": rule_set_id, "by": publisher}
    subject = f"rules:{rule_set_id}"
    employed = c.execute(select(people.c.person_id).where(people.c.person_id.in_(editors)))
    outbox.enqueue(
        c,
        [
            Notification(subject, 0, "rules_published", person, "default", data)
            for person in employed.scalars()
        ],
    )


def discard(c: Connection, rule_set_id: str, person: str, now: datetime, note: str = "") -> None:
    """Give a draft up; it stays readable. Doing it again changes nothing.

    Raises Refused for what is no draft.
    """
    draft = stored(c, rule_set_id, lock=True)
    if draft is not None and draft.state == DISCARDED:
        return
    if draft is None or not draft.is_open:
        raise rule_refusals.not_a_draft(rule_set_id)
    _set(c, rule_set_id, state=DISCARDED, discarded_at=now)
    _note(c, rule_set_id, person, "rules_discarded", now, digest=draft.digest, note=note)


def put_in_force(
    c: Connection, rule_set: RuleSet, author: str, publisher: str, note: str, now: datetime
) -> str:
    """Save, check and publish at once, as two people who agree; returns the version.

    Raises Refused as `publish` does, FoundWrong when the check finds an error.
    """
    version = save_draft(c, rule_set, author, note, now=now)
    wrong = errors(check(c, version, author, now))
    if wrong:
        raise FoundWrong(version, wrong)
    publish(c, version, publisher, now)
    return version


def _set(c: Connection, rule_set_id: str, **values: Any) -> None:
    where = rule_sets.c.rule_set_id == rule_set_id
    c.execute(update(rule_sets).where(where).values(values))


def _note(
    c: Connection, rule_set_id: str, person: str, action: str, now: datetime, **detail: Any
) -> None:
    entry = audit.Entry(person, action, {"rule_set_id": rule_set_id} | detail)
    audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
