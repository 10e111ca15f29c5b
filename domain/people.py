"""Staff as the business sees it: who somebody is, what they may do, for whom, up to how much."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from decimal import Decimal

from domain.rules.shapes import ROLES


@dataclass(frozen=True)
class RoleGrant:
    """A role somebody has, in one group or (empty) in all of them."""

    role: str
    group: str = ""

    def __str__(self) -> str:
        return f"{self.role}@{self.group}" if self.group else self.role


@dataclass(frozen=True)
class Person:
    """One member of staff; `approval_limit` is in the base currency, None = unlimited."""

    person_id: str
    name: str
    email: str = ""
    phone: str = ""
    locale: str = "en"
    superior_id: str | None = None
    approval_limit: Decimal | None = None
    active: bool = True
    roles: tuple[RoleGrant, ...] = ()


@dataclass(frozen=True)
class Group:
    """A group that makes orders ready, the warehouse it does it in, and the calendar it works by
    (empty: 24 x 7)."""

    code: str
    name_en: str
    name_zh: str
    warehouse: str
    calendar: str = ""


@dataclass(frozen=True)
class Company:
    """What there is to refer to: people by id, and the codes of groups and roles."""

    people: dict[str, Person]
    groups: frozenset[str]
    roles: frozenset[str] = field(default=frozenset(ROLES))


def version_of(kept: Person | Group) -> str:
    """Return a short fingerprint: two editors who saw the same one saw the same entry."""
    values = asdict(kept)
    if isinstance(kept, Person):
        limit = kept.approval_limit
        values["approval_limit"] = None if limit is None else f"{limit.normalize():f}"
        values["roles"] = sorted(map(str, kept.roles))
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
