"""Columns and cells of rule tables: what a column may hold and what a cell tests."""

import operator as op
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast

CellValue = str | Decimal | int | bool
OutputValue = CellValue | tuple[str, ...] | None
Test = Callable[[Any], bool]

# Wide enough for any amount, narrow enough that the checks can compute midpoints exactly.
MAX_INTEGER_DIGITS = 18
MAX_FRACTION_DIGITS = 18

_COUNTRY = re.compile(r"[A-Z]{2}")


class ColumnType(StrEnum):
    """Type of a column; `integer` and `text_list` are for outputs only.

    Money is Decimal in the base currency of the rule set, duration is whole seconds,
    country is an ISO 3166-1 alpha-2 code in capitals.
    """

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    BOOLEAN = "boolean"
    COUNTRY = "country"
    DURATION = "duration"
    INTEGER = "integer"
    TEXT_LIST = "text_list"


class Operator(StrEnum):
    """What a cell does with its value or values."""

    ANY = "any"
    EQ = "="
    NE = "!="
    IN = "in"
    NOT_IN = "not_in"
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    BETWEEN = "between"
    IS_TRUE = "is_true"
    IS_FALSE = "is_false"


NUMERIC = frozenset({ColumnType.NUMBER, ColumnType.MONEY, ColumnType.DURATION})
INPUT_TYPES = NUMERIC | {ColumnType.TEXT, ColumnType.COUNTRY, ColumnType.BOOLEAN}

_SET_OPERATORS = frozenset({Operator.ANY, Operator.EQ, Operator.NE, Operator.IN, Operator.NOT_IN})
_ORDER_OPERATORS = frozenset({Operator.LT, Operator.LE, Operator.GT, Operator.GE, Operator.BETWEEN})
_TRUTH_OPERATORS = frozenset({Operator.ANY, Operator.IS_TRUE, Operator.IS_FALSE})
_NO_VALUE = frozenset({Operator.ANY, Operator.IS_TRUE, Operator.IS_FALSE})
_MANY_VALUES = frozenset({Operator.IN, Operator.NOT_IN})


@dataclass(frozen=True, slots=True)
class Column:
    """One input or output of a table.

    `allowed` closes a text column to the listed values; `unit` is the currency of a money column
    or a word for people; `optional` lets an output be empty (None).
    """

    name: str
    type: ColumnType
    label_en: str
    label_zh: str
    allowed: tuple[str, ...] | None = None
    unit: str | None = None
    optional: bool = False

    def label(self, lang: str) -> str:
        """Name for people in "en" or "zh"."""
        return self.label_zh if lang == "zh" else self.label_en


@dataclass(frozen=True, slots=True)
class Cell:
    """A test on one input: an operator and its values; open bounds matter to `between` only."""

    operator: Operator
    values: tuple[CellValue, ...] = ()
    low_open: bool = False
    high_open: bool = False


ANY = Cell(Operator.ANY)
IS_TRUE = Cell(Operator.IS_TRUE)
IS_FALSE = Cell(Operator.IS_FALSE)


def eq(value: CellValue) -> Cell:
    """Cell that accepts exactly this value."""
    return Cell(Operator.EQ, (value,))


def ne(value: CellValue) -> Cell:
    """Cell that accepts everything but this value."""
    return Cell(Operator.NE, (value,))


def one_of(*values: CellValue) -> Cell:
    """Cell that accepts the listed values."""
    return Cell(Operator.IN, values)


def none_of(*values: CellValue) -> Cell:
    """Cell that accepts everything but the listed values."""
    return Cell(Operator.NOT_IN, values)


def below(value: CellValue) -> Cell:
    """Cell that accepts values < the bound."""
    return Cell(Operator.LT, (value,))


def at_most(value: CellValue) -> Cell:
    """Cell that accepts values <= the bound."""
    return Cell(Operator.LE, (value,))


def above(value: CellValue) -> Cell:
    """Cell that accepts values > the bound."""
    return Cell(Operator.GT, (value,))


def at_least(value: CellValue) -> Cell:
    """Cell that accepts values >= the bound."""
    return Cell(Operator.GE, (value,))


def between(
    low: CellValue, high: CellValue, *, low_open: bool = False, high_open: bool = False
) -> Cell:
    """Cell that accepts values from low to high, each bound closed unless said to be open."""
    return Cell(Operator.BETWEEN, (low, high), low_open, high_open)


def operators_of(column_type: ColumnType) -> frozenset[Operator]:
    """Operators that make sense for cells of this column type."""
    if column_type is ColumnType.BOOLEAN:
        return _TRUTH_OPERATORS
    if column_type in NUMERIC:
        return _SET_OPERATORS | _ORDER_OPERATORS
    return _SET_OPERATORS


