"""Rules that speak of people, groups or calendars that the company has not."""

from dataclasses import replace

from domain.rules.cells import OutputValue
from domain.rules.defaults import default_rule_set
from domain.rules.findings import RuleCode
from domain.rules.ruleset import RuleSet
from domain.rules.shapes import ROLES
from domain.rules.staffing_checks import staffing_findings

BASE = default_rule_set()
EVERYBODY = dict.fromkeys(ROLES, 2)


def _with(table: str, row: str, **outputs: OutputValue) -> RuleSet:
    old = BASE.tables[table]
    rules = tuple(
        replace(rule, then={**rule.then, **outputs}) if rule.id == row else rule
        for rule in old.rules
    )
    return replace(BASE, tables={**BASE.tables, table: replace(old, rules=rules)})


def _found(
    rule_set: RuleSet, holders: dict[str, int] | None = None, people: tuple[str, ...] = ()
) -> list[tuple[RuleCode, str, str, str]]:
    found = staffing_findings(
        rule_set,
        EVERYBODY if holders is None else holders,
        people,
        groups=("na", "eu"),
        calendars=("shanghai",),
    )
    assert all(item.message_en and item.message_zh for item in found)
    return [(item.code, item.table, item.row, item.severity) for item in found]


def test_a_staffed_house_has_nothing_to_say() -> None:
    assert _found(BASE) == []


def test_a_role_nobody_holds_is_an_error_where_orders_would_wait_for_it() -> None:
    holders = EVERYBODY | {"regional_manager": 0}
    waits = _with("approval", "above_2000", if_nobody="hold")
    assert _found(waits, holders) == [(RuleCode.NOBODY_HOLDS, "approval", "above_2000", "error")]
    assert _found(BASE, holders) == [(RuleCode.NOBODY_HOLDS, "approval", "above_2000", "warning")]


def test_too_few_holders_for_the_quorum_are_as_bad_as_none() -> None:
    waits = _with("approval", "above_2000", if_nobody="hold", quorum=3)
    assert _found(waits) == [(RuleCode.NOBODY_HOLDS, "approval", "above_2000", "error")]
    together = _with("approval", "above_2000", roles=("regional_manager", "sales"), quorum=3)
    assert _found(together) == []


def test_a_rescue_person_who_left_is_found() -> None:
    rescued = _with("approval", "above_2000", if_nobody="rescue", rescue="p-7")
    assert _found(rescued, people=("p-7",)) == []
    assert _found(rescued, people=("p-8",)) == [
        (RuleCode.NO_SUCH_PERSON, "approval", "above_2000", "error")
    ]


def test_groups_and_calendars_that_do_not_exist_are_found() -> None:
    assert _found(_with("routing", "europe", group="emea")) == [
        (RuleCode.NO_SUCH_GROUP, "routing", "europe", "error")
    ]
    assert _found(_with("stages", "preparing", calendar="berlin")) == [
        (RuleCode.NO_SUCH_CALENDAR, "stages", "preparing", "error")
    ]
    assert _found(_with("stages", "preparing", calendar="group")) == []
    unknown = _with("routing", "europe", group="emea")
    assert staffing_findings(unknown, EVERYBODY, ()) == ()


def test_owners_that_nobody_is_are_a_warning() -> None:
    found = _found(BASE, EVERYBODY | {"logistics": 0})
    assert (RuleCode.NOBODY_HOLDS, "stages", "shipped", "warning") in found
    assert (RuleCode.NOBODY_HOLDS, "holds", "CUSTOMS_DOC", "warning") in found
    assert {item[3] for item in found} == {"warning"}
