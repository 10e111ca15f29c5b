"""Exact analysis of which rows match where, over the whole input space of a table.

Every column is cut into the pieces between and at the values that its cells mention; within a
piece no cell changes its answer, so one representative value stands for all of it.
"""

from collections.abc import Iterable, Iterator
from decimal import Context, Decimal
from itertools import pairwise

from domain.rules.cells import Cell, CellValue, Column, ColumnType, Test, cell_test
from domain.rules.tables import Table

# Sum or half of two numbers of 18 + 18 digits is exact within this precision.
_EXACT = Context(prec=60)
_HALF = Decimal("0.5")
# An example of an order is worth something.
_ANY_AMOUNT = Decimal(100)

Point = dict[str, CellValue]
Regions = dict[int, Point]


def regions(table: Table, cap: int) -> Regions | None:
    """Every set of rows that matches somewhere, as a bit mask, with a point where it does.

    Bit i stands for row i; mask 0 is a gap. None when more than `cap` combinations would have to
    be looked at. The cells must be well-typed.
    """
    reached: Regions = {(1 << len(table.rules)) - 1: {}}
    budget = cap
    for column in table.inputs:
        budget -= _cut_size(table, column)
        kinds = _kinds(table, column) if budget >= 0 else {}
        budget -= len(reached) * len(kinds)
        if budget < 0:
            return None
        reached = _crossed(reached, column.name, kinds)
    return reached


def _crossed(reached: Regions, name: str, kinds: dict[int, CellValue]) -> Regions:
    crossed: Regions = {}
    for mask, point in reached.items():
        for accepted, value in kinds.items():
            if mask & accepted not in crossed:
                crossed[mask & accepted] = {**point, name: value}
    return crossed


def _kinds(table: Table, column: Column) -> dict[int, CellValue]:
    """One representative per distinct set of rows whose cell accepts it."""
    tests: list[Test | None] = [
        cell_test(rule.when[column.name]) if column.name in rule.when else None
        for rule in table.rules
    ]
    kinds: dict[int, CellValue] = {}
    for value in pieces(column, _cells(table, column)):
        accepted = sum(1 << i for i, test in enumerate(tests) if test is None or test(value))
        kinds.setdefault(accepted, value)
    return kinds


def _cells(table: Table, column: Column) -> list[Cell]:
    return [rule.when[column.name] for rule in table.rules if column.name in rule.when]


def _cut_size(table: Table, column: Column) -> int:
    """Tests needed to cut a column, scaled: a test costs about a tenth of a combination."""
    cells = _cells(table, column)
    values = len({value for cell in cells for value in cell.values}) + len(column.allowed or ())
    return 2 * values * len(cells) // 10


def pieces(column: Column, cells: Iterable[Cell]) -> tuple[CellValue, ...]:
    """Representative values of a column, one or more per piece, typical values first."""
    mentioned = {value for cell in cells for value in cell.values}
    if column.type is ColumnType.BOOLEAN:
        return (True, False)
    if column.allowed is not None:
        return column.allowed
    if column.type is ColumnType.DURATION:
        return tuple(_whole_numbers(int(value) for value in mentioned))
    if column.type is ColumnType.MONEY and not mentioned:
        return (_ANY_AMOUNT,)
    if column.type in (ColumnType.NUMBER, ColumnType.MONEY):
        return tuple(_numbers(sorted(v for v in mentioned if isinstance(v, Decimal))))
    texts = sorted(str(value) for value in mentioned)
    return (*texts, _unmentioned(column, texts))


def _numbers(breaks: list[Decimal]) -> Iterator[Decimal]:
    if not breaks:
        yield Decimal(0)
        return
    yield from breaks
    for low, high in pairwise(breaks):
        yield _EXACT.multiply(_EXACT.add(low, high), _HALF)
    yield _EXACT.add(breaks[-1], Decimal(1))
    yield _EXACT.subtract(breaks[0], Decimal(1))


def _whole_numbers(breaks: Iterable[int]) -> list[int]:
    return sorted({0} | {value + step for value in breaks for step in (0, 1)})


def _unmentioned(column: Column, texts: list[str]) -> str:
    """A text that no cell mentions: a free country code if one is left, else a made-up word."""
    if column.type is ColumnType.COUNTRY:
        codes = ("ZZ", *(f"X{chr(letter)}" for letter in range(ord("A"), ord("Z") + 1)))
        free = next((code for code in codes if code not in texts), None)
        if free is not None:
            return free
    word = "other"
    while word in texts:
        word += "_"
    return word
