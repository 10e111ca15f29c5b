"""Amounts are read strictly and rounded the way their currency is."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import convert, is_currency, parse_amount, plain, quantize


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12.50", "12.50"),
        (" 7 ", "7"),
        (3, "3"),
        ("-0.00", "0.00"),
        ("1e3", "1000"),
        ("0.10000000", "0.100000"),
        (Decimal("1E+2"), "100"),
        ("0E+40", "0"),
        ("999999999999999.999999", "999999999999999.999999"),
    ],
)
def test_amount_is_read_exactly(value: object, expected: str) -> None:
    assert plain(parse_amount(value)) == expected


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        True,
        None,
        "",
        "NaN",
        "Infinity",
        "1,234.50",
        "1_000",
        "١٢",
        "12.",
        "1e99",
        "0.0000001",
        "1000000000000000",
        10**15,
        Decimal("NaN"),
        Decimal("-Infinity"),
        Decimal("1E+99999"),
        "9" * 5000,
    ],
)
def test_what_is_no_plain_amount_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="an amount"):
        parse_amount(value)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("10.005", "USD", "10.01"),
        ("10.4", "JPY", "10"),
        ("10.5", "JPY", "11"),
        ("1.2345", "KWD", "1.235"),
    ],
)
def test_currency_tells_the_decimals(amount: str, currency: str, expected: str) -> None:
    assert plain(quantize(Decimal(amount), currency)) == expected


def test_conversion_lands_in_the_base_currency_rounded() -> None:
    assert convert(Decimal("281.70"), "USD", Decimal("7.1")) == Decimal("2000.07")
    assert convert(Decimal("10.005"), "USD", Decimal(1), base="JPY") == Decimal(10)


@pytest.mark.parametrize("rate", ["0", "-1", "NaN"])
def test_conversion_needs_a_positive_rate(rate: str) -> None:
    with pytest.raises(ValueError, match="positive"):
        convert(Decimal(1), "USD", Decimal(rate))


def test_base_currency_costs_itself() -> None:
    assert convert(Decimal("2000.01"), "CNY", Decimal(1)) == Decimal("2000.01")
    with pytest.raises(ValueError, match="CNY to itself"):
        convert(Decimal(1), "CNY", Decimal("7.1"))


def test_only_money_in_use_is_a_currency() -> None:
    assert all(is_currency(code) for code in ("CNY", "USD", "EUR", "JPY", "KWD", "GBP"))
    assert not any(is_currency(code) for code in ("DEM", "XXX", "XTS", "ABC", "usd", ""))


@given(st.decimals(-(10**14), 10**14, places=6))
def test_amount_survives_being_written_and_read(amount: Decimal) -> None:
    assert parse_amount(plain(amount)) == amount