def value_count_fits(cell: Cell) -> bool:
    """Whether the cell has as many values as its operator needs."""
    count = len(cell.values)
    if cell.operator in _NO_VALUE:
        return count == 0
    if cell.operator in _MANY_VALUES:
        return count >= 1
    return count == (2 if cell.operator is Operator.BETWEEN else 1)


def is_empty(cell: Cell) -> bool:
    """Whether a well-typed cell accepts nothing at all (a range whose bounds are swapped)."""
    if cell.operator is not Operator.BETWEEN:
        return False
    low, high = cell.values
    open_end = cell.low_open or cell.high_open
    return bool(low > high or (low == high and open_end))  # type: ignore[operator]


def in_range(number: Decimal) -> bool:
    """Whether a number is finite and within 18 digits before and 18 after the point."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        return False
    return exponent >= -MAX_FRACTION_DIGITS and (
        number.is_zero() or number.adjusted() < MAX_INTEGER_DIGITS
    )


def value_fits(column_type: ColumnType, value: object) -> bool:
    """Whether a value written in a table has the type of its column."""
    match column_type:
        case ColumnType.TEXT:
            return isinstance(value, str)
        case ColumnType.COUNTRY:
            return isinstance(value, str) and _COUNTRY.fullmatch(value) is not None
        case ColumnType.NUMBER | ColumnType.MONEY:
            return isinstance(value, Decimal) and in_range(value)
        case ColumnType.DURATION:
            return type(value) is int and value >= 0
        case ColumnType.INTEGER:
            return type(value) is int
        case ColumnType.BOOLEAN:
            return isinstance(value, bool)
        case ColumnType.TEXT_LIST:
            return isinstance(value, tuple) and all(isinstance(item, str) for item in value)


def _python_type(column_type: ColumnType) -> type:
    match column_type:
        case ColumnType.NUMBER | ColumnType.MONEY:
            return Decimal
        case ColumnType.DURATION:
            return int
        case ColumnType.BOOLEAN:
            return bool
        case _:
            return str


def _narrowing(column: Column) -> Test | None:
    if column.allowed is not None:
        return frozenset(column.allowed).__contains__
    if column.type is ColumnType.DURATION:
        return (0).__le__
    return Decimal.is_finite if column.type in NUMERIC else None


def guards(column: Column) -> dict[type, Test | None]:
    """What an input of a column must hold at run time, by its exact type; None: every one will do.

    A country is any text here, so that an unknown or missing one falls to the "else" row instead
    of stopping an order; a column with `allowed` admits nothing else, because the gap check
    reasons over exactly those values. A number may also come as int, which counts do.
    """
    found = {_python_type(column.type): _narrowing(column)}
    return found | {int: None} if column.type is ColumnType.NUMBER else found


def foreign_guard(column: Column) -> Test:
    """Guard for an input of another type: a subclass, such as a string enum, is as good."""
    kind, narrow = _python_type(column.type), _narrowing(column)
    strict = kind is int  # a bool is an int to Python, but never a duration
    return lambda value: (
        not strict and isinstance(value, kind) and (narrow is None or narrow(value))
    )


def _between(cell: Cell) -> Test:
    low, high = cell.values
    after = op.lt if cell.low_open else op.le
    before = op.lt if cell.high_open else op.le
    return lambda value: after(low, value) and before(value, high)


def _compare(cell: Cell) -> Test:
    # A bound's own method, mirrored (v < b is b > v), costs half of a Python function around it.
    return cast(Test, getattr(cell.values[0], _MIRRORED[cell.operator]))


_MIRRORED: dict[Operator, str] = {
    Operator.EQ: "__eq__",
    Operator.NE: "__ne__",
    Operator.LT: "__gt__",
    Operator.LE: "__ge__",
    Operator.GT: "__lt__",
    Operator.GE: "__le__",
}


def cell_test(cell: Cell) -> Test:
    """Compile a well-typed cell into the function that says whether a value passes it."""
    if cell.operator in _MIRRORED:
        return _compare(cell)
    members = frozenset(cell.values)
    match cell.operator:
        case Operator.IN:
            return members.__contains__
        case Operator.NOT_IN:
            return lambda value: value not in members
        case Operator.BETWEEN:
            return _between(cell)
        case Operator.IS_TRUE:
            return lambda value: value is True
        case Operator.IS_FALSE:
            return lambda value: value is False
        case _:
            return lambda value: True
