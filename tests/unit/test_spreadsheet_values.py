"""Cells become amounts, quantities, instants and clean text, or say that they can't."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from channels.spreadsheet.dates import AmbiguousDate, read_date
from channels.spreadsheet.evidence import Evidence
from channels.spreadsheet.regions import tidy_region
from channels.spreadsheet.values import amount, customer_kind, mended, whole, yes_or_no
from channels.spreadsheet.workbooks import as_text
from tests.unit.spreadsheet_files import (
    HEADERS,
    codes,
    csv_file,
    first_message,
    first_order,
    messages,
    row,
    told,
)


@pytest.mark.parametrize(
    ("text", "decimal", "value", "currency"),
    [
        ("598.94", ".", "598.94", ""),
        ("1.234,56", ".", "1234.56", ""),
        ("1,234.56", ".", "1234.56", ""),
        ("1,23,456.50", ".", "123456.50", ""),
        ("€ 12.50", ".", "12.50", "EUR"),
        ("12,50 €", ",", "12.50", "EUR"),
        ("(5.00)", ".", "-5.00", ""),
        ("5.00-", ".", "-5.00", ""),
        ("¥1,200", ".", "1200", ""),
        ("12.50 USD", ".", "12.50", "USD"),
        ("US$12.5", ".", "12.5", "USD"),
        ("Rs. 1,299.00", ".", "1299.00", "INR"),
        ("12元", ".", "12", "CNY"),
        ("1 234,56", ".", "1234.56", ""),
        ("1'234.50", ".", "1234.50", ""),
        ("1.234", ",", "1234", ""),
        ("1.234", ".", "1.234", ""),
        ("1,234", ",", "1.234", ""),
        ("0.30000000000000004", ".", "0.300000", ""),
        ("1.5E+3", ".", "1500", ""),
        ("１２．５０", ".", "12.50", ""),
    ],
)
def test_an_amount_is_read_as_people_write_it(
    text: str, decimal: str, value: str, currency: str
) -> None:
    assert amount(text, decimal) == (Decimal(value), currency)


@pytest.mark.parametrize("text", ["", "abc", "5 apples", "1.2.3,4", "--", "12.50 XYZ", "1e999"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        amount(text)


@pytest.mark.parametrize(("text", "value"), [("3", 3), ("3.0", 3), ("1,000", 1000), ("-2", -2)])
def test_a_quantity_is_whole(text: str, value: int) -> None:
    assert whole(text) == value


def test_half_a_piece_is_no_quantity() -> None:
    with pytest.raises(ValueError, match="whole"):
        whole("1.5")


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2024-05-01T10:00:00Z", "", "2024-05-01T10:00:00"),
        ("2024-05-01 10:00:00 +0200", "", "2024-05-01T08:00:00"),
        ("2024-05-01", "", "2024-05-01T00:00:00"),
        ("1996-07-04 00:00:00.000", "", "1996-07-04T00:00:00"),
        ("2024/5/1 10:00", "", "2024-05-01T10:00:00"),
        ("2024年5月1日", "", "2024-05-01T00:00:00"),
        ("2024年5月1日 下午3:05", "", "2024-05-01T15:05:00"),
        ("13/05/2024", "", "2024-05-13T00:00:00"),
        ("04-30-22", "", "2022-04-30T00:00:00"),
        ("04-05-22", "mdy", "2022-04-05T00:00:00"),
        ("04/05/2022", "dmy", "2022-05-04T00:00:00"),
        ("01.02.24", "", "2024-02-01T00:00:00"),
        ("31.12.99", "", "1999-12-31T00:00:00"),
        ("12/1/2010 8:26", "mdy", "2010-12-01T08:26:00"),
        ("5/1/2024 3:05 PM", "mdy", "2024-05-01T15:05:00"),
        ("45413.5", "", "2024-05-01T12:00:00"),
        ("20240501", "", "2024-05-01T00:00:00"),
        ("1 May 2024", "", "2024-05-01T00:00:00"),
        ("May 1, 2024 10:00 am", "", "2024-05-01T10:00:00"),
        ("03-Apr-21", "", "2021-04-03T00:00:00"),
        ("1714550400", "", "2024-05-01T08:00:00"),
    ],
)
def test_a_date_is_read_in_its_layout(text: str, order: str, expected: str) -> None:
    assert read_date(text, order, "UTC").at == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["hello", "2024-13-01", "31/31/2020", "0001-01-01", "99999999"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_date(text, "", "UTC")


def test_a_date_that_may_be_read_both_ways_is_not_guessed() -> None:
    with pytest.raises(AmbiguousDate):
        read_date("03/04/2024", "", "UTC")


def test_a_naive_date_takes_the_time_zone_of_the_file() -> None:
    assert read_date("2024-05-01", "", "Asia/Shanghai").at == datetime(2024, 4, 30, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("dates", "preferred", "decided"),
    [
        (["03/04/2024", "13/04/2024"], "", {"/4": "dmy"}),
        (["03/04/2024", "04/13/2024"], "", {"/4": "mdy"}),
        (["03/04/2024"], "", {}),
        (["03/04/2024"], "mdy", {"/4": "mdy"}),
        (["13/04/2024", "04/13/2024"], "", {}),
        (["04-30-22", "04/05/2022", "4/13/2022"], "", {"-2": "mdy", "/4": "mdy"}),
        (["03/04/24", "13/04/2024"], "", {"/2": "dmy", "/4": "dmy"}),
    ],
)
def test_the_whole_file_tells_whether_the_day_comes_first(
    dates: list[str], preferred: str, decided: Mapping[str, str]
) -> None:
    evidence = Evidence()
    for date in dates:
        evidence.add_date(date)
    assert evidence.date_orders(preferred) == decided


@pytest.mark.parametrize(
    ("amounts", "sign"),
    [(["12,50", "3,99"], ","), (["12.50", "3,99", "1.00"], "."), (["1,200"], "."), ([], ".")],
)
def test_the_whole_file_tells_its_decimal_sign(amounts: list[str], sign: str) -> None:
    evidence = Evidence()
    for text in amounts:
        evidence.add_amount(text)
    assert evidence.decimal == sign


@pytest.mark.parametrize(
    ("broken", "whole_text"),
    [
        ("MÃ¼nster", "Münster"),
        ("M√©xico", "México"),
        ("â€™s", "’s"),
        ("Ünal", "Ünal"),
        ("São", "São"),
    ],
)
def test_text_that_was_decoded_twice_is_mended(broken: str, whole_text: str) -> None:
    assert mended(broken) == whole_text


def test_yes_no_and_kinds_are_read_in_both_languages() -> None:
    assert [yes_or_no(word) for word in ("Yes", "是", "no", "否", "maybe")] == [
        True, True, False, False, None,
    ]  # fmt: skip
    assert [customer_kind(word) for word in ("B2B", "企业", "TRUE", "个人", "FALSE", "?")] == [
        "business", "business", "business", "consumer", "consumer", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1001.0, "1001"),
        (12.1, "12.1"),
        (0.1 + 0.2, "0.3"),
        (True, "TRUE"),
        (datetime.fromisoformat("2024-05-01T10:00"), "2024-05-01 10:00:00"),
        (8.209829119461545e17, "8.20982911946154E+17"),
        ("x", "x"),
    ],
)
def test_a_cell_of_a_workbook_becomes_what_a_person_would_type(cell: object, text: str) -> None:
    assert as_text(cell) == text


@pytest.mark.parametrize(
    ("said", "name"),
    [("RJ", "Rajasthan"), ("rajshthan", "Rajasthan"), ("Orissa", "Odisha"), ("APO", "APO"),
     ("Punjab/Mohali/Zirakpur", "Punjab"), ("JAMMU & KASHMIR", "Jammu and Kashmir")],
)  # fmt: skip
def test_spellings_of_a_state_become_one(said: str, name: str) -> None:
    assert tidy_region(said, "IN") == name
    assert tidy_region(said, "US") == said


@pytest.mark.parametrize(
    ("code", "country", "tidy"),
    [("1067", "DE", "01067"), ("'4001", "ZA", "4001"), ("S-958 22", "SE", "958 22"),
     ("400081.0", "IN", "400081"), ("2108", "US", "02108"),
     ("501", "US", "00501"), ("D-60311", "DE", "60311")],
)  # fmt: skip
def test_what_spreadsheets_do_to_postal_codes_is_undone(
    tmp_path: Path, code: str, country: str, tidy: str
) -> None:
    path = csv_file(
        tmp_path, [HEADERS, row(Postal_code=code, Country=country, Phone="+4930901820")]
    )
    order = first_order(told(path))
    assert order.shipping_address is not None
    assert order.shipping_address.postal_code == tidy


def test_a_quantity_of_one_and_a_half_is_a_finding_with_its_place(tmp_path: Path) -> None:
    message = first_message(told(csv_file(tmp_path, [HEADERS, row(Quantity="1.5")])))
    assert message.order is None
    (finding,) = [each for each in message.findings if each.severity == "error"]
    assert (finding.code, finding.field) == ("BAD_QUANTITY", "lines[0].quantity")
    assert "orders.csv, row 2, column Quantity" in finding.message_en
    assert "orders.csv 第 2 行“Quantity”列" in finding.message_zh


def test_an_open_date_is_a_finding_that_says_what_to_do(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [HEADERS, row(Order_date="03/04/2026")])
    message = first_message(told(path))
    assert codes(message) == ["BAD_DATE"]
    assert "mdy" in message.findings[0].message_en
    assert first_order(told(path, dates="mdy")).placed_at == datetime(2026, 3, 4, tzinfo=UTC)


def test_one_certain_date_decides_for_the_others(tmp_path: Path) -> None:
    rows = [row(Order_date="03/04/2026"), row(Order_ID="A-2", Order_date="13/04/2026")]
    found = messages(told(csv_file(tmp_path, [HEADERS, *rows])))
    assert [m[0].order.placed_at.day for m in found if m[0].order] == [3, 13]


def test_a_comma_file_is_read_with_commas(tmp_path: Path) -> None:
    cells = row(Unit_price="1.050,00", Shipping="4,90", Total="2.104,90")
    order = first_order(told(csv_file(tmp_path, [HEADERS, cells], delimiter=";")))
    assert str(order.lines[0].unit_price) == "1050.00"
    assert str(order.total) == "2104.90"


def test_what_was_changed_is_told(tmp_path: Path) -> None:
    cells = row(Country="Deutschland", Phone="030 901820", Unit_price="€ 50.00", Postal_code="1067")
    steps = {
        step.field: (step.before, step.after)
        for step in first_message(told(csv_file(tmp_path, [HEADERS, cells]))).cleansing
    }
    assert steps["shipping_address.country"] == ("Deutschland", "DE")
    assert steps["shipping_address.phone"] == ("030 901820", "+4930901820")
    assert steps["lines[0].unit_price"] == ("€ 50.00", "50.00")
    assert steps["shipping_address.postal_code"] == ("1067", "01067")
    assert steps["placed_at"][0] == "2026-11-03 08:15"


def test_lost_characters_are_a_warning(tmp_path: Path) -> None:
    message = first_message(told(csv_file(tmp_path, [HEADERS, row(City="M\ufffdnchen")])))
    assert message.order is not None
    assert "BAD_VALUE" in codes(message, "warning")
