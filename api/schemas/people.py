"""People, groups and absences."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from api.schemas.views import View
from database.absences import Absence
from domain.order import Amount, Identifier, Instant, Notes, Short, Text
from domain.people import Group, Person, RoleGrant, version_of

_AT, _UNTIL = "2026-11-03T08:15:00Z", "2026-11-10T08:15:00Z"
_GRANT: dict[str, JsonValue] = {"role": "regional_manager", "group": "eu"}
_KEPT: dict[str, JsonValue] = {
    "name": "Marta Keller",
    "email": "marta@example.com",
    "phone": "+4930901820",
    "locale": "en",
    "superior_id": "wu",
    "approval_limit": "6000",
    "active": True,
    "roles": [_GRANT],
}
_VERSION = "0f3a9c1b2d4e5f60"
_ABSENCE: dict[str, JsonValue] = {
    "absence_id": 12,
    "person_id": "marta",
    "begins_at": _AT,
    "ends_at": _UNTIL,
    "delegate_id": "li",
    "note": "",
    "created_by": "marta",
}
_PERSON: dict[str, JsonValue] = {
    "person_id": "marta",
    **_KEPT,
    "version": _VERSION,
    "absences": [_ABSENCE],
}
_GROUP: dict[str, JsonValue] = {
    "name_en": "Europe",
    "name_zh": "欧洲组",
    "warehouse": "de",
    "calendar": "berlin",
}

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
Version = Annotated[Short, Field(description="as it was read; empty: new")]


def _described(example: dict[str, JsonValue]) -> ConfigDict:
    return ConfigDict(from_attributes=True, json_schema_extra={"examples": [example]})


class NameList(View):
    """Names by person id."""

    model_config = _described({"names": {"marta": "Marta Keller", "li": "Li Wei"}})

    names: dict[str, str]


class GrantView(View):
    """A role, in one group or (empty) in all of them."""

    role: Identifier
    group: Short = ""


class AbsenceView(View):
    """Somebody is away from `begins_at` until before `ends_at`; `delegate_id` stands in for them.

    `note` is shown to them and to administrators only.
    """

    model_config = _described(_ABSENCE)

    absence_id: int
    person_id: str
    begins_at: Instant
    ends_at: Instant
    delegate_id: str | None
    note: str
    created_by: str

    @classmethod
    def of(cls, absence: Absence, *, with_note: bool) -> Self:
        """Return what a caller sees of an absence."""
        view = cls.model_validate(absence)
        return view if with_note else view.model_copy(update={"note": ""})


class AbsenceList(View):
    """Absences that are not over, the soonest first."""

    model_config = _described({"absences": [_ABSENCE]})

    absences: list[AbsenceView]


class AbsenceBody(BaseModel):
    """When somebody is away, and who stands in for them (nobody: left out)."""

    model_config = _described(
        {"begins_at": _AT, "ends_at": _UNTIL, "delegate_id": "li", "note": "on the road"}
    )

    begins_at: Instant
    ends_at: Instant
    delegate_id: Short | None = None
    note: Notes = ""


class PersonBody(BaseModel):
    """A person as they are to be kept; `approval_limit` is in the base currency, null: none.

    `version` is the one that was read; it is empty for somebody new.
    """

    model_config = _described({**_KEPT, "version": _VERSION})

    name: Text
    email: Text = ""
    phone: Text = ""
    locale: Short = "en"
    superior_id: Short | None = None
    approval_limit: Amount | None = None
    active: bool = True
    roles: list[GrantView] = Field(default_factory=list, max_length=100)
    version: Version = ""

    def person(self, person_id: str) -> Person:
        """Return the person this describes."""
        grants = {RoleGrant(grant.role, grant.group) for grant in self.roles}
        return Person(
            person_id=person_id,
            name=self.name,
            email=self.email,
            phone=self.phone,
            locale=self.locale,
            superior_id=self.superior_id or None,
            approval_limit=self.approval_limit,
            active=self.active,
            roles=tuple(sorted(grants, key=lambda grant: (grant.role, grant.group))),
        )


class PersonView(View):
    """A person and when they are away; `version` goes back with a change."""

    model_config = _described(_PERSON)

    person_id: str
    name: str
    email: str
    phone: str
    locale: str
    superior_id: str | None
    approval_limit: Amount | None
    active: bool
    roles: list[GrantView]
    version: str
    absences: list[AbsenceView]

    @classmethod
    def of(cls, person: Person, absences: list[AbsenceView]) -> Self:
        """Return what people see of a person."""
        told = {name: getattr(person, name) for name in Person.__dataclass_fields__}
        told["roles"] = [GrantView(role=grant.role, group=grant.group) for grant in person.roles]
        if person.approval_limit is not None:
            told["approval_limit"] = f"{person.approval_limit.normalize():f}"
        return cls(**told, version=version_of(person), absences=absences)


class PersonList(View):
    """People sorted by id."""

    model_config = _described({"people": [_PERSON]})

    people: list[PersonView]


class PeopleImportView(View):
    """What a sheet of people changed, or would change."""

    model_config = _described({"dry_run": False, "read": 14, "changed": ["marta"]})

    dry_run: bool
    read: int
    changed: list[str]


class GroupBody(BaseModel):
    """A group as it is to be kept; `calendar` is empty for 24 x 7."""

    model_config = _described({**_GROUP, "version": _VERSION})

    name_en: Identifier
    name_zh: Identifier
    warehouse: Code
    calendar: Short = ""
    version: Version = ""


class GroupView(View):
    """A group, the warehouse it works in and the calendar it works by."""

    model_config = _described({"code": "eu", **_GROUP, "version": _VERSION})

    code: str
    name_en: str
    name_zh: str
    warehouse: str
    calendar: str
    version: str

    @classmethod
    def of(cls, group: Group) -> Self:
        """Return what people see of a group."""
        return cls(**vars(group), version=version_of(group))


class GroupList(View):
    """Every group, sorted by code."""

    model_config = _described({"groups": [{"code": "eu", **_GROUP, "version": _VERSION}]})

    groups: list[GroupView]
