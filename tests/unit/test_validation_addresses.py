"""Countries are known by many names, postal codes get their zeros back, phones their form."""

import pytest

from domain.addresses import country_code, rules_for, tidy_postal_code
from domain.phones import e164


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DE", "DE"),
        ("de", "DE"),
        ("Germany", "DE"),
        ("德国", "DE"),
        ("UK", "GB"),
        ("United  Kingdom", "GB"),
        ("USA", "US"),
        ("Czech Republic", "CZ"),
        ("中国", "CN"),
    ],
)
def test_country_is_found_by_code_or_name(text: str, code: str) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize("text", ["", "ZZ", "Atlantis", "example string"])
def test_no_country_is_invented(text: str) -> None:
    assert country_code(text) is None


@pytest.mark.parametrize(
    ("code", "country", "tidy"),
    [
        ("1067", "DE", "01067"),
        ("2139", "US", "02139"),
        ("144", "IT", "144"),
        ("1067", "AT", "1067"),
        ("'4001", "ZA", "4001"),
        ("-", "HK", ""),
        (" 10115 ", "DE", "10115"),
        ("ABCD", "DE", "ABCD"),
    ],
)
def test_postal_code_is_repaired_only_where_the_country_then_accepts_it(
    code: str, country: str, tidy: str
) -> None:
    assert tidy_postal_code(code, country) == tidy


def test_british_code_must_match_as_a_whole() -> None:
    rules = rules_for("GB")
    assert rules is not None
    assert rules.accepts_postal_code("GIR 0AA")
    assert not rules.accepts_postal_code("GIR 0AA and more")


def test_hong_kong_has_no_postal_code() -> None:
    rules = rules_for("HK")
    assert rules is not None
    assert "postal_code" not in rules.required
    assert rules.accepts_postal_code("whatever")


@pytest.mark.parametrize(
    ("phone", "country", "expected"),
    [
        ("030 901820", "DE", "+4930901820"),
        ("+1 503-823-4000 ext. 73", "US", "+15038234000"),
        ("+4930901820", "", "+4930901820"),
        ("030 901820", "", None),
        ("555-555-SHIP", "US", None),
        ("", "US", None),
        ("+999", "XX", None),
    ],
)
def test_phone_is_dialable_or_not(phone: str, country: str, expected: str | None) -> None:
    assert e164(phone, country) == expected
