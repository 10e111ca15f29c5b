"""Staff: who they are, what they may do, for whom, and with which API key."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Table,
    Text,
    delete,
    func,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from database import staff_changes
from database.metadata import Instant, Money, metadata
from domain.people import Company, Group, Person, RoleGrant
from domain.rules.shapes import ROLES

__all__ = ["Actor", "Group", "Person", "RoleGrant"]

people = Table(
    "people",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("superior_id", Text, ForeignKey("people.person_id")),
    Column("approval_limit", Money),
    Column("active", Boolean, nullable=False),
    CheckConstraint("locale IN ('en', 'zh')", name="locale"),
    CheckConstraint("superior_id <> person_id", name="superior"),
    CheckConstraint("approval_limit >= 0", name="approval_limit"),
)

person_roles = Table(
    "person_roles",
    metadata,
    Column("person_id", Text, ForeignKey("people.person_id"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("group_code", Text, primary_key=True),
    Index("ix_person_roles_role", "role", "group_code"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("key_hash", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.person_id"), nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", Instant, nullable=False, server_default=func.now()),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
    CheckConstraint("key_hash ~ '^[0-9a-f]{64}$'", name="key_hash"),
    Index("ix_api_keys_person_id", "person_id"),
)

groups = Table(
    "groups",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name_en", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("warehouse", Text, nullable=False),
    Column("calendar", Text, nullable=False, server_default=""),
    CheckConstraint("code <> ''", name="code"),
)


@dataclass(frozen=True)
class Actor:
    """The person behind a request."""

    person_id: str
    name: str
    locale: str
    roles: tuple[RoleGrant, ...]

    def has_role(self, role: str, group: str = "") -> bool:
        """Tell whether they have the role for this group (empty: for any group)."""
        return any(
            grant.role == role and (not group or grant.group in ("", group)) for grant in self.roles
        )


# An hour's resolution is enough to find unused keys and spares a write per request.
_BY_KEY = text("""
WITH used AS (
    UPDATE api_keys SET last_used_at = now()
    WHERE key_hash = :key_hash AND revoked_at IS NULL
        AND (last_used_at IS NULL OR last_used_at < now() - interval '1 hour')
)
SELECT p.person_id, p.name, p.locale, r.role, r.group_code
FROM api_keys k
JOIN people p ON p.person_id = k.person_id AND p.active
LEFT JOIN person_roles r ON r.person_id = p.person_id
WHERE k.key_hash = :key_hash AND k.revoked_at IS NULL
ORDER BY r.role, r.group_code
""")

_ENTITLED = text("""
SELECT DISTINCT r.role, p.person_id
FROM person_roles r JOIN people p ON p.person_id = r.person_id
WHERE r.role = ANY(:roles) AND p.active
    AND (r.group_code IN ('', :group_code) OR :group_code = '')
    AND (CAST(:amount AS numeric) IS NULL OR p.approval_limit IS NULL
         OR p.approval_limit >= CAST(:amount AS numeric))
ORDER BY r.role, p.person_id
""")

# Walks past superiors who have left or are away; UNION drops repetitions, so a circle ends.
_SUPERIORS = text("""
WITH RECURSIVE above AS (
    SELECT p.person_id, s.person_id AS superior_id, s.superior_id AS next_id,
        s.active AND NOT is_away(s.person_id) AS present
    FROM people p JOIN people s ON s.person_id = p.superior_id
    WHERE p.person_id = ANY(:people)
    UNION
    SELECT a.person_id, s.person_id, s.superior_id, s.active AND NOT is_away(s.person_id)
    FROM above a JOIN people s ON s.person_id = a.next_id
    WHERE NOT a.present
)
SELECT person_id, superior_id FROM above WHERE present AND superior_id <> person_id
""")

_OWNER_OF = text("SELECT owner_of(:role, :group_code)")


def by_key(c: Connection, key_hash: str) -> Actor | None:
    """Return whose API key this is by its SHA-256 in hex; None when unknown, revoked or left."""
    rows = c.execute(_BY_KEY, {"key_hash": key_hash}).all()
    if not rows:
        return None
    roles = tuple(RoleGrant(row.role, row.group_code) for row in rows if row.role is not None)
    return Actor(rows[0].person_id, rows[0].name, rows[0].locale, roles)


def entitled(
    c: Connection, roles: Sequence[str], amount: Decimal | None, group: str
) -> dict[str, tuple[str, ...]]:
    """Return for each role the active people who may sign for this group and amount.

    `amount` is in the base currency, None asks for no limit; an order without a group yet is
    anybody's who has the role. A role nobody may sign for is empty.
    """
    found: dict[str, list[str]] = {role: [] for role in roles}
    values = {"roles": list(roles), "amount": amount, "group_code": group}
    for role, person_id in c.execute(_ENTITLED, values):
        found[role].append(person_id)
    return {role: tuple(ids) for role, ids in found.items()}


def holders(c: Connection, role: str, group: str = "") -> list[str]:
    """Return the active people who have a role for this group (empty: for any), sorted."""
    return list(entitled(c, [role], None, group)[role])


def superiors(c: Connection, person_ids: Collection[str]) -> dict[str, str]:
    """Return the nearest superior of each person who has one, active and not away."""
    rows = c.execute(_SUPERIORS, {"people": list(person_ids)})
    return {row.person_id: row.superior_id for row in rows}


def owner_of(c: Connection, role_or_person: str, group: str = "") -> str:
    """Return the one person who answers for something, empty only when there is no staff at all.

    That is the person named; else the first active holder of the role in the group, then of the
    role everywhere; else a team lead, an administrator, anybody. The same answer every time.
    """
    found = c.execute(_OWNER_OF, {"role": role_or_person, "group_code": group}).scalar_one()
    return found or ""


def get(c: Connection, person_id: str) -> Person | None:
    """Return one person with their roles."""
    return next(iter(_select(c, people.c.person_id == person_id)), None)


def all_people(c: Connection) -> list[Person]:
    """Return everybody, also who has left, sorted by id."""
    return _select(c, true())


def names(c: Connection) -> dict[str, str]:
    """Return everybody's name by id, also of who has left."""
    rows = c.execute(select(people.c.person_id, people.c.name).order_by(people.c.person_id))
    return {row.person_id: row.name for row in rows}


