"""The rules of the demo: the default tables with hours shortened to seconds, nothing else.

One factor for all durations would make the objection window too long to watch or the limits too
short to keep, so the stage table gets its own values. They are published like any rule set.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from domain.rules.cells import OutputValue
from domain.rules.defaults import default_rule_set, scaled
from domain.rules.ruleset import RuleSet
from domain.rules.tables import Table
from domain.stages import Stage

VERSION = "demo-1"
# 5 minutes until a stall is reported become 15 seconds.
_STALL_SCALE = Decimal("0.05")

_SECONDS: Mapping[Stage, Mapping[str, int]] = {
    Stage.PENDING_CONFIRMATION: {"limit_seconds": 15, "stall_seconds": 120},
    Stage.IN_REVIEW: {"limit_seconds": 40, "stall_seconds": 240},
    Stage.PREPARING: {"limit_seconds": 80, "stall_seconds": 360},
    Stage.SHIPPED: {"stall_seconds": 300, "window_seconds": 10},
}


def demo_rule_set() -> RuleSet:
    """Return the default rules with durations in which one can watch an order walk."""
    rules = default_rule_set()
    tables = dict(scaled(rules, _STALL_SCALE).tables)
    tables["stages"] = _quick(rules.tables["stages"])
    return RuleSet(VERSION, tables, rules.base_currency)


def _quick(stages: Table) -> Table:
    rows = []
    for row in stages.rules:
        shortened: dict[str, OutputValue] = {**row.then, **_SECONDS.get(Stage(row.id), {})}
        rows.append(replace(row, then=shortened))
    return replace(stages, rules=tuple(rows))
