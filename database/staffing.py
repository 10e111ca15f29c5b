"""Who may sign an order now, looked up: one query when nobody concerned is away."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from database.prepared import Prepared
from domain.approvals import SignerGroup
from domain.staffing import Member, Staff, StaffAnswer, StaffQuestion, answer

_DIRECT = Prepared(
    "orderflow_entitled",
    """
SELECT r.role, r.person_id, bool_or(a.person_id IS NOT NULL) AS absent
FROM person_roles r
JOIN people p ON p.person_id = r.person_id
LEFT JOIN absences a ON a.person_id = r.person_id AND a.cancelled_at IS NULL
    AND a.begins_at <= :now AND a.ends_at > :now
WHERE r.role = ANY(:roles) AND p.active
    AND (r.group_code IN ('', :group_code) OR :group_code = '')
    AND (CAST(:amount AS numeric) IS NULL OR p.approval_limit IS NULL
        OR p.approval_limit >= CAST(:amount AS numeric))
GROUP BY r.role, r.person_id
ORDER BY r.role, r.person_id
""",
    roles="text[]",
    group_code="text",
    amount="numeric",
    now="timestamptz",
)

# Holders of the roles and the people who are named, whoever stands in for one of them, and all
# their superiors; UNION drops repetitions, so circles end.
_CONCERNED = Prepared(
    "orderflow_staff_concerned",
    """
WITH RECURSIVE away AS (
    SELECT person_id, delegate_id FROM absences
    WHERE cancelled_at IS NULL AND begins_at <= :now AND ends_at > :now
), concerned AS (
    SELECT person_id FROM person_roles WHERE role = ANY(:roles)
    UNION
    SELECT unnest(:named)
    UNION
    SELECT next.person_id FROM concerned k
    JOIN people p ON p.person_id = k.person_id
    LEFT JOIN away a ON a.person_id = k.person_id
    CROSS JOIN LATERAL (VALUES (p.superior_id), (a.delegate_id)) AS next (person_id)
    WHERE next.person_id IS NOT NULL
)
SELECT p.person_id, p.active, p.approval_limit, p.superior_id,
    a.person_id IS NOT NULL AS absent, a.delegate_id,
    ARRAY(SELECT ARRAY[r.role, r.group_code] FROM person_roles r
        WHERE r.person_id = p.person_id ORDER BY r.role, r.group_code) AS roles
FROM concerned k
JOIN people p ON p.person_id = k.person_id
LEFT JOIN away a ON a.person_id = k.person_id
ORDER BY p.person_id
""",
    roles="text[]",
    named="text[]",
    now="timestamptz",
)


def entitlements(c: Connection, question: StaffQuestion, now: datetime) -> StaffAnswer:
    """Return whose signatures the order may get at `now` (UTC).

    A role that nobody may sign for has no people: hold the order, nothing passes by itself.
    """
    if not question.roles and not question.handovers and not question.asked:
        return StaffAnswer((), {})
    at_hand = _direct(c, question, now)
    return at_hand or answer(question, _concerned(c, question, now))


def staff_of(c: Connection, question: StaffQuestion, now: datetime) -> Staff:
    """Return everybody a question may concern, who has left as well, as of `now` (UTC)."""
    return _concerned(c, question, now)


def _direct(c: Connection, question: StaffQuestion, now: datetime) -> StaffAnswer | None:
    """Return the answer when nobody has to stand in for anybody, else None."""
    if question.handovers or question.asked:
        return None
    values = {
        "roles": list(question.roles),
        "group_code": question.group,
        "amount": question.amount,
        "now": now,
    }
    found: dict[str, list[str]] = {role: [] for role in question.roles}
    for row in _DIRECT.run(c, values):
        if row.person_id in question.barred:
            continue
        if row.absent:
            return None
        found[row.role].append(row.person_id)
    if not all(found.values()):
        return None
    return StaffAnswer(_groups(found), {})


def _groups(people: Mapping[str, Iterable[str]]) -> tuple[SignerGroup, ...]:
    return tuple(SignerGroup(role, tuple(sorted(found))) for role, found in people.items())


def _concerned(c: Connection, question: StaffQuestion, now: datetime) -> dict[str, Member]:
    named = {*question.barred, *question.asked, question.rescue}
    named |= {person for each in question.handovers for person in (each.giver, each.taker)}
    values = {"roles": list(question.roles), "named": sorted(named), "now": now}
    return {row.person_id: _member(row) for row in _CONCERNED.run(c, values)}


def _member(row: Row[Any]) -> Member:
    return Member(
        person=row.person_id,
        active=row.active,
        roles=tuple((role, group) for role, group in row.roles),
        limit=row.approval_limit,
        superior=row.superior_id or "",
        absent=row.absent,
        delegate=row.delegate_id or "",
    )
