"""Changes of staff that open tasks have to follow: written with the change, worked off later."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Identity,
    Index,
    Table,
    Text,
    func,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from database.metadata import Instant, metadata
from domain.approvals import TOO_FEW

CHANNEL = "orderflow_staff"

staff_changes = Table(
    "staff_changes",
    metadata,
    Column("change_id", BigInteger, Identity(always=True), primary_key=True),
    Column("person_id", Text, ForeignKey("people.person_id"), nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False, server_default=func.now()),
    Column("taken_until", Instant),
    Column("done_at", Instant),
    Index("ix_staff_changes_open", "effective_at", postgresql_where=text("done_at IS NULL")),
)


@dataclass(frozen=True)
class StaffChange:
    """One change: whose tasks and which roles' tasks have to be looked at again."""

    change_id: int
    person_id: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """Some orders whose tasks follow changes: the last one's id to go on after (empty: no more
    are concerned), and the workflow ids of those that have to ask anew who may sign."""

    last_order_id: str
    to_ask: tuple[str, ...]


# A second later than it happens: by then whoever was being admitted under the former staff is on
# record, and a clock that runs a little behind has come to it as well.
#
# Whose tasks a change may move: the person's own roles, and those of the people for whom they
# stand in, or somebody else does for whom they stand in.
_NOTE = text("""
WITH RECURSIVE leaning AS (
    SELECT CAST(:person AS text) AS person_id
    UNION
    SELECT a.person_id FROM leaning l JOIN absences a ON a.delegate_id = l.person_id
    WHERE a.cancelled_at IS NULL AND a.ends_at > now()
), affected AS (
    SELECT r.role FROM leaning l JOIN person_roles r ON r.person_id = l.person_id
    UNION
    SELECT unnest(CAST(:roles AS text[]))
), noted AS (
    INSERT INTO staff_changes (person_id, roles, effective_at)
    SELECT :person, coalesce((SELECT array_agg(role ORDER BY role) FROM affected), '{}'),
        at + interval '1 second'
    FROM unnest(CAST(:instants AS timestamptz[])) AS at
    RETURNING change_id
)
SELECT count(*), pg_notify('orderflow_staff', '') FROM noted
""")


def note(
    c: Connection, person_id: str, instants: Sequence[datetime], former_roles: Collection[str] = ()
) -> None:
    """Have tasks follow what changes for a person at these instants (UTC).

    `former_roles` are those they had before; the ones they have now are looked up.
    """
    values = {"person": person_id, "roles": list(former_roles), "instants": list(instants)}
    c.execute(_NOTE, values)


# An absence is noted weeks before it ends: the roles somebody got meanwhile are concerned as well.
_CLAIM = text("""
WITH due AS (
    SELECT change_id FROM staff_changes
    WHERE done_at IS NULL AND effective_at <= now() AND coalesce(taken_until, now()) <= now()
    ORDER BY effective_at, change_id LIMIT :limit
    FOR UPDATE SKIP LOCKED
)
UPDATE staff_changes s SET taken_until = now() + make_interval(secs => :lease_seconds)
FROM due WHERE s.change_id = due.change_id
RETURNING s.change_id, s.person_id, s.roles || ARRAY(SELECT r.role FROM person_roles r
    WHERE r.person_id = s.person_id ORDER BY r.role) AS roles
""")

_WAIT = text("""
SELECT extract(epoch FROM min(greatest(effective_at, taken_until)) - now())
FROM staff_changes WHERE done_at IS NULL
""")


def claim(c: Connection, limit: int, lease_seconds: float) -> list[StaffChange]:
    """Take due changes in hand for a while; nobody else gets them until it is over."""
    rows = c.execute(_CLAIM, {"limit": limit, "lease_seconds": lease_seconds})
    found = [StaffChange(row.change_id, row.person_id, tuple(row.roles)) for row in rows]
    return sorted(found, key=lambda change: change.change_id)


def finish(c: Connection, changes: Sequence[StaffChange], now: datetime) -> None:
    """Note that everything has followed these changes."""
    done = staff_changes.c.change_id.in_([change.change_id for change in changes])
    c.execute(update(staff_changes).where(done).values(done_at=now, taken_until=None))


def give_back(c: Connection, changes: Sequence[StaffChange]) -> None:
    """Let these changes be taken again at once."""
    taken = staff_changes.c.change_id.in_([change.change_id for change in changes])
    c.execute(update(staff_changes).where(taken).values(taken_until=None))


def seconds_to_next(c: Connection) -> float | None:
    """Return how long until a change is due, 0 or less when one is, None when none will be."""
    found = c.execute(_WAIT).scalar_one()
    return None if found is None else float(found)


