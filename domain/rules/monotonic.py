"""Does a higher amount ever need fewer signatures? Then somebody would split or pad orders."""

from collections.abc import Iterator

from domain.rules.amount_walk import AMOUNT, Step, walks
from domain.rules.findings import Both, RuleCode, RuleFinding, Shown, finding
from domain.rules.regions import Point
from domain.rules.tables import Table
from domain.rules.wording import canonical_number


def monotonicity_findings(table: Table) -> Iterator[RuleFinding]:
    """One finding per two rows of the approval table of which the cheaper asks for more.

    `example` is the order with the higher amount; `answers` shows the lower one first, both with
    all inputs. Amounts are in the base currency.
    """
    if table.name != "approval":
        return
    seen: set[tuple[str, str]] = set()
    for point, steps in walks(table):
        for lower, higher in _falls(steps):
            if (lower.row, higher.row) not in seen:
                seen.add((lower.row, higher.row))
                yield _finding(table, point, lower, higher)


def _falls(steps: list[Step]) -> Iterator[tuple[Step, Step]]:
    """Each step that asks for less than one before it, with the nearest that asked for most."""
    most: Step | None = None
    for step in steps:
        if most is not None and step.signatures < most.signatures:
            yield most, step
        else:
            most = step


def _finding(table: Table, point: Point, lower: Step, higher: Step) -> RuleFinding:
    few, many = canonical_number(lower.amount), canonical_number(higher.amount)
    value = Both(
        f"{few} needs {lower.signatures} (row {lower.row}), "
        f"{many} needs {higher.signatures} (row {higher.row})",
        f"{few} 需 {lower.signatures} 个签核（行 {lower.row}），"
        f"{many} 需 {higher.signatures} 个（行 {higher.row}）",
    )
    orders = [_order(table, point, step) for step in (lower, higher)]
    shown = tuple(
        Shown(step.row, order, step.outputs)
        for step, order in zip((lower, higher), orders, strict=True)
    )
    return finding(
        RuleCode.MONOTONICITY,
        table.name,
        row=higher.row,
        column=AMOUNT,
        value=value,
        example=orders[1],
        answers=shown,
    )


def _order(table: Table, point: Point, step: Step) -> Point:
    """All inputs of an order, in the order of the table's columns."""
    values = {**point, AMOUNT: step.amount}
    return {column.name: values[column.name] for column in table.inputs}
