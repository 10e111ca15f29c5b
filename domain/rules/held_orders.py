"""Rules that hold everything: nothing would pass without a person, which is seldom meant."""

from collections.abc import Iterator

from domain.approvals import Policy
from domain.rules.amount_walk import AMOUNT, LEAST, Step, walks
from domain.rules.findings import Both, RuleCode, RuleFinding, Shown, finding
from domain.rules.regions import Point
from domain.rules.tables import Table

_NO_GROUP = Both("no row names a group", "没有任何行指定作业组")
_NEVER_AUTOMATIC = Both("no row confirms automatically", "没有任何行自动确认")
_NEVER_AUTO = Both("no order at all is approved without a signature", "没有任何订单可免签自动通过")


def held_findings(table: Table) -> Iterator[RuleFinding]:
    """Warnings: routing without a group, confirmation and approval that are never automatic."""
    outputs = [rule.then for rule in table.rules]
    if table.default is not None:
        outputs.append(table.default)
    if table.name == "routing" and not any(then.get("group") for then in outputs):
        yield finding(RuleCode.HOLDS_EVERYTHING, table.name, column="group", value=_NO_GROUP)
    if table.name == "confirmation" and all(then.get("mode") != "automatic" for then in outputs):
        yield finding(RuleCode.HOLDS_EVERYTHING, table.name, column="mode", value=_NEVER_AUTOMATIC)
    if table.name == "approval":
        yield from _signed_always(table)


def _signed_always(table: Table) -> Iterator[RuleFinding]:
    cheapest: tuple[Point, Step] | None = None
    for point, steps in walks(table):
        for step in steps:
            if step.amount < LEAST:
                continue
            if step.outputs.get("policy") == Policy.AUTO:
                return
            if cheapest is None or step.amount < cheapest[1].amount:
                cheapest = (point, step)
    if cheapest is not None:
        point, step = cheapest
        example = {c.name: {**point, AMOUNT: step.amount}[c.name] for c in table.inputs}
        yield finding(
            RuleCode.HOLDS_EVERYTHING,
            table.name,
            column="policy",
            value=_NEVER_AUTO,
            example=example,
            answers=(Shown(step.row, example, step.outputs),),
        )
