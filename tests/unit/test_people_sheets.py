"""People go out to a sheet and come back as they were; every wrong cell is named."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.spreadsheet.grids import read_grids, write_grids
from domain.grids import Grid
from domain.people import Company, Person, RoleGrant, version_of
from domain.people_checks import findings_on, own_rights_findings
from domain.people_sheet import people_grid, read_people
from orderflow.people_files import people_file, sheet_in

WU = Person("wu", "Wu Lan 吴岚", roles=(RoleGrant("ops_director"),), locale="zh")
LI = Person(
    "li",
    "=1+1",
    "li@example.com",
    "+4930901820",
    "zh",
    "wu",
    Decimal("10000.5"),
    True,
    (RoleGrant("finance"), RoleGrant("regional_manager", "eu")),
)
GONE = Person("gone", "Gone", active=False, approval_limit=Decimal(0))
COMPANY = Company({each.person_id: each for each in (WU, LI, GONE)}, frozenset({"eu", "na"}))
EMPTY = Company({}, COMPANY.groups)

HEADER = ["id", "name", "e-mail", "phone", "language", "superior", "limit", "roles", "active"]


def sheet(*rows: Mapping[str, str], header: list[str] = HEADER) -> Grid:
    return Grid("people", [header, *([row.get(name, "") for name in header] for row in rows)])


def row(**changes: str) -> dict[str, str]:
    return {"id": "new", "name": "New", "roles": "finance", **changes}


def test_what_goes_out_as_a_workbook_comes_back_the_same() -> None:
    everybody = (WU, LI, GONE)
    (grid,) = read_grids(write_grids([people_grid(everybody, ["eu", "na"])]))
    read = read_people(grid, EMPTY)
    assert read.findings == ()
    assert read.people == everybody


def test_what_goes_out_as_csv_holds_no_formula_and_comes_back_the_same() -> None:
    data = people_file("people.csv", (WU, LI, GONE), ["eu", "na"])
    assert b",=1+1" not in data
    assert b",+49" not in data
    read = read_people(sheet_in(data, "people.csv"), EMPTY)
    assert (read.findings, read.people) == ((), (WU, LI, GONE))


@pytest.mark.parametrize("language", [0, 1])
def test_headers_of_either_language_will_do(language: int) -> None:
    both = [cell.split(" / ") for cell in people_grid((), ()).rows[0]]
    rows = [[each[language] for each in both], *people_grid((WU, LI), ()).rows[1:]]
    read = read_people(Grid("people", rows), EMPTY)
    assert (read.findings, read.people) == ((), (WU, LI))


def test_columns_that_are_left_out_keep_what_is_known() -> None:
    short = sheet({"id": "li", "name": "Li Na", "roles": "finance"}, header=["id", "name", "roles"])
    read = read_people(short, COMPANY)
    assert read.people == (replace(LI, name="Li Na", roles=(RoleGrant("finance"),)),)


def test_roles_may_be_parted_in_many_ways() -> None:
    for told in (
        "finance; sales@eu",
        "finance，sales@eu",
        "finance、sales @ eu",
        "finance\nsales@eu",
    ):
        (person,) = read_people(sheet(row(roles=told)), COMPANY).people
        assert person.roles == (RoleGrant("finance"), RoleGrant("sales", "eu"))


WRONG: dict[str, tuple[str, Mapping[str, str]]] = {
    "no id": ("A2", row(id="")),
    "a formula as id": ("A2", row(id="=cmd|' /C calc'!A0")),
    "a role as id": ("A2", row(id="finance")),
    "the system as id": ("A2", row(id="system")),
    "no name": ("B2", row(name="")),
    "e-mail": ("C2", row(**{"e-mail": "nobody"})),
    "phone": ("D2", row(phone="12")),
    "language": ("E2", row(language="fr")),
    "unknown superior": ("F2", row(superior="nobody")),
    "own superior": ("F2", row(superior="new")),
    "limit no number": ("G2", row(limit="much")),
    "limit below zero": ("G2", row(limit="-1")),
    "limit not finite": ("G2", row(limit="NaN")),
    "limit too big": ("G2", row(limit="1e15")),
    "limit too fine": ("G2", row(limit="0.0000001")),
    "unknown role": ("H2", row(roles="emperor")),
    "unknown group": ("H2", row(roles="finance@mars")),
    "neither yes nor no": ("I2", row(active="perhaps")),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_cell_is_named_in_both_languages(what: str) -> None:
    cell, wrong = WRONG[what]
    found = read_people(sheet(wrong), COMPANY).findings
    assert {each.cell for each in found} == {cell}
    assert all(each.message_en and each.message_zh for each in found)


def test_a_person_twice_and_a_circle_of_superiors_are_named() -> None:
    twice = read_people(sheet(row(), row()), COMPANY)
    assert [each.cell for each in twice.findings] == ["A3"]
    rows = (row(id="a", superior="b"), row(id="b", superior="c"), row(id="c", superior="a"))
    found = read_people(sheet(*rows), COMPANY).findings
    assert [each.cell for each in found] == ["F2", "F3", "F4"]
    assert "a → b → c → a" in found[0].message_en


def test_a_circle_with_somebody_who_is_not_in_the_sheet_is_found() -> None:
    (found,) = read_people(sheet(row(id="wu", superior="li")), COMPANY).findings
    assert found.cell == "F2"


def test_a_sheet_without_the_needed_columns_says_which() -> None:
    read = read_people(Grid("x", [["id", "name"], ["a", "b"]]), COMPANY)
    assert [(each.field, each.cell) for each in read.findings] == [("roles", "")]
    assert len(read_people(Grid("x", []), COMPANY).findings) == 3


def test_nobody_changes_their_own_rights_but_the_rest_of_themselves() -> None:
    promoted = replace(LI, roles=(RoleGrant("administrator"),), approval_limit=None)
    assert [each.field for each in own_rights_findings([promoted], COMPANY, "li")] == [
        "roles",
        "limit",
    ]
    assert own_rights_findings([promoted], COMPANY, "wu") == ()
    assert own_rights_findings([replace(LI, phone="")], COMPANY, "li") == ()


def test_the_version_is_the_same_for_the_same_person_however_written() -> None:
    again = replace(LI, approval_limit=Decimal("10000.500000"), roles=LI.roles[::-1])
    assert version_of(again) == version_of(LI)
    assert version_of(replace(LI, name="x")) != version_of(LI)


words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=9)
persons = st.builds(
    Person,
    person_id=st.from_regex(r"p[a-z0-9._-]{0,8}", fullmatch=True),
    name=words,
    locale=st.sampled_from(("en", "zh")),
    approval_limit=st.none() | st.decimals(0, 10**9, places=2),
    active=st.booleans(),
    roles=st.sets(
        st.builds(RoleGrant, st.sampled_from(sorted(EMPTY.roles)), st.sampled_from(("", "eu"))),
        max_size=3,
    ).map(lambda found: tuple(sorted(found, key=lambda each: (each.role, each.group)))),
)


@given(st.lists(persons, max_size=4, unique_by=lambda person: person.person_id))
def test_anybody_survives_the_round_trip(people: list[Person]) -> None:
    read = read_people(people_grid(people, ["eu"]), EMPTY)
    assert read.findings == ()
    assert list(read.people) == people
    assert findings_on(people, EMPTY) == ()
