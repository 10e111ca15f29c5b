"""Money: decimal amounts with an ISO currency, parsed strictly and rounded as the currency is."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.core import get_global
from babel.numbers import get_currency_precision

BASE_CURRENCY = "CNY"
MAX_INTEGER_DIGITS = 15
MAX_FRACTION_DIGITS = 6

# ASCII digits only: Decimal itself also takes underscores, Arabic digits, NaN and Infinity.
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?")
_MAX_TEXT = 40
_CENT, _ONE, _MANY = Decimal("0.01"), Decimal(1), Decimal(10**12)


def parse_amount(value: object) -> Decimal:
    """Read an amount from text, a whole number or a Decimal.

    Raises ValueError for a float (it has already lost cents), for text that is not a plain number
    (`1,234.50`, `NaN`), and for more than 15 digits before or 6 after the decimal point.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("an amount is a decimal string such as '12.50'")
    return _bounded(value if isinstance(value, Decimal) else _decimal(value))


def currency_digits(currency: str) -> int:
    """Tell how many decimals a currency is counted in: JPY 0, USD 2, KWD 3 (CLDR)."""
    return get_currency_precision(currency)


def quantize(amount: Decimal, currency: str) -> Decimal:
    """Round half up to the smallest unit of the currency."""
    return amount.quantize(Decimal(1).scaleb(-currency_digits(currency)), ROUND_HALF_UP)


def convert(amount: Decimal, currency: str, rate: Decimal, base: str = BASE_CURRENCY) -> Decimal:
    """Express an amount in the base currency, rounded to its smallest unit.

    `rate` is how many units of `base` one unit of `currency` costs; for the base currency itself
    it must be 1. Raises ValueError for any other rate that is not positive.
    """
    if currency == base and rate != 1:
        raise ValueError(f"the rate of {base} to itself is 1, not {rate}")
    if not rate.is_finite() or rate <= 0:
        raise ValueError(f"an exchange rate is positive, not {rate}")
    return quantize(amount * rate, base)


def is_currency(code: str) -> bool:
    """Tell whether the ISO 4217 code is money somewhere today (so neither DEM nor XXX)."""
    return code in _currencies_in_use()


def plain(amount: Decimal) -> str:
    """Write an amount without exponent, with the decimals it carries: `12.50`."""
    return format(amount, "f")


@cache
def _currencies_in_use() -> frozenset[str]:
    territories = get_global("territory_currencies").values()
    return frozenset(
        code
        for entries in territories
        for code, _, ended, tender in entries
        if tender and not ended
    )


def _decimal(value: str | int) -> Decimal:
    if isinstance(value, int):
        if abs(value) >= 10**MAX_INTEGER_DIGITS:
            raise ValueError(f"an amount has at most {MAX_INTEGER_DIGITS} digits")
        return Decimal(value)
    text = value.strip()
    if len(text) > _MAX_TEXT or not _NUMBER.fullmatch(text):
        raise ValueError("an amount is a plain decimal number such as '12.50'")
    return Decimal(text)


def _bounded(amount: Decimal) -> Decimal:
    # Nearly every amount is like this, and an order has dozens of them.
    is_usual = amount.same_quantum(_CENT) or amount.same_quantum(_ONE)
    if is_usual and not amount.is_signed() and amount < _MANY:
        return amount
    if not amount.is_finite():
        raise ValueError("an amount is a finite number")
    if not amount:
        # "0E+99", "-0.00": one zero, with no more decimals than an amount may carry.
        exponent = amount.as_tuple().exponent
        return Decimal(0).scaleb(max(-MAX_FRACTION_DIGITS, min(0, int(exponent))))
    if amount.adjusted() >= MAX_INTEGER_DIGITS:
        raise ValueError(f"an amount has at most {MAX_INTEGER_DIGITS} digits before the point")
    return _with_few_decimals(amount)


def _with_few_decimals(amount: Decimal) -> Decimal:
    exponent = int(amount.as_tuple().exponent)
    if exponent > 0:
        return amount.quantize(Decimal(1))
    if -exponent <= MAX_FRACTION_DIGITS:
        return amount
    shortened = amount.normalize()
    if -int(shortened.as_tuple().exponent) > MAX_FRACTION_DIGITS:
        raise ValueError(f"an amount has at most {MAX_FRACTION_DIGITS} decimals")
    return shortened.quantize(Decimal(1).scaleb(-MAX_FRACTION_DIGITS))
