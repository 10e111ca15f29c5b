"""Values and cells of rule tables as plain JSON values and as words for people."""

from decimal import Decimal

from domain.rules.cells import Cell, CellValue, Column, ColumnType, Operator
from domain.rules.vocabulary import word

_MAX_PLAIN_EXPONENT = 40


def number_text(number: Decimal) -> str:
    """Number without exponent, digits kept as given; absurd magnitudes keep their exponent."""
    exponent = number.as_tuple().exponent
    plain = isinstance(exponent, int) and abs(exponent) <= _MAX_PLAIN_EXPONENT
    return format(number, "f") if plain else str(number)


def canonical_number(number: Decimal) -> str:
    """Shortest plain text of a number: equal numbers give equal text ("2000.00" gives "2000")."""
    text = number_text(number)
    if "." in text and "E" not in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def plain(value: object) -> object:
    """Plain JSON form of a value: Decimals as text, tuples as lists, string enums as text."""
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return str.__str__(value) if isinstance(value, str) else value


def _boolean_text(value: bool, lang: str) -> str:
    if lang == "zh":
        return "是" if value else "否"
    return "yes" if value else "no"


def _text_or_blank(value: str, lang: str) -> str:
    return value or ("（空）" if lang == "zh" else "(empty)")


def value_text(column: Column, value: object, lang: str) -> str:
    """A value in words, "en" or "zh", with the unit of its column."""
    match value:
        case bool():
            return _boolean_text(value, lang)
        case None | () | "":
            return _text_or_blank("", lang)
        case tuple():
            return ("、" if lang == "zh" else ", ").join(
                _name(column, item, lang) for item in value
            )
        case str():
            return _name(column, value, lang)
    text = number_text(value) if isinstance(value, Decimal) else str(value)
    unit = ("秒" if lang == "zh" else "s") if column.type is ColumnType.DURATION else column.unit
    return f"{text} {unit}" if unit else text


def _name(column: Column, value: object, lang: str) -> str:
    """A text as it is; what a closed list offers by its name."""
    text = str.__str__(value) if isinstance(value, str) else str(value)
    return word(text, lang) if text in (column.allowed or ()) else text


def _list_text(column: Column, values: tuple[CellValue, ...], lang: str) -> str:
    return "{" + ", ".join(value_text(column, value, lang) for value in values) + "}"


def interval_text(column: Column, cell: Cell, lang: str) -> str:
    """A `between` cell as an interval, round brackets for open bounds."""
    low, high = (value_text(column, value, lang) for value in cell.values)
    return f"{'(' if cell.low_open else '['}{low}, {high}{')' if cell.high_open else ']'}"


def cell_text(column: Column, cell: Cell, lang: str) -> str:
    """A cell as a condition on its column, for example "order amount > 10000 CNY"."""
    label, zh = column.label(lang), lang == "zh"
    match cell.operator:
        case Operator.ANY:
            return f"{label} 任意" if zh else f"{label} is anything"
        case Operator.IS_TRUE | Operator.IS_FALSE:
            truth = _boolean_text(cell.operator is Operator.IS_TRUE, lang)
            return f"{label} = {truth}"
        case Operator.IN:
            return f"{label} {'属于' if zh else 'in'} {_list_text(column, cell.values, lang)}"
        case Operator.NOT_IN:
            word = "不属于" if zh else "not in"
            return f"{label} {word} {_list_text(column, cell.values, lang)}"
        case Operator.BETWEEN:
            return f"{label} {'介于' if zh else 'within'} {interval_text(column, cell, lang)}"
    sign = "≠" if cell.operator is Operator.NE else cell.operator.value
    sign = sign.replace("<=", "≤").replace(">=", "≥")
    return f"{label} {sign} {value_text(column, cell.values[0], lang)}"
