"""People as a sheet that anybody can edit, and back, with what is wrong named cell by cell."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from domain.grids import Grid, cell_name
from domain.people import Company, Person, RoleGrant
from domain.people_checks import PersonFinding, findings_on

# Field of a finding -> header in English and Chinese.
COLUMNS: Mapping[str, tuple[str, str]] = {
    "id": ("id", "编号"),
    "name": ("name", "姓名"),
    "email": ("e-mail", "邮箱"),
    "phone": ("phone", "电话"),
    "language": ("language", "语言"),
    "superior": ("superior", "上级"),
    "limit": ("limit", "审批额度"),
    "roles": ("roles", "角色"),
    "active": ("active", "在职"),
}
_ALSO = {
    "email": "email",
    "mail": "email",
    "电子邮箱": "email",
    "额度": "limit",
    "locale": "language",
}
_NEEDED = ("id", "name", "roles")
_YES = frozenset({"", "yes", "y", "true", "1", "是", "在职"})
_NO = frozenset({"no", "n", "false", "0", "否", "离职"})
_PARTED = re.compile(r"[;；,，、\n]+")
_LANGUAGES = {"": "en", "en": "en", "zh": "zh", "english": "en", "中文": "zh", "chinese": "zh"}


@dataclass(frozen=True)
class CellFinding:
    """What is wrong in one cell (`B3`; empty: the whole sheet), in both languages."""

    cell: str
    field: str
    value: str
    message_en: str
    message_zh: str


@dataclass(frozen=True)
class PeopleRead:
    """People as a sheet has them; nothing may be kept while there are findings."""

    people: tuple[Person, ...]
    findings: tuple[CellFinding, ...]


def people_grid(people: Sequence[Person], groups: Sequence[str]) -> Grid:
    """Return everybody as a sheet, one row each; every cell is text."""
    rows = [[f"{en} / {zh}" for en, zh in COLUMNS.values()], *map(_row, people)]
    comments = {
        6: "base currency; empty: no limit. 本位币，留空表示不限",
        7: f"role or role@group, parted by ';' 角色或 角色@作业组，以“;”分隔 ({', '.join(groups)})",
    }
    choices = {4: ("en", "zh"), 8: ("yes", "no")}
    widths = (14, 22, 28, 20, 10, 14, 14, 40, 8)
    return Grid("people", rows, widths=widths, choices=choices, comments=comments)


def _row(person: Person) -> list[str]:
    limit = person.approval_limit
    return [
        person.person_id,
        person.name,
        person.email,
        person.phone,
        person.locale,
        person.superior_id or "",
        "" if limit is None else f"{limit.normalize():f}",
        "; ".join(map(str, person.roles)),
        "yes" if person.active else "no",
    ]


def read_people(grid: Grid, company: Company) -> PeopleRead:
    """Read people from a sheet; columns that it lacks keep what is known of each."""
    columns = _columns(grid.rows[0] if grid.rows else [])
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        return PeopleRead((), tuple(_missing(name) for name in missing))
    reading = _Reading(grid, columns, company)
    people = tuple(reading.people())
    found = (*reading.findings, *reading.placed(findings_on(people, company)))
    return PeopleRead(people, tuple(sorted(set(found), key=_by_cell)))


def _columns(header: Sequence[str]) -> dict[str, int]:
    names = {name: field for field, both in COLUMNS.items() for name in both} | _ALSO
    found: dict[str, int] = {}
    for column, cell in enumerate(header):
        for part in re.split(r"[/\s]+", cell.strip().lower()):
            if part in names:
                found.setdefault(names[part], column)
    return found


def _missing(field: str) -> CellFinding:
    english, chinese = COLUMNS[field]
    return CellFinding(
        "",
        field,
        "",
        f"the sheet has no column {english!r}; export the people to get one that has",
        f"表中没有“{chinese}”列；可先导出人员表获得模板",
    )


def _by_cell(finding: CellFinding) -> tuple[int, str, str]:
    digits = re.sub(r"\D", "", finding.cell)
    return int(digits or 0), finding.cell, finding.message_en


class _Reading:
    """One sheet while it is read."""

    def __init__(self, grid: Grid, columns: Mapping[str, int], company: Company) -> None:
        self.findings: list[CellFinding] = []
        self._grid = grid
        self._columns = columns
        self._company = company
        self._rows: dict[str, int] = {}

    def people(self) -> Iterator[Person]:
        for row in range(1, len(self._grid.rows)):
            if not any(cell.strip() for cell in self._grid.rows[row]):
                continue
            person_id = self._text(row, "id")
            if person_id in self._rows:
                first = cell_name(self._rows[person_id], self._columns["id"])
                self._flag(
                    row,
                    "id",
                    f"{person_id!r} stands in {first} already; one row for each person",
                    f"{person_id!r} 已在 {first} 出现；每人一行",
                )
                continue
            self._rows[person_id] = row
            yield self._person(row, person_id)

    def placed(self, findings: Sequence[PersonFinding]) -> Iterator[CellFinding]:
        """Yield findings on people as findings on the cells they come from."""
        for each in findings:
            cell = self._cell(self._rows[each.person_id], each.field)
            yield CellFinding(cell, each.field, each.value, each.message_en, each.message_zh)

    def _person(self, row: int, person_id: str) -> Person:
        known = self._company.people.get(person_id, Person(person_id, ""))
        has = self._columns.keys()
        return Person(
            person_id=person_id,
            name=self._text(row, "name"),
            email=self._text(row, "email") if "email" in has else known.email,
            phone=self._text(row, "phone") if "phone" in has else known.phone,
            locale=self._language(row) if "language" in has else known.locale,
            superior_id=(self._text(row, "superior") or None)
            if "superior" in has
            else known.superior_id,
            approval_limit=self._limit(row) if "limit" in has else known.approval_limit,
            active=self._active(row) if "active" in has else known.active,
            roles=self._roles(row),
        )

    def _language(self, row: int) -> str:
        told = self._text(row, "language")
        return _LANGUAGES.get(told.lower(), told)

    def _limit(self, row: int) -> Decimal | None:
        told = self._text(row, "limit").replace(",", "").replace(" ", "")
        try:
            return Decimal(told) if told else None
        except InvalidOperation:
            self._flag(
                row,
                "limit",
                f"{told[:60]!r} is no amount; write it like 50000, or leave it empty for no limit",
                f"{told[:60]!r} 不是金额；请填写数字，例如 50000，留空表示不限",
            )
            return None

    def _active(self, row: int) -> bool:
        told = self._text(row, "active").lower()
        if told not in _YES | _NO:
            self._flag(
                row,
                "active",
                f"{told[:60]!r} is neither yes nor no; write one of them",
                f"{told[:60]!r} 既非“是”也非“否”，请填写其一",
            )
        return told not in _NO

    def _roles(self, row: int) -> tuple[RoleGrant, ...]:
        parts = (part.strip() for part in _PARTED.split(self._text(row, "roles")))
        grants = {
            RoleGrant(r.strip(), g.strip()) for r, _, g in (p.partition("@") for p in parts if p)
        }
        return tuple(sorted(grants, key=lambda grant: (grant.role, grant.group)))

    def _text(self, row: int, field: str) -> str:
        return self._grid.cell(row, self._columns[field]).strip()

    def _cell(self, row: int, field: str) -> str:
        return cell_name(row, self._columns.get(field, self._columns["id"]))

    def _flag(self, row: int, field: str, english: str, chinese: str) -> None:
        value = self._text(row, field)[:60]
        self.findings.append(CellFinding(self._cell(row, field), field, value, english, chinese))
