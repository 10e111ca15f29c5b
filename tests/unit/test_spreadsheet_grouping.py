"""Rows find their order: adjacent or not, continued with blanks, repeated, without a number."""

from pathlib import Path

import pytest

from channels.spreadsheet.group import body_bytes, common_bytes, parsed
from channels.spreadsheet.limits import Limits
from channels.spreadsheet.mapping import read
from channels.spreadsheet.records import Ended
from tests.unit.spreadsheet_files import (
    HEADERS,
    codes,
    csv_file,
    first_message,
    first_order,
    messages,
    orders_of,
    problems_of,
    row,
    told,
)

_BLANK = ["" for _ in HEADERS]


def _line(order: str, sku: str, **more: str) -> list[object]:
    return row(Order_ID=order, SKU=sku, Total="", Shipping="", **more)


def test_lines_of_an_order_need_not_stand_together(tmp_path: Path) -> None:
    rows = [_line("A", "1"), _line("B", "1"), _line("A", "2"), _line("C", "1"), _line("B", "2")]
    found = told(csv_file(tmp_path, [HEADERS, *rows]))
    assert [each.ref for each in orders_of(found)] == ["A", "C", "B"]
    assert [each.ordinal for each in orders_of(found)] == [1, 2, 3]
    assert orders_of(found)[0].rows == (("orders.csv", 2), ("orders.csv", 4))
    assert [len(m[0].order.lines) for m in messages(found) if m[0].order] == [2, 1, 2]


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [HEADERS, _line("A", "1"), _line("B", "1"), _line("A", "2")])
    assert [o.body for o in orders_of(told(path))] == [o.body for o in orders_of(told(path))]


def test_a_skipped_start_leaves_ordinals_and_bytes_alone(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [HEADERS, *(_line(f"A-{i}", "1") for i in range(5))])
    whole, rest = orders_of(told(path)), orders_of(told(path, skip=3))
    assert rest == whole[3:]


def test_a_blank_number_continues_the_order_above(tmp_path: Path) -> None:
    further = dict(zip(HEADERS, _BLANK, strict=True)) | {
        "SKU": "X",
        "Quantity": "1",
        "Unit price": "3",
    }
    found = told(csv_file(tmp_path, [HEADERS, row(Total=""), list(further.values())]))
    assert [line.sku for line in first_order(found).lines] == ["KB-200", "X"]


def test_an_order_without_a_number_is_a_finding_on_its_row(tmp_path: Path) -> None:
    found = told(csv_file(tmp_path, [HEADERS, row(), row(Order_ID="")]))
    assert [each.ref for each in orders_of(found)] == ["A-1"]
    (finding,) = problems_of(found)
    assert (finding.code, finding.field) == ("REQUIRED", "order_id")
    assert "row 3" in finding.message_en


def test_an_exact_repetition_counts_once_and_is_told(tmp_path: Path) -> None:
    headers = ["index", *HEADERS]
    rows = [[1, *_line("A", "1")], [2, *_line("A", "1")], [3, *_line("A", "2")]]
    message = first_message(told(csv_file(tmp_path, [headers, *rows])))
    assert message.order is not None
    assert [line.sku for line in message.order.lines] == ["1", "2"]
    assert "row 3 repeats row 2" in next(s.why_en for s in message.cleansing if s.field == "lines")


def test_a_repetition_that_the_total_needs_is_kept(tmp_path: Path) -> None:
    rows = [row(Shipping="", Total="200.00"), row(Shipping="", Total="200.00")]
    assert len(first_order(told(csv_file(tmp_path, [HEADERS, *rows]))).lines) == 2


def test_rows_that_contradict_each_other_are_not_one_order(tmp_path: Path) -> None:
    rows = [_line("A", "1"), _line("A", "2", Currency="USD")]
    message = first_message(told(csv_file(tmp_path, [HEADERS, *rows])))
    assert message.order is None
    assert "disagree on 'Currency'" in message.findings[0].message_en


def test_blank_rows_between_orders_are_nothing(tmp_path: Path) -> None:
    found = told(csv_file(tmp_path, [HEADERS, row(), _BLANK, [], row(Order_ID="A-2")]))
    assert [each.rows[0][1] for each in orders_of(found)] == [2, 5]
    assert problems_of(found) == []


def test_a_wrong_number_column_does_not_make_one_order_of_the_file(tmp_path: Path) -> None:
    rows = [_line("same", str(i)) for i in range(12)]
    found = told(csv_file(tmp_path, [HEADERS, *rows]), limits=Limits(order_rows=10))
    assert orders_of(found) == []
    assert problems_of(found)[0].code == "TOO_LONG"


def test_too_many_rows_end_the_file_with_a_finding(tmp_path: Path) -> None:
    rows = [_line(f"A-{i}", "1") for i in range(12)]
    found = told(csv_file(tmp_path, [HEADERS, *rows]), limits=Limits(rows=10))
    assert problems_of(found)[0].code == "TOO_LONG"
    assert found[-1] == Ended(rows=0, orders=0, complete=False)


@pytest.mark.parametrize("sheet", ["a.csv", "b.csv"])
def test_one_number_in_two_files_is_two_readings_of_one_order(tmp_path: Path, sheet: str) -> None:
    one = csv_file(tmp_path, [HEADERS, row()], "a.csv")
    two = csv_file(tmp_path, [HEADERS, row()], "b.csv")
    found = orders_of(told(one, two))
    assert [each.ref for each in found] == ["A-1", "A-1"]
    assert sheet in {each.rows[0][0] for each in found}


def test_a_long_id_that_lost_its_digits_is_refused(tmp_path: Path) -> None:
    message = first_message(told(csv_file(tmp_path, [HEADERS, row(Order_ID="8.20983E+17")])))
    assert message.order is None
    assert "lost its last digits" in message.findings[0].message_en
    assert codes(message) == ["BAD_VALUE"]


def test_a_body_reads_back_as_what_was_mapped(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [HEADERS, _line("A", "é1"), _line("B", "1"), _line("A", "2")])
    for order in orders_of(told(path)):
        assert order.kinds == tuple(m.kind for m in read("", order.body))
        group = parsed(order.body)
        assert body_bytes(group.body, common_bytes(group.body)) == order.body
