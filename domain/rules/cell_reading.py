"""Cells of a sheet as people write them, in either language, to conditions and outputs."""

import re

from domain.rules.cell_grammar import (
    ANY_WORDS,
    NONE_WORDS,
    SIGNS,
    WORDS,
    narrowed,
)
from domain.rules.cell_values import CellError, listed, read_truth, read_value, read_word
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
    OutputValue,
    operators_of,
)
from domain.rules.findings import Both, RuleCode
from domain.rules.vocabulary import meaning

_LOWER = {Operator.GT: True, Operator.GE: False}
_UPPER = {Operator.LT: True, Operator.LE: False}
# Blanks around these are cut off afterwards: to look for them here takes hours in a hostile cell.
_AND = re.compile(r"\band\b|且|并且|[,，;；]", re.IGNORECASE)
_TO = re.compile(r"\.\.+|…+|~|–|—|至|到|\bto\b", re.IGNORECASE)
# `5 and 10` alone may be two numbers as well.
_TO_OR_AND = re.compile(rf"{_TO.pattern}|\band\b|和|与", re.IGNORECASE)
_END = r"[+-]?[0-9](?:[0-9a-z.\u4e00-\u9fff ]|,(?=[0-9]{3}))*"
# `2000-10000`, but neither a list with a negative number nor 1e-5.
_HYPHEN = re.compile(rf"({_END})(?<![0-9]e)-\s*({_END})", re.IGNORECASE)
_BRACKETS = {"{": "}", "(": ")", "[": "]"}
_AN_INTERVAL = Both(
    "a range like 2000..10000 or (2000, 10000]", "范围，例如 2000..10000 或 (2000, 10000]"
)
_A_CONDITION = Both("a condition like > 2000, DE, FR or any", "条件，例如 > 2000、DE、FR 或 任意")
_EMPTY = frozenset({"(none)", "(无)", "(empty)", "(空)"})


def read_condition(column: Column, text: str, currency: str) -> Cell:
    """Read a condition on a column; `currency` is that of money columns.

    Raises CellError when it is none, does not suit the column, or is in another currency.
    """
    raw = text.strip()
    if narrowed(raw).casefold() in ANY_WORDS:
        return ANY
    code = None if column.allowed is None else meaning(column, raw)
    if code is not None:
        # The name of a value may begin like an operator: "In review".
        return Cell(Operator.EQ, (code,))
    operator, rest = _operator(raw)
    if column.type is ColumnType.BOOLEAN:
        return _truth_cell(operator, rest, text)
    cell = _range(column, operator, raw, rest, currency) or _values(
        column, operator, rest, currency
    )
    if cell.operator not in operators_of(column.type):
        wanted = ", ".join(sorted(each.value for each in operators_of(column.type)))
        raise CellError(RuleCode.WRONG_OPERATOR, cell.operator.value, wanted)
    return cell


def read_answer(column: Column, text: str, currency: str) -> OutputValue:
    """Read an output; a blank is None where the column is optional, an empty list for lists.

    Raises CellError when it is none, is missing, or is in another currency.
    """
    raw = text.strip()
    if not raw:
        return _blank(column)
    word = narrowed(raw).casefold()
    is_code = column.allowed is not None and meaning(column, raw) is not None
    if word in NONE_WORDS and not is_code:
        return _nothing(column, word, raw)
    if column.type is ColumnType.TEXT_LIST:
        return tuple(str(read_value(column, item, currency)) for item in listed(column, raw))
    if column.type is ColumnType.TEXT and column.allowed is None:
        return read_word(raw)
    return read_value(column, raw, currency)


def _blank(column: Column) -> OutputValue:
    if column.optional:
        return None
    if column.type is ColumnType.TEXT_LIST:
        return ()
    raise CellError(RuleCode.OUTPUT_MISSING, column.name)


def _nothing(column: Column, word: str, raw: str) -> OutputValue:
    if column.type is ColumnType.TEXT_LIST:
        return None if column.optional and word not in _EMPTY else ()
    if column.optional and (word not in _EMPTY or column.allowed is not None):
        return None
    if column.type is ColumnType.TEXT and column.allowed is None:
        return ""
    if column.optional:
        return None
    raise CellError(RuleCode.OUTPUT_MISSING, column.name if raw else "")


