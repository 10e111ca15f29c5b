"""Rows that fit their columns and make no sense all the same: what must hold between outputs."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from domain.approvals import Policy
from domain.rules.cells import ANY, OutputValue, cell_test
from domain.rules.findings import RuleCode, RuleFinding, finding
from domain.rules.tables import Rule, Table
from domain.stages import TERMINAL, Stage


def sense_findings(table: Table) -> Iterator[RuleFinding]:
    """Rows whose outputs contradict each other, such as a countersign that nobody signs."""
    judge = _JUDGES.get(table.name)
    if judge is None:
        return
    for rule in table.rules:
        yield from judge(table, rule)


def _approval_sense(table: Table, rule: Rule) -> Iterator[RuleFinding]:
    policy, roles = rule.then.get("policy"), rule.then.get("roles")
    if (policy == Policy.AUTO) == bool(roles):
        yield finding(
            RuleCode.NO_SIGNERS,
            table.name,
            row=rule.id,
            column="roles",
            value=policy,
            wanted=_role_list(roles),
        )

    yield from _out_of_bounds(table, rule)
    if rule.then.get("if_nobody") == "rescue" and not rule.then.get("rescue"):
        yield _missing(table, rule, "rescue")


def _role_list(roles: OutputValue) -> str:
    return ", ".join(roles) if isinstance(roles, tuple) and roles else "{}"


def _routing_sense(table: Table, rule: Rule) -> Iterator[RuleFinding]:
    group = rule.then.get("group")
    if group and not rule.then.get("warehouse"):
        yield finding(
            RuleCode.NO_WAREHOUSE, table.name, row=rule.id, column="warehouse", value=group
        )


def _stages_sense(table: Table, rule: Rule) -> Iterator[RuleFinding]:
    """Every open order has a next deadline: a limit, or else a stall threshold."""
    if rule.then.get("limit_seconds") or rule.then.get("stall_seconds"):
        return
    applies = cell_test(rule.when.get("stage", ANY))
    for stage in Stage:
        if stage not in TERMINAL and applies(stage.value):
            yield finding(
                RuleCode.NO_DEADLINE,
                table.name,
                row=rule.id,
                column="limit_seconds",
                value=stage.value,
            )


def _escalation_sense(table: Table, rule: Rule) -> Iterator[RuleFinding]:
    """A step that comes tells somebody: superiors so many levels up, or a role."""
    if rule.then.get("after_seconds") is None:
        return
    tell = rule.then.get("tell")
    if tell is None:
        yield _missing(table, rule, "tell")
    if tell == "role" and not rule.then.get("role"):
        yield _missing(table, rule, "role")
    if tell == "superiors" and rule.then.get("level") is None:
        yield _missing(table, rule, "level")
    yield from _out_of_bounds(table, rule)


def _missing(table: Table, rule: Rule, column: str) -> RuleFinding:
    return finding(RuleCode.OUTPUT_MISSING, table.name, row=rule.id, column=column, value=column)


def _out_of_bounds(table: Table, rule: Rule) -> Iterator[RuleFinding]:
    """Numbers that make no sense, such as a breaker that needs no order at all to open."""
    for name, lowest, highest in _BOUNDS[table.name]:
        value = rule.then.get(name)
        if isinstance(value, int | Decimal) and not lowest <= value <= highest:
            yield finding(
                RuleCode.BAD_FORMAT,
                table.name,
                row=rule.id,
                column=name,
                value=str(value),
                wanted=f"{lowest}-{highest}",
            )


_BOUNDS = {
    "approval": (("quorum", 1, 20),),
    "priority": (("priority", 1, 5),),
    "escalation": (("level", 1, 9),),
    "breaker": (("min_count", 1, 100_000), ("probes", 1, 1_000), ("max_share", 0, 100)),
}

_JUDGES: Mapping[str, Callable[[Table, Rule], Iterator[RuleFinding]]] = {
    "approval": _approval_sense,
    "routing": _routing_sense,
    "stages": _stages_sense,
    "escalation": _escalation_sense,
    "priority": _out_of_bounds,
    "breaker": _out_of_bounds,
}
