"""Cells and outputs of rule tables as a person would write them into a sheet, "en" or "zh"."""

from decimal import Decimal

from domain.rules.cell_grammar import (
    ANY_WORDS,
    WRITTEN_UNITS,
    is_plain_text,
    is_plain_word,
    narrowed,
    quoted,
)
from domain.rules.cells import Cell, CellValue, Column, ColumnType, Operator, OutputValue
from domain.rules.vocabulary import spelling
from domain.rules.wording import canonical_number

_SIGNS = {
    Operator.EQ: "",
    Operator.NE: "≠ ",
    Operator.LT: "< ",
    Operator.LE: "≤ ",
    Operator.GT: "> ",
    Operator.GE: "≥ ",
}
ANY_TEXT = {"en": "any", "zh": "任意"}
NONE_TEXT = {"en": "(none)", "zh": "（无）"}


def condition_text(column: Column, cell: Cell, lang: str) -> str:
    """A condition in words that `read_condition` reads as the same cell."""
    match cell.operator:
        case Operator.ANY:
            return ANY_TEXT[lang]
        case Operator.IS_TRUE | Operator.IS_FALSE:
            return _truth(cell.operator is Operator.IS_TRUE, lang)
        case Operator.IN | Operator.NOT_IN:
            return _membership(column, cell, lang)
        case Operator.BETWEEN:
            return _interval(column, cell, lang)
    value = cell.values[0]
    if cell.operator is Operator.EQ and column.allowed is not None:
        return _only(column, str(value), lang)
    return _SIGNS[cell.operator] + _value(column, value, lang)


def answer_text(column: Column, value: OutputValue, lang: str) -> str:
    """An output in words that `read_answer` reads as the same value; nothing is an empty text."""
    match value:
        case None:
            return ""
        case () | "":
            return NONE_TEXT[lang]
        case tuple():
            return _mark(lang).join(_word(column, item, lang) for item in value)
        case str() if column.type is ColumnType.TEXT:
            return _only(column, value, lang)
    return _value(column, value, lang)


def duration_text(seconds: int, lang: str) -> str:
    """Whole seconds as "4 h 30 min" or "4 小时 30 分钟"."""
    parts, left = [], seconds
    for size, unit in WRITTEN_UNITS[lang]:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts) or f"0 {WRITTEN_UNITS[lang][-1][1]}"


def free_text(text: str) -> str:
    """A note or a name as a whole cell, in quotes only where it would not survive bare."""
    return text if not text or is_plain_text(text) else quoted(text)


def _membership(column: Column, cell: Cell, lang: str) -> str:
    listed = _mark(lang).join(_value(column, value, lang) for value in cell.values)
    if cell.operator is Operator.NOT_IN:
        return f"{'不属于' if lang == 'zh' else 'not in'} {listed}"
    if len(cell.values) > 1:
        return listed
    return f"{'属于' if lang == 'zh' else 'in'} {listed}"


def _interval(column: Column, cell: Cell, lang: str) -> str:
    low, high = (_value(column, value, lang) for value in cell.values)
    if not cell.low_open and not cell.high_open:
        return f"{low}..{high}"
    return f"{'(' if cell.low_open else '['}{low}, {high}{')' if cell.high_open else ']'}"


def _value(column: Column, value: CellValue | OutputValue, lang: str) -> str:
    if isinstance(value, bool):
        return _truth(value, lang)
    if isinstance(value, Decimal):
        return canonical_number(value)
    if isinstance(value, int):
        is_duration = column.type is ColumnType.DURATION
        return duration_text(value, lang) if is_duration else str(value)
    return _word(column, str(value), lang)


def _only(column: Column, text: str, lang: str) -> str:
    """A text that is the whole cell, so that it may hold commas and words of the grammar."""
    shown = spelling(column, text, lang)
    is_any = narrowed(shown).casefold() in ANY_WORDS
    return shown if is_plain_text(shown) and not is_any else quoted(shown)


def _word(column: Column, text: str, lang: str) -> str:
    shown = spelling(column, text, lang)
    return shown if is_plain_word(shown) else quoted(shown)


def _truth(value: bool, lang: str) -> str:
    if lang == "zh":
        return "是" if value else "否"
    return "yes" if value else "no"


def _mark(lang: str) -> str:
    return "、" if lang == "zh" else ", "
