"""The row that would fill a gap: conditions around a point that no row matches, as wide as can be.

Every column is a list of values that stand for all others; for each the rows that accept it are a
bit mask, so whether a row meets a box of values is a few operations on whole numbers.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import reduce
from operator import and_, or_

from domain.rules.cells import (
    ANY,
    IS_FALSE,
    IS_TRUE,
    NUMERIC,
    Cell,
    CellValue,
    Column,
    ColumnType,
    Operator,
    cell_test,
    none_of,
    one_of,
)
from domain.rules.findings import Both
from domain.rules.regions import pieces
from domain.rules.tables import HitPolicy, Table
from domain.rules.wording import cell_text

# For each column its values, in their order, and which rows accept each.
_Masks = dict[str, dict[CellValue, int]]
_Box = dict[str, list[CellValue]]


def gap_hint(table: Table, point: Mapping[str, CellValue]) -> Both:
    """Which row to add for a point that no row matches."""
    when = missing_row(table, point)
    texts = [
        _joined([cell_text(c, when[c.name], lang) for c in table.inputs if c.name in when], lang)
        for lang in ("en", "zh")
    ]
    if table.hit_policy is not HitPolicy.FIRST:
        return Both(f"a row for {texts[0]}", f"为“{texts[1]}”增加一行")
    return Both(
        f"a last row with any in every condition catches all, one for {texts[0]} just this",
        f"末尾增加一行，条件全部为“任意”即可兜底；或仅为“{texts[1]}”增加一行",
    )


def missing_row(table: Table, point: Mapping[str, CellValue]) -> dict[str, Cell]:
    """Conditions of a row that takes in the point and nothing that another row answers.

    The point must be one that `regions` found.
    """
    masks = {column.name: _accepted(table, column) for column in table.inputs}
    box: _Box = {name: [point[name]] for name in masks}
    for name in box:
        everything = {**box, name: list(masks[name])}
        if _is_free(masks, everything):
            box = everything
    for column in table.inputs:
        box = _widened(masks, box, column)
    cells = {c.name: _cell(c, _mentioned(table, c), box[c.name], masks) for c in table.inputs}
    return {name: cell for name, cell in cells.items() if cell.operator is not Operator.ANY}


def _joined(texts: list[str], lang: str) -> str:
    if not texts:
        return "任意订单" if lang == "zh" else "any order"
    return (" 且 " if lang == "zh" else " and ").join(texts)


def _accepted(table: Table, column: Column) -> dict[CellValue, int]:
    cells = [rule.when.get(column.name, ANY) for rule in table.rules]
    tests = [cell_test(cell) for cell in cells]
    values = list(pieces(column, [cell for cell in cells if cell.operator is not Operator.ANY]))
    if column.type in NUMERIC:
        values.sort(key=_number)
    return {
        value: sum(1 << i for i, passes in enumerate(tests) if passes(value)) for value in values
    }


def _is_free(masks: _Masks, box: _Box) -> bool:
    """Whether no row meets the box."""
    columns = [reduce(or_, (masks[name][value] for value in box[name]), 0) for name in box]
    return bool(columns) and reduce(and_, columns) == 0


def _widened(masks: _Masks, box: _Box, column: Column) -> _Box:
    """The box with more values of one column, neighbours only where the values have an order."""
    values, held = list(masks[column.name]), box[column.name]
    free = {v for v in values if v in held or _is_free(masks, {**box, column.name: [v]})}
    if column.type not in NUMERIC:
        return {**box, column.name: [value for value in values if value in free]}
    low = high = values.index(held[0])
    while low > 0 and values[low - 1] in free:
        low -= 1
    while high < len(values) - 1 and values[high + 1] in free:
        high += 1
    return {**box, column.name: values[low : high + 1]}


def _cell(column: Column, mentioned: set[CellValue], held: list[CellValue], masks: _Masks) -> Cell:
    if len(held) == len(masks[column.name]):
        return ANY
    if column.type is ColumnType.BOOLEAN:
        return IS_TRUE if held[0] else IS_FALSE
    if column.type in NUMERIC:
        return _range(sorted(mentioned, key=_number), held)
    if column.allowed is None and set(held) - mentioned:
        return _not(mentioned - set(held))
    return one_of(*held) if len(held) > 1 else Cell(Operator.EQ, tuple(held))


def _not(values: set[CellValue]) -> Cell:
    listed = sorted(str(value) for value in values)
    return none_of(*listed) if len(listed) > 1 else Cell(Operator.NE, tuple(listed))


def _range(breaks: list[CellValue], held: list[CellValue]) -> Cell:
    """The range of neighbouring values; one that is not mentioned reaches to its neighbours."""
    first, last = held[0], held[-1]
    lows = [each for each in breaks if _number(each) <= _number(first)]
    highs = [each for each in breaks if _number(each) >= _number(last)]
    low_open, high_open = first not in breaks, last not in breaks
    if not lows:
        return Cell(Operator.LT if high_open else Operator.LE, (highs[0],)) if highs else ANY
    if not highs:
        return Cell(Operator.GT if low_open else Operator.GE, (lows[-1],))
    if first == last and not low_open:
        return Cell(Operator.EQ, (first,))
    return Cell(Operator.BETWEEN, (lows[-1], highs[0]), low_open, high_open)


def _mentioned(table: Table, column: Column) -> set[CellValue]:
    cells = [rule.when[column.name] for rule in table.rules if column.name in rule.when]
    return {value for cell in cells for value in cell.values}


def _number(value: CellValue) -> Decimal:
    return Decimal(value)
