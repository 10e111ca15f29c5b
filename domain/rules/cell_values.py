"""Single values in the cells of a sheet: amounts, durations, countries, words, and lists of them.

People type full-width digits, thousands, units and currencies; all of it is read, nothing guessed.
"""

import re
from decimal import Decimal, InvalidOperation

from domain.money import is_currency
from domain.rules.cell_grammar import (
    CURRENCY_WORDS,
    LIST_MARKS,
    MULTIPLES,
    NO_WORDS,
    SHARED_SIGNS,
    UNITS,
    YES_WORDS,
    narrowed,
    unquoted,
)
from domain.rules.cells import CellValue, Column, ColumnType, in_range, value_fits
from domain.rules.findings import Both, RuleCode
from domain.rules.vocabulary import meaning

_AMOUNT = re.compile(
    r"([^0-9+\-.,\s]*)\s*([+-]?[0-9][0-9,. ]*(?:e[+-]?[0-9]{1,2})?|[+-]?\.[0-9]+)\s*(\S*)",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}([, ])[0-9]{3}(\1[0-9]{3})*(\.[0-9]+)?")
_PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]{1,2})?", re.IGNORECASE)
_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?\s*[a-z\u4e00-\u9fff]+\s*)+")
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z\u4e00-\u9fff]+)")
_THOUSANDS = re.compile(r"[0-9][,，][0-9０-９]{3}(?![0-9０-９])")
_LONGEST_NUMBER = 60

A_NUMBER = Both("a number like 2000.50", "数字，例如 2000.50")
_AN_AMOUNT = Both("an amount like 2000 or 2000.50", "金额，例如 2000 或 2000.50")
_A_DURATION = Both(
    "a duration with its unit, like 30 min, 2 h or 1 d", "带单位的时长，例如 30 分钟、2 小时、1 天"
)
_A_COUNTRY = Both("two-letter country code like DE", "两位国家代码，例如 DE")
_YES_OR_NO = Both("yes or no", "“是”或“否”")
_POINT = Both(
    "clear: write 0.5 with a point, or a list with spaces: 0, 5",
    "明确的写法：小数请写 0.5，列表请加空格：0, 5",
)
_CLOSED = Both("closed by a quotation mark", "完整的引号文字")


class CellError(ValueError):
    """A cell can't be read; code, the offending text and what is wanted, for a finding."""

    def __init__(self, code: RuleCode, value: object, wanted: object = "") -> None:
        super().__init__(f"{code}: {value!r}")
        self.code = code
        self.value = value
        self.wanted = wanted


def read_value(column: Column, text: str, currency: str) -> CellValue:
    """Read one value in the type of its column; `currency` is that of money columns.

    Raises CellError for what is none, or is in another currency.
    """
    match column.type:
        case ColumnType.NUMBER | ColumnType.MONEY:
            return _number(column, text, currency)
        case ColumnType.DURATION:
            return read_duration(text)
        case ColumnType.INTEGER:
            return _whole(column, text, currency)
        case ColumnType.BOOLEAN:
            return read_truth(text)
        case ColumnType.COUNTRY:
            return _country(text)
        case ColumnType.TEXT | ColumnType.TEXT_LIST:
            return _listed_word(column, text)


def read_truth(text: str) -> bool:
    """Read a yes or no in either language; raises CellError for anything else."""
    word = narrowed(text).casefold()
    if word in YES_WORDS or word in NO_WORDS:
        return word in YES_WORDS
    raise CellError(RuleCode.BAD_FORMAT, text, _YES_OR_NO)


def read_duration(text: str) -> int:
    """Read "4 h 30 min" or "2小时" as whole seconds; raises CellError, also without a unit."""
    bare = narrowed(text).casefold()
    if bare == "0":
        return 0
    if len(bare) > _LONGEST_NUMBER or not _DURATION.fullmatch(bare):
        raise CellError(RuleCode.BAD_FORMAT, text, _A_DURATION)
    seconds = Decimal(0)
    for count, unit in _PART.findall(bare):
        if unit not in UNITS:
            raise CellError(RuleCode.BAD_FORMAT, text, _A_DURATION)
        seconds += Decimal(count) * UNITS[unit]
    if seconds != seconds.to_integral_value():
        raise CellError(RuleCode.BAD_FORMAT, text, _A_DURATION)
    return int(seconds)