# An approval's signers live in its workflow. In review its tasks name only those whose turn it is:
# who signs later, or after its submitter has changed it, stands in its plan and in what was looked
# up since.
_CONCERNED = text("""
WITH candidate AS (
    SELECT order_id, kind = 'approve' AND (role = ANY(:roles) OR people && CAST(:people AS text[])
        OR people = '{}') AS asks
    FROM tasks
    WHERE done_at IS NULL AND order_id > :after
        AND (role = ANY(:roles) OR role = ANY(:people) OR people && CAST(:people AS text[])
            OR assignee_person = ANY(:people) OR assignee_person = ''
            OR (kind = 'approve' AND people = '{}'))
    UNION ALL
    SELECT order_id, false FROM order_progress
    WHERE NOT closed AND order_id > :after AND owner_person = ANY(:people)
    UNION ALL
    SELECT h.order_id, true FROM holds h
    WHERE h.released_at IS NULL AND h.order_id > :after AND h.detail = :too_few
    UNION ALL
    SELECT p.order_id, true FROM order_progress p
    JOIN admissions a ON a.order_id = p.order_id AND a.content_version = p.content_version
    WHERE p.stage IN ('pending_confirmation', 'in_review') AND p.order_id > :after AND EXISTS (
        SELECT 1 FROM jsonb_array_elements(a.plan -> 'signers') AS s
        WHERE s ->> 'role' = ANY(:roles)
            OR jsonb_exists_any(s -> 'people', CAST(:people AS text[])))
    UNION ALL
    SELECT p.order_id, true FROM order_progress p
    JOIN entitlements e ON e.order_id = p.order_id AND e.content_version = p.content_version
    WHERE p.stage = 'in_review' AND p.order_id > :after AND (
        jsonb_exists_any(e.question -> 'asked', CAST(:people AS text[]))
        OR EXISTS (SELECT 1 FROM jsonb_array_elements(e.answer -> 'signers') AS s
            WHERE jsonb_exists_any(s -> 'people', CAST(:people AS text[]))))
)
SELECT o.order_id, o.workflow_id, bool_or(asks) AS asks
FROM candidate JOIN orders o USING (order_id)
GROUP BY o.order_id, o.workflow_id ORDER BY o.order_id LIMIT :limit
""")

# In the order in which everybody locks them, so that nobody waits in a circle.
_LOCK = text("""
SELECT order_id FROM order_progress WHERE order_id = ANY(:orders) ORDER BY order_id FOR UPDATE
""")

_REASSIGN = text(
    """
WITH open AS MATERIALIZED (
    SELECT order_id, key, people, role, group_code, hold_id, assignee_person FROM tasks
    WHERE done_at IS NULL AND order_id = ANY(:orders)
), wanted AS MATERIALIZED (
    SELECT people, role, group_code, coalesce(assignee_of(people, role, group_code), '') AS person
    FROM (SELECT DISTINCT people, role, group_code FROM open) AS every
), anew AS (
    SELECT o.order_id, o.key, o.role, o.hold_id, o.assignee_person, w.person
    FROM open o JOIN wanted w USING (people, role, group_code)
), moved AS (
    UPDATE tasks t SET assignee_person = anew.person FROM anew
    WHERE t.order_id = anew.order_id AND t.key = anew.key
        AND t.assignee_person <> anew.person
), owner AS (
    SELECT DISTINCT ON (p.order_id) p.order_id,
        coalesce(anew.person, owner_of('', p.group_code), '') AS person
    FROM order_progress p
    LEFT JOIN anew ON anew.order_id = p.order_id AND anew.role = p.owner_label
    WHERE p.order_id = ANY(:orders) AND NOT p.closed
    ORDER BY p.order_id, anew.hold_id = '', anew.key
), owned AS (
    UPDATE order_progress p SET owner_person = owner.person FROM owner
    WHERE p.order_id = owner.order_id AND p.owner_person <> owner.person
    RETURNING p.order_id, p.stage, p.version
)
SELECT pg_notify('orderflow_events', CAST(json_build_object('order_id', order_id, 'stage', stage,
    'version', version) AS text))
FROM owned
"""
)


def move(c: Connection, changes: Sequence[StaffChange], after: str, limit: int = 1000) -> Moved:
    """Give open tasks to whoever answers for them now; in portions, each in a transaction.

    Repeating it changes nothing more.
    """
    values = {
        "people": sorted({change.person_id for change in changes}),
        "roles": sorted({role for change in changes for role in change.roles}),
        "too_few": TOO_FEW,
        "after": after,
        "limit": limit,
    }
    rows = c.execute(_CONCERNED, values).all()
    if not rows:
        return Moved("", ())
    orders = {"orders": [row.order_id for row in rows]}
    c.execute(_LOCK, orders)
    c.execute(_REASSIGN, orders)
    return Moved(rows[-1].order_id, tuple(row.workflow_id for row in rows if row.asks))


_DESKS = text("""
WITH messages AS (
    UPDATE quarantine SET owner_person = coalesce(owner_of(owner_role, ''), '')
    WHERE resolved_at IS NULL AND (owner_person = ANY(:people) OR owner_person = '')
)
UPDATE breakers SET owner_person = coalesce(owner_of(owner_role, ''), '')
WHERE owner_role <> '' AND (owner_person = ANY(:people) OR owner_person = '')
""")


def move_desks(c: Connection, changes: Sequence[StaffChange]) -> None:
    """Give what these people answered for beside orders to whoever does now: messages in
    quarantine, and shops' breakers."""
    c.execute(_DESKS, {"people": sorted({change.person_id for change in changes})})
