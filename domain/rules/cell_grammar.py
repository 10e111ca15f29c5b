"""The words and signs in which people write the cells of a rule table; see `GRAMMAR` for them.

Both directions stand on this one list of words: what is written reads back as the same cell.
"""

import json
import re
from collections.abc import Mapping

from domain.rules.cells import Operator

GRAMMAR = {
    "en": (
        "any, - or an empty cell: everything",
        "> 10000   >= 10,000   < 5000 CNY   != DE",
        "DE, FR, IT   not in DE, FR   not in DE",
        "2000..10000 (both included)   (2000, 10000] (2000 excluded)",
        "yes   no   30 min   4 h 30 min   1 d   90 s",
        '(none): explicitly empty   "in quotes": text that would mean something else',
    ),
    "zh": (
        "任意、- 或空白：不限",
        "> 10000   ≥ 10,000   < 5000 CNY   ≠ DE",
        "DE、FR、IT   不属于 DE、FR   不属于 DE",
        "2000..10000（含两端）   (2000, 10000]（不含 2000）",
        "是   否   30 分钟   4 小时 30 分钟   1 天   90 秒",
        '（无）：明确留空   "加引号"：否则会被当作其他含义的文字',
    ),
}

ANY_WORDS = frozenset({"", "any", "anything", "任意", "不限", "-", "–", "—", "*"})
NONE_WORDS = frozenset({"(none)", "none", "无", "(无)", "(empty)", "(空)", "-", "–", "—"})
YES_WORDS = frozenset({"yes", "y", "true", "是", "真", "对"})
NO_WORDS = frozenset({"no", "n", "false", "否", "假", "不是"})

# Longest first: ">=" is not ">" before a "=".
SIGNS: tuple[tuple[str, Operator], ...] = (
    (">=", Operator.GE),
    ("=>", Operator.GE),
    ("≥", Operator.GE),
    ("<=", Operator.LE),
    ("=<", Operator.LE),
    ("≤", Operator.LE),
    ("!=", Operator.NE),
    ("<>", Operator.NE),
    ("≠", Operator.NE),
    ("==", Operator.EQ),
    (">", Operator.GT),
    ("<", Operator.LT),
    ("=", Operator.EQ),
)
WORDS: tuple[tuple[re.Pattern[str], Operator], ...] = (
    (re.compile(r"not\s+in\b", re.I), Operator.NOT_IN),
    (re.compile(r"不属于|不在"), Operator.NOT_IN),
    # Not India among countries: `IN`, `IN, US`.
    (re.compile(r"in(?=\s*[({\[]|\s+[^\s,，、;；])", re.I), Operator.IN),
    (re.compile(r"属于"), Operator.IN),
    (re.compile(r"between\b", re.I), Operator.BETWEEN),
    (re.compile(r"within\b", re.I), Operator.BETWEEN),
    (re.compile(r"介于"), Operator.BETWEEN),
    (re.compile(r"大于等于|不小于|不少于|至少"), Operator.GE),
    (re.compile(r"小于等于|不大于|不超过|至多"), Operator.LE),
    (re.compile(r"不等于"), Operator.NE),
    (re.compile(r"大于|超过|高于"), Operator.GT),
    (re.compile(r"小于|低于"), Operator.LT),
    (re.compile(r"等于"), Operator.EQ),
    (re.compile(r"(?:at\s+least)\b", re.I), Operator.GE),
    (re.compile(r"(?:at\s+most|up\s+to)\b", re.I), Operator.LE),
    (re.compile(r"(?:more\s+than|above|over)\b", re.I), Operator.GT),
    (re.compile(r"(?:less\s+than|below|under)\b", re.I), Operator.LT),
)

# Seconds of a unit, and everything people call it.
UNITS: Mapping[str, int] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "秒", "秒钟"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "分", "分钟"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "小时", "时", "个小时"), 3600),
    **dict.fromkeys(("d", "day", "days", "天", "日"), 86_400),
    **dict.fromkeys(("w", "week", "weeks", "周", "星期"), 604_800),
}
WRITTEN_UNITS = {
    "en": ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s")),
    "zh": ((86_400, "天"), (3600, "小时"), (60, "分钟"), (1, "秒")),
}
CURRENCY_WORDS: Mapping[str, str] = {
    "元": "CNY",
    "人民币": "CNY",
    "rmb": "CNY",
    "€": "EUR",
    "£": "GBP",
    "us$": "USD",
    "美元": "USD",
    "欧元": "EUR",
}
# Signs of several currencies: the base currency if it is one of these, else nobody knows.
SHARED_SIGNS: Mapping[str, frozenset[str]] = {
    "¥": frozenset({"CNY", "JPY"}),
    "$": frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN"}),
}
MULTIPLES: Mapping[str, int] = {"万": 10_000, "千": 1_000, "k": 1_000}

LIST_MARKS = ",，、;；"
_SPECIAL = re.compile(r"[\"“”,，、;；<>=≥≤≠!！＞＜＝()（）\[\]【】…~～:：]|\.\.")
# Full-width forms of the signs, digits and letters of numbers, operators and brackets.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord("　"): ord(" "),
    ord("￥"): ord("¥"),
    ord("＄"): ord("$"),
    ord("【"): ord("["),
    ord("】"): ord("]"),
    ord("−"): ord("-"),
}


def narrowed(text: str) -> str:
    """Text with full-width digits, letters and signs as their plain forms, ends stripped."""
    return text.translate(_NARROW).strip()


def quoted(text: str) -> str:
    """Text in quotes, any character of which survives a workbook; `unquoted` reads it."""
    return "".join(
        char if char.isprintable() and char not in "\ufffe\uffff" else json.dumps(char)[1:-1]
        for char in json.dumps(text, ensure_ascii=False)
    )


def unquoted(text: str, start: int = 0) -> tuple[str, int]:
    """Quoted text that begins at `start`, and where it ends.

    Raises ValueError when the quotation mark is not closed.
    """
    value, end = json.JSONDecoder().raw_decode(text, start)
    return str(value), end


def is_plain_word(text: str) -> bool:
    """Whether a text can stand unquoted among others without meaning anything else."""
    bare = narrowed(text)
    return (
        text == text.strip()
        and text.isprintable()
        and not _SPECIAL.search(text)
        and bare.casefold() not in ANY_WORDS | NONE_WORDS
        and not any(pattern.match(bare) for pattern, _ in WORDS)
    )


def is_plain_text(text: str) -> bool:
    """Whether a text can stand unquoted as a whole cell; it may hold commas and line breaks."""
    bare = narrowed(text)
    return (
        text == text.strip()
        and all(char.isprintable() or char == "\n" for char in text)
        and not text.startswith(('"', "“"))
        and bare.casefold() not in NONE_WORDS | {""}
    )
