"""Whether the company has the people, groups and calendars that a rule set speaks of."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial

from domain.rules.cells import OutputValue
from domain.rules.findings import Both, RuleCode, RuleFinding, finding
from domain.rules.ruleset import RuleSet
from domain.rules.tables import DEFAULT_ROW, Table
from domain.rules.vocabulary import word

# Owners that are no role anybody holds.
_NOBODY_IN_PARTICULAR = frozenset({"approvers", "system"})
# The calendar of the order's group, whichever that is.
_OF_THE_GROUP = "group"
# Columns that name whom something is put before.
_ROLE_COLUMNS = {
    "stages": "owner_role",
    "stall": "role",
    "breaker": "role",
    "escalation": "role",
    "holds": "role",
}
_AND_WAITS = Both(", so its orders wait for ever", "，相关订单将一直等待")
_NOBODY_MORE = Both(" often enough for its signatures", "（人数少于所需签核数）")
_NOTHING = Both("", "")

_Row = tuple[str, Mapping[str, OutputValue]]


def staffing_findings(
    rule_set: RuleSet,
    holders: Mapping[str, int],
    people: Collection[str],
    *,
    groups: Collection[str] | None = None,
    calendars: Collection[str] | None = None,
) -> tuple[RuleFinding, ...]:
    """What a rule set asks for that the company has not.

    `holders` counts the active people of each role, `people` are the ids of the active; groups
    and calendars are codes, None to leave them unchecked. A role that nobody holds is an error
    where orders would wait for it (approval with if_nobody = hold), else a warning.
    """
    found: list[RuleFinding] = []
    for name, table in rule_set.tables.items():
        for row in _rows(table):
            if name == "approval":
                found += _approval(table, row, holders, people)
            if name in _ROLE_COLUMNS:
                found += _owner(table, row, holders)
            if name == "routing" and groups is not None:
                found += _missing(table, row, "group", groups, RuleCode.NO_SUCH_GROUP)
            if name == "stages" and calendars is not None:
                known = {*calendars, _OF_THE_GROUP}
                found += _missing(table, row, "calendar", known, RuleCode.NO_SUCH_CALENDAR)
    return tuple(found)


def _rows(table: Table) -> Iterator[_Row]:
    yield from ((rule.id, rule.then) for rule in table.rules)
    if table.default is not None:
        yield DEFAULT_ROW, table.default


def _approval(
    table: Table, row: _Row, holders: Mapping[str, int], people: Collection[str]
) -> Iterator[RuleFinding]:
    report = partial(finding, table=table.name, row=row[0])
    then = row[1]
    roles, rescue, quorum = then.get("roles"), then.get("rescue"), then.get("quorum")
    if rescue and rescue not in people:
        yield report(RuleCode.NO_SUCH_PERSON, column="rescue", value=rescue)
    if not isinstance(roles, tuple) or not roles:
        return
    yield from _signers(report, then, roles, holders, quorum if type(quorum) is int else 1)


def _signers(
    report: Callable[..., RuleFinding],
    then: Mapping[str, OutputValue],
    roles: tuple[str, ...],
    holders: Mapping[str, int],
    quorum: int,
) -> Iterator[RuleFinding]:
    waits = then.get("if_nobody") == "hold"
    # With any-of one group of them is enough; everywhere else each has to sign.
    together = sum(holders.get(role, 0) for role in roles)
    for role in roles:
        held = together if then.get("policy") == "any_of" else holders.get(role, 0)
        if held < quorum:
            nobody = _AND_WAITS if waits else _NOTHING
            yield report(
                RuleCode.NOBODY_HOLDS,
                column="roles",
                value=_named(role),
                wanted=_NOBODY_MORE if held else nobody,
                severity="error" if waits else "warning",
            )


def _named(role: str) -> Both:
    return Both(word(role, "en"), word(role, "zh"))


def _owner(table: Table, row: _Row, holders: Mapping[str, int]) -> Iterator[RuleFinding]:
    column = _ROLE_COLUMNS[table.name]
    role = row[1].get(column)
    if not isinstance(role, str) or not role or role in _NOBODY_IN_PARTICULAR:
        return
    if not holders.get(role, 0):
        yield finding(
            RuleCode.NOBODY_HOLDS,
            table.name,
            row=row[0],
            column=column,
            value=_named(role),
            wanted=_NOTHING,
            severity="warning",
        )


def _missing(
    table: Table, row: _Row, column: str, known: Collection[str], code: RuleCode
) -> Iterator[RuleFinding]:
    value = row[1].get(column)
    if isinstance(value, str) and value and value not in known:
        wanted = ", ".join(sorted(known)) or "-"
        yield finding(code, table.name, row=row[0], column=column, value=value, wanted=wanted)
