"""What we hand out can be sent back: the template, and the workbook of errors."""

import io
from pathlib import Path

from python_calamine import CalamineWorkbook

from channels.spreadsheet.aliases import GUIDANCE
from channels.spreadsheet.error_book import ErrorBook, error_book
from channels.spreadsheet.records import Order, Record, RowProblem, Started
from channels.spreadsheet.template import template_workbook
from tests.unit.spreadsheet_files import (
    HEADERS,
    csv_file,
    first_order,
    messages,
    orders_of,
    problems_of,
    row,
    told,
    xlsx_file,
)


def _sheets(path: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: list(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names}


def _problems(found: list[Record]) -> list[Order | RowProblem]:
    return [each for each in found if isinstance(each, Order | RowProblem)]


def test_the_template_imports_without_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(template_workbook())
    found = told(path)
    assert problems_of(found) == []
    both = messages(found)
    assert [m[0].findings for m in both] == [(), ()]
    orders = [m[0].order for m in both]
    assert [order.external_id for order in orders if order] == ["EXAMPLE-1", "EXAMPLE-2"]
    assert [order.customer.kind for order in orders if order] == ["business", "consumer"]
    started = found[0]
    assert isinstance(started, Started)
    assert all(name for _, name in started.layouts[0].columns)


def test_the_template_explains_its_columns_in_both_languages() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(template_workbook()))
    notes = book.get_sheet_by_name("Notes 说明").to_python()
    assert notes[0] == ["Column", "What to write", "列", "填写说明"]
    assert all(all(cells) for cells in notes[1:20])


def test_an_error_book_shows_rows_as_sent_with_what_to_do(tmp_path: Path) -> None:
    rows = [row(), row(Order_ID="A-2", Quantity="1.5", Recipient="=1+1"), row(Order_ID="")]
    headers = ["Remark of mine", *HEADERS]
    path = csv_file(tmp_path, [headers, *(["mine", *cells] for cells in rows)])
    target = tmp_path / "errors.xlsx"
    assert error_book(target, _problems(told(path))) == 2
    page = _sheets(target)["orders.csv"]
    assert page[0] == [*headers, GUIDANCE]
    assert page[1][:3] == ["mine", "A-2", "2026-11-03 08:15"]
    assert page[1][headers.index("Recipient")] == "=1+1"
    assert "not a whole number" in str(page[1][-1])
    assert "不是 1 到 1000000 的整数" in str(page[1][-1])
    assert len(page) == 3


def test_a_corrected_error_book_imports(tmp_path: Path) -> None:
    cells = row(Order_ID="A-2", Order_date="03/04/2026", Total="1")
    sound = row(Order_date="25/04/2026")
    found = told(csv_file(tmp_path, [HEADERS, sound, cells]), currency="EUR")
    target = tmp_path / "errors.xlsx"
    error_book(target, _problems(found))
    pages = _sheets(target)
    pages["orders.csv"][1][HEADERS.index("Total")] = "104.90"
    again = told(xlsx_file(tmp_path, pages, "corrected.xlsx"))
    order = first_order(again)
    assert order.external_id == "A-2"
    # Nothing in the corrected rows tells any more that the day comes first.
    assert order.placed_at.isoformat() == "2026-04-03T00:00:00+00:00"
    assert problems_of(again) == []


def test_joined_tables_come_back_as_their_sheets(tmp_path: Path) -> None:
    head = ["Order ID", "Order date", "Currency", "Customer name", "Phone", "Recipient", "Address",
            "City", "Postal code", "Country"]  # fmt: skip
    sheets = {
        "Orders": [head, row()[:10]],
        "Lines": [["Order ID", "SKU", "Quantity", "Unit price"], ["A-1", "A", 1.5, 1]],
    }
    target = tmp_path / "errors.xlsx"
    error_book(target, _problems(told(xlsx_file(tmp_path, sheets))))
    pages = _sheets(target)
    assert list(pages)[:2] == ["Orders", "Lines"]
    pages["Lines"][1][2] = "2"
    again = told(xlsx_file(tmp_path, pages, "corrected.xlsx"))
    assert [each.ok for each in orders_of(again)] == [True]


def test_an_error_book_without_errors_can_be_opened(tmp_path: Path) -> None:
    target = tmp_path / "errors.xlsx"
    with ErrorBook(target) as book:
        assert book.rows == 0
    assert _sheets(target)


def test_sheet_names_that_workbooks_refuse_are_made_fit(tmp_path: Path) -> None:
    name = "a very long [file] name of orders: march.csv"
    target = tmp_path / "errors.xlsx"
    path = csv_file(tmp_path, [HEADERS, row(Total="1")], name.replace("/", ""))
    assert error_book(target, _problems(told(path))) == 1
    assert len(_sheets(target)) == 2