def _operator(raw: str) -> tuple[Operator | None, str]:
    """The operator that a condition begins with, and what follows it."""
    # Narrowing keeps every character at its place, so what follows is cut from the original.
    bare = narrowed(raw)
    for sign, operator in SIGNS:
        if bare.startswith(sign):
            return operator, raw[len(sign) :].strip()
    for pattern, operator in WORDS:
        found = pattern.match(bare)
        if found:
            return operator, raw[found.end() :].strip()
    return None, raw


def _truth_cell(operator: Operator | None, rest: str, text: str) -> Cell:
    if operator not in (None, Operator.EQ):
        wanted = ", ".join(sorted(each.value for each in operators_of(ColumnType.BOOLEAN)))
        raise CellError(RuleCode.WRONG_OPERATOR, text, wanted)
    return IS_TRUE if read_truth(rest) else IS_FALSE


def _range(
    column: Column, operator: Operator | None, raw: str, rest: str, currency: str
) -> Cell | None:
    """The condition as a range, or None when it is written as something else."""
    if operator in _LOWER or operator in _UPPER:
        return _two_sided(column, raw, currency)
    if operator not in (None, Operator.BETWEEN):
        return None
    if operator is None and column.type not in NUMERIC:
        return None
    bare = narrowed(rest)
    brackets = bare[:1] in "([" and bare[-1:] in ")]" and len(bare) > 1
    inner = rest[1:-1] if brackets else rest
    ends = _ends(column, inner, between=brackets or operator is Operator.BETWEEN)
    if ends is None:
        if brackets or operator is Operator.BETWEEN:
            raise CellError(RuleCode.BAD_FORMAT, raw, _AN_INTERVAL)
        return None
    low, high = (read_value(column, end, currency) for end in ends)
    low_open, high_open = brackets and bare[0] == "(", brackets and bare[-1] == ")"
    return Cell(Operator.BETWEEN, (low, high), low_open, high_open)


def _ends(column: Column, text: str, *, between: bool) -> list[str] | None:
    """The two ends of a range; a bare comma parts them only where a range is sure to be meant."""
    marks = _TO_OR_AND if between else _TO
    parts = [part.strip() for part in marks.split(narrowed(text))]
    if len(parts) == 2 and all(parts):
        return parts
    if between:
        parts = narrowed(text).split(",")
        if len(parts) != 2:
            parts = listed(column, text)
        return parts if len(parts) == 2 and all(parts) else None
    hyphen = _HYPHEN.fullmatch(narrowed(text))
    return list(hyphen.groups()) if hyphen else None


def _two_sided(column: Column, raw: str, currency: str) -> Cell | None:
    """`> 2000 and <= 10000` as a range."""
    sides = [_operator(part.strip()) for part in _AND.split(raw)]
    if len(sides) != 2 or any(sign is None for sign, _ in sides):
        return None
    lows = [(_LOWER[sign], rest) for sign, rest in sides if sign in _LOWER]
    highs = [(_UPPER[sign], rest) for sign, rest in sides if sign in _UPPER]
    if len(lows) != 1 or len(highs) != 1:
        raise CellError(RuleCode.BAD_FORMAT, raw, _AN_INTERVAL)
    (low_open, low), (high_open, high) = lows[0], highs[0]
    values = (read_value(column, low, currency), read_value(column, high, currency))
    return Cell(Operator.BETWEEN, values, low_open, high_open)


def _values(column: Column, operator: Operator | None, rest: str, currency: str) -> Cell:
    many = operator in (Operator.IN, Operator.NOT_IN)
    texts = listed(column, _unwrapped(rest) if many else rest)
    if not texts:
        raise CellError(RuleCode.BAD_FORMAT, rest, _A_CONDITION)
    values: tuple[CellValue, ...] = tuple(read_value(column, each, currency) for each in texts)
    if many and operator is not None:
        return Cell(operator, values)
    if operator in _LOWER or operator in _UPPER:
        if len(values) > 1:
            raise CellError(RuleCode.BAD_FORMAT, rest, _A_CONDITION)
        return Cell(operator or Operator.EQ, values)
    if operator is Operator.NE:
        return Cell(Operator.NOT_IN if len(values) > 1 else Operator.NE, values)
    return Cell(Operator.IN if len(values) > 1 else Operator.EQ, values)


def _unwrapped(text: str) -> str:
    closing = _BRACKETS.get(narrowed(text)[:1])
    return text[1:-1] if closing and narrowed(text).endswith(closing) else text