def read_word(text: str) -> str:
    """Read a text, in quotes or not; raises CellError for a quotation mark left open."""
    bare = text.strip()
    if bare.startswith("“") and bare.endswith("”") and len(bare) > 1:
        return bare[1:-1]
    if not bare.startswith('"'):
        return bare
    word, end = _unquoted(bare, 0)
    if end != len(bare):
        raise CellError(RuleCode.BAD_FORMAT, text, _CLOSED)
    return word


def listed(column: Column, text: str) -> list[str]:
    """Cut a list at its commas, of either width; thousands and quotes keep theirs.

    Raises CellError for `0,5`, which could be a decimal or a list, and for an open quotation mark.
    """
    by_digits = column.type in (ColumnType.NUMBER, ColumnType.MONEY, ColumnType.INTEGER)
    if by_digits and re.fullmatch(r"[+-]?[0-9]+,([0-9]{1,2}|[0-9]{4,})", narrowed(text)):
        raise CellError(RuleCode.BAD_FORMAT, text, _POINT)
    parts, begin, at = [], 0, 0
    while at < len(text):
        if text[at] == '"' and not text[begin:at].strip():
            at = _unquoted(text, at)[1]
        elif text[at] in LIST_MARKS + "\n" and not (by_digits and _is_grouping(text, at)):
            parts.append(text[begin:at])
            begin = at = at + 1
        else:
            at += 1
    parts.append(text[begin:])
    return [part.strip() for part in parts if part.strip()]


def _is_grouping(text: str, at: int) -> bool:
    return at > 0 and _THOUSANDS.match(narrowed(text[at - 1]) + text[at : at + 5]) is not None


def _unquoted(text: str, start: int) -> tuple[str, int]:
    try:
        return unquoted(text, start)
    except ValueError:
        raise CellError(RuleCode.BAD_FORMAT, text, _CLOSED) from None


def _number(column: Column, text: str, currency: str) -> Decimal:
    is_money = column.type is ColumnType.MONEY
    wanted = _AN_AMOUNT if is_money else A_NUMBER
    # Length first: the pattern takes the square of it.
    found = _AMOUNT.fullmatch(narrowed(text)) if len(text) <= _LONGEST_NUMBER else None
    if found is None:
        raise CellError(RuleCode.BAD_FORMAT, text, wanted)
    number = _decimal(found[2].strip())
    if number is None:
        raise CellError(RuleCode.BAD_FORMAT, text, wanted)
    if is_money:
        number *= _in_currency(text, found[1], found[3], currency)
    elif found[1] or found[3] not in ("", column.unit):
        raise CellError(RuleCode.BAD_FORMAT, text, wanted)
    if not in_range(number):
        raise CellError(RuleCode.WRONG_TYPE, text, wanted)
    return number


def _decimal(digits: str) -> Decimal | None:
    bare = re.sub("[, ]", "", digits) if _GROUPED.fullmatch(digits) else digits
    if not _PLAIN.fullmatch(bare):
        return None
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None


def _in_currency(text: str, before: str, after: str, currency: str) -> int:
    """Factor of a "万" or "k" behind the amount, once the currency is known to be the right one."""
    factor, rest = 1, after
    for word, size in MULTIPLES.items():
        if after.casefold().startswith(word):
            factor, rest = size, after[len(word) :]
            break
    for mark in (before, rest):
        if mark and _currency(text, mark, currency) != currency:
            raise CellError(RuleCode.WRONG_CURRENCY, mark, currency)
    return factor


def _currency(text: str, mark: str, base: str) -> str:
    if mark in SHARED_SIGNS:
        return base if base in SHARED_SIGNS[mark] else mark
    code = CURRENCY_WORDS.get(mark.casefold(), mark.upper())
    if not is_currency(code):
        raise CellError(RuleCode.BAD_FORMAT, text, _AN_AMOUNT)
    return code


def _whole(column: Column, text: str, currency: str) -> int:
    number = _number(column, text, currency)
    if number != number.to_integral_value():
        raise CellError(RuleCode.WRONG_TYPE, text, Both("whole number", "整数"))
    return int(number)


def _country(text: str) -> str:
    code = narrowed(read_word(text)).upper()
    if not value_fits(ColumnType.COUNTRY, code):
        raise CellError(RuleCode.WRONG_TYPE, text, _A_COUNTRY)
    return code


def _listed_word(column: Column, text: str) -> str:
    word = read_word(text)
    if column.allowed is None:
        return word
    code = meaning(column, word)
    if code is None:
        raise CellError(RuleCode.NOT_ALLOWED, word, ", ".join(column.allowed))
    return code
