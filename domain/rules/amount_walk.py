"""The approval table walked upwards by amount, exactly, in every region of its other inputs.

Between two amounts that the table mentions nothing changes, so one amount stands for all of them;
regions of the other inputs in which the same rows can apply are walked once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.approvals import Policy
from domain.rules.cells import Cell, Column, ColumnType, OutputValue, Test, at_least, cell_test
from domain.rules.regions import Point, pieces, regions
from domain.rules.tables import DEFAULT_ROW, Table

AMOUNT = "amount"
# Steps looked at before giving up; about a second of work.
MAX_STEPS = 200_000
# Nothing that is sold costs less.
LEAST = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Step:
    """What the table answers at one amount: the row, and how many signatures that takes."""

    amount: Decimal
    row: str
    outputs: Mapping[str, OutputValue]
    signatures: int


def walks(table: Table) -> Iterator[tuple[Point, list[Step]]]:
    """For each region of the other inputs a point in it and the answers by rising amount.

    Amounts are in the base currency. Nothing for a table without amount, policy or roles, or one
    too large to be walked, which the other checks report.
    """
    column = table.input(AMOUNT)
    others = replace(table, inputs=tuple(c for c in table.inputs if c.name != AMOUNT))
    if column is None or column.type is not ColumnType.MONEY or not _asks_for_signatures(table):
        return
    found = regions(others, MAX_STEPS)
    amounts = _amounts(table, column)
    if found is None or len(found) * len(amounts) > MAX_STEPS:
        return
    for mask, point in found.items():
        yield point, [step for amount, fit in amounts for step in _step(table, amount, mask & fit)]


def signatures(outputs: Mapping[str, OutputValue]) -> int:
    """How many signatures a row asks for; none for auto."""
    policy, roles, quorum = (outputs.get(name) for name in ("policy", "roles", "quorum"))
    each = quorum if type(quorum) is int else 1
    if policy == Policy.AUTO:
        return 0
    groups = len(roles) if isinstance(roles, tuple) else 0
    return each if policy == Policy.ANY_OF else each * groups


def _asks_for_signatures(table: Table) -> bool:
    return table.output("policy") is not None and table.output("roles") is not None


def _amounts(table: Table, column: Column) -> list[tuple[Decimal, int]]:
    """Amounts that stand for all others, rising, with the rows whose cell accepts each."""
    cells: list[Cell] = [rule.when[AMOUNT] for rule in table.rules if AMOUNT in rule.when]
    tests: list[Test | None] = [
        cell_test(rule.when[AMOUNT]) if AMOUNT in rule.when else None for rule in table.rules
    ]
    values = sorted(
        value for value in pieces(column, [*cells, at_least(LEAST)]) if isinstance(value, Decimal)
    )
    return [
        (value, sum(1 << i for i, test in enumerate(tests) if test is None or test(value)))
        for value in values
    ]


def _step(table: Table, amount: Decimal, mask: int) -> Iterator[Step]:
    """The answer where these rows fit; none in a gap."""
    if mask:
        rule = table.rules[(mask & -mask).bit_length() - 1]
        yield Step(amount, rule.id, rule.then, signatures(rule.then))
    elif table.default is not None:
        yield Step(amount, DEFAULT_ROW, table.default, signatures(table.default))