def _select(c: Connection, condition: ColumnElement[bool]) -> list[Person]:
    roles: dict[str, list[RoleGrant]] = {}
    query = select(person_roles).join(people).where(condition).order_by(*person_roles.primary_key)
    for row in c.execute(query):
        roles.setdefault(row.person_id, []).append(RoleGrant(row.role, row.group_code))
    found = c.execute(select(people).where(condition).order_by(people.c.person_id))
    return [Person(**row._asdict(), roles=tuple(roles.get(row.person_id, ()))) for row in found]


def company(c: Connection) -> Company:
    """Return everybody, and which groups and roles there are."""
    everybody = {person.person_id: person for person in all_people(c)}
    held = {grant.role for person in everybody.values() for grant in person.roles}
    codes = frozenset(group.code for group in all_groups(c))
    return Company(everybody, codes, frozenset(ROLES) | held)


def save_people(c: Connection, edited: Sequence[Person]) -> None:
    """Save several people, who may be each other's superiors."""
    known = set(c.execute(select(people.c.person_id)).scalars())
    for person in edited:
        if person.person_id not in known:
            save_person(c, replace(person, superior_id=None))
    for person in edited:
        save_person(c, person)


def save_person(c: Connection, person: Person) -> None:
    """Add a person or replace what is known of them, roles included; open tasks will follow."""
    before = get(c, person.person_id)
    values = {column.name: getattr(person, column.name) for column in people.c}
    statement = insert(people).values(values)
    c.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=values))
    c.execute(delete(person_roles).where(person_roles.c.person_id == person.person_id))
    if person.roles:
        c.execute(
            insert(person_roles),
            [
                {"person_id": person.person_id, "role": grant.role, "group_code": grant.group}
                for grant in person.roles
            ],
        )
    if before is None or _standing(before) != _standing(person):
        former = {grant.role for grant in before.roles} if before else set[str]()
        staff_changes.note(c, person.person_id, [datetime.now(UTC)], sorted(former))


def _standing(person: Person) -> tuple[object, ...]:
    """What decides which tasks are a person's."""
    return person.active, frozenset(person.roles), person.approval_limit, person.superior_id


def add_key(c: Connection, person_id: str, key_hash: str, label: str) -> None:
    """Let a person in with the API key whose SHA-256 in hex this is; adding it twice is fine."""
    values = {"key_hash": key_hash, "person_id": person_id, "label": label}
    c.execute(insert(api_keys).values(values).on_conflict_do_nothing())


def revoke_key(c: Connection, key_hash: str, now: datetime) -> bool:
    """Take an API key back; False when there is no such key in use."""
    condition = (api_keys.c.key_hash == key_hash, api_keys.c.revoked_at.is_(None))
    return c.execute(update(api_keys).where(*condition).values(revoked_at=now)).rowcount == 1


def revoke_keys(c: Connection, person_id: str, now: datetime) -> int:
    """Take back every API key of a person; returns how many were in use."""
    condition = (api_keys.c.person_id == person_id, api_keys.c.revoked_at.is_(None))
    return c.execute(update(api_keys).where(*condition).values(revoked_at=now)).rowcount


def save_group(c: Connection, group: Group) -> None:
    """Add a group or replace its names and warehouse."""
    values = asdict(group)
    statement = insert(groups).values(values)
    c.execute(statement.on_conflict_do_update(index_elements=["code"], set_=values))


def all_groups(c: Connection) -> list[Group]:
    """Return every group, sorted by code."""
    return [Group(**row._asdict()) for row in c.execute(select(groups).order_by(groups.c.code))]
