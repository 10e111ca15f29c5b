"""Single cells to values: amounts, quantities, yes and no, text that was decoded wrongly."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from domain.money import MAX_FRACTION_DIGITS, is_currency, parse_amount

_PLAIN = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_SCIENTIFIC_ID = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}")
_LETTERS = re.compile(r"[^\W\d_]+\.?|[$€£¥￥₹₩₽₺₴₫฿元円]")
_SYMBOLS = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "rs": "INR",
    "rs.": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₺": "TRY",
    "₴": "UAH",
    "₫": "VND",
    "฿": "THB",
    "zł": "PLN",
    "rmb": "CNY",
    "元": "CNY",
    "円": "JPY",
    "us$": "USD",
    "hk$": "HKD",
    "a$": "AUD",
    "au$": "AUD",
    "c$": "CAD",
    "ca$": "CAD",
    "nz$": "NZD",
    "s$": "SGD",
    "r$": "BRL",
    "nt$": "TWD",
}
# Signs that several currencies share tell nothing about which.
_SHARED = frozenset({"$", "¥", "￥", "kr", "kr."})
_YES = frozenset(["yes", "y", "true", "1", "是", "含税", "含", "x", "ja", "oui", "wahr"])
_NO = frozenset(["no", "n", "false", "0", "否", "不含税", "不含", "nein", "non", "falsch"])
_BUSINESS = frozenset(
    [
        "business",
        "b2b",
        "company",
        "dealer",
        "wholesale",
        "企业",
        "公司",
        "经销商",
        "批发",
        "true",
        "yes",
        "是",
    ]
)
_CONSUMER = frozenset(
    [
        "consumer",
        "b2c",
        "person",
        "private",
        "retail",
        "个人",
        "消费者",
        "零售",
        "false",
        "no",
        "否",
    ]
)


def amount(text: str, decimal: str = ".") -> tuple[Decimal, str]:
    """Read an amount and the currency written beside it, empty if none is.

    `decimal` is the file's decimal sign, which decides `1.234`; `(5.00)` and `5.00-` are negative.
    Raises ValueError for what is no amount.
    """
    if decimal == "." and _PLAIN.fullmatch(text):
        return Decimal(text), ""
    return _amount(text, decimal)


@lru_cache(maxsize=4096)
def _amount(text: str, decimal: str) -> tuple[Decimal, str]:
    bare = unicodedata.normalize("NFKC", text).strip()
    bare, currency = _without_currency(bare)
    negative = (bare.startswith("(") and bare.endswith(")")) or bare.endswith("-")
    bare = bare.strip("()").strip()
    if bare.startswith(("-", "+", "−")) or bare.endswith("-"):
        negative = negative or bare.startswith(("-", "−"))
        bare = bare.strip("-+−").strip()
    digits = _with_point(re.sub(r"[\s'’_]", "", bare), decimal)
    value = _rounded(digits)
    return (-value if negative else value), currency


def _without_currency(text: str) -> tuple[str, str]:
    marked = re.sub(r"[^0-9.,()\s'’+−-]+", " ", text).strip()
    words = [word for word in re.split(r"[0-9.,()\s'’+−-]+", text) if word]
    if re.fullmatch(r"[0-9.]+[eE][+-]?[0-9]{1,2}", text):
        return text, ""
    codes: set[str] = set()
    for word in words:
        low = word.casefold()
        if low in _SHARED:
            continue
        code = _SYMBOLS.get(low) or (word.upper() if is_currency(word.upper()) else "")
        if not code:
            raise ValueError(f"{word} is no currency")
        codes.add(code)
    # "Rs." leaves its point in front of the number.
    return marked.lstrip(". ") if words else marked, (codes.pop() if len(codes) == 1 else "")


def _with_point(digits: str, decimal: str) -> str:
    """Decide which of point and comma parts the cents, and drop the other."""
    point, comma = digits.rfind("."), digits.rfind(",")
    if point >= 0 and comma >= 0:
        group, mark = (",", ".") if point > comma else (".", ",")
        whole_part, _, cents = digits.rpartition(mark)
        return f"{_ungrouped(whole_part, group)}.{cents}"
    sign = "." if point >= 0 else "," if comma >= 0 else ""
    if not sign:
        return digits
    if digits.count(sign) > 1:
        return _ungrouped(digits, sign)
    behind = len(digits) - digits.rfind(sign) - 1
    # Three digits behind the file's other sign are thousands: `1,200`, and `1.200` beside `3,50`.
    if behind == 3 and sign != decimal and not digits.startswith("0"):
        return digits.replace(sign, "")
    return digits.replace(sign, ".")


def _ungrouped(digits: str, sign: str) -> str:
    # Groups have three digits, in India two but for the last one.
    if not re.fullmatch(rf"[0-9]{{1,3}}(\{sign}[0-9]{{2,3}})*", digits):
        raise ValueError("not an amount")
    return digits.replace(sign, "")


def _rounded(digits: str) -> Decimal:
    if not re.fullmatch(r"[0-9]*\.?[0-9]*([eE][+-]?[0-9]{1,2})?", digits) or digits in ("", "."):
        raise ValueError("not an amount")
    try:
        value = Decimal(digits)
    except InvalidOperation as error:
        raise ValueError("not an amount") from error
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > MAX_FRACTION_DIGITS:
        # Computers, not people, write more decimals than this.
        value = value.quantize(Decimal(1).scaleb(-MAX_FRACTION_DIGITS))
    return parse_amount(value)


def whole(text: str, decimal: str = ".") -> int:
    """Read a whole number, `3`, `3.0` or `1,000`; raises ValueError for fractions and text."""
    if text.isascii() and text.isdigit() and len(text) < 16:
        return int(text)
    value, currency = amount(text, decimal)
    if currency or value != value.to_integral_value():
        raise ValueError("not a whole number")
    return int(value)


def yes_or_no(text: str) -> bool | None:
    """Read a yes or a no in English, German, French or Chinese, None for anything else."""
    low = text.strip().casefold()
    return True if low in _YES else False if low in _NO else None


def customer_kind(text: str) -> str:
    """Return business or consumer, empty when the text is neither."""
    low = text.strip().casefold()
    return "business" if low in _BUSINESS else "consumer" if low in _CONSUMER else ""


def has_lost_digits(text: str) -> bool:
    """Tell whether an id was turned into a number of the form 8.20983E+17."""
    return bool(_SCIENTIFIC_ID.fullmatch(text))


def is_error_cell(text: str) -> bool:
    """Tell whether a cell shows a formula's error such as #REF! instead of a value."""
    return text.startswith("#") and text.rstrip("!?").upper() in _ERRORS


_ERRORS = frozenset({"#REF", "#VALUE", "#NAME", "#DIV/0", "#NUM", "#NULL", "#N/A", "#SPILL"})

# Two letters of a double decoding: Ã© for é, â€™ for ’, Ð for Cyrillic, √© by way of a Mac.
_TWICE = re.compile("[ÃÂâÐÑ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]|√[^\\s\\w]")
_BROKEN = re.compile("\ufffd|锟斤拷|烫烫烫")


def mended(text: str) -> str:
    """Undo a double decoding (`MÃ¼nster`), where that gives valid text."""
    if text.isascii() or not _TWICE.search(text):
        return text
    for encoding in ("mac_roman", "cp1252") if "√" in text else ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text


def is_broken(text: str) -> bool:
    """Tell whether characters were lost for good when the text was saved."""
    return not text.isascii() and bool(_BROKEN.search(text))
