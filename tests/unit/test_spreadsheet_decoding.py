"""The encoding and the separator of a text file are told by evidence."""

from pathlib import Path

import pytest

from channels.spreadsheet.decoding import delimiter, text_form
from tests.unit.spreadsheet_files import (
    HEADERS,
    csv_bytes,
    csv_file,
    first_message,
    first_order,
    messages,
    orders_of,
    problems_of,
    row,
    told,
)

_GERMAN = row(Address="Luisenstraße 5", City="München", Recipient="Jürgen Groß")
_CHINESE_HEADERS = ["订单号", "下单时间", "币种", "客户", "电话", "收货人", "地址", "市", "省",
                    "邮编", "国家", "商品编码", "数量", "单价", "合计"]  # fmt: skip
_CHINESE = ["1001", "2026-11-03", "CNY", "李雷公司", "021-55550100", "李雷", "北京东路 1 号",
            "上海", "上海市", "200001", "中国", "KB-200", 2, "10.00", "20.00"]  # fmt: skip
_JAPANESE = row(Address="千代田区丸の内 1", City="東京", Recipient="山田太郎", Country="JP",
                Postal_code="100-0005", Currency="JPY", Phone="+81 3-5555-0100", Unit_price="50",
                Shipping="5", Total="105")  # fmt: skip


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("cp1252", "cp1252"),
        ("cp850", "cp850"),
    ],
)
def test_german_is_read_in_every_encoding(tmp_path: Path, encoding: str, found: str) -> None:
    path = csv_file(tmp_path, [HEADERS, _GERMAN], encoding=encoding)
    assert text_form(path).encoding == found
    order = first_order(told(path))
    assert order.shipping_address is not None
    assert order.shipping_address.city == "München"


def test_chinese_in_gb18030_is_read(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [_CHINESE_HEADERS, _CHINESE], encoding="gb18030")
    message = first_message(told(path))
    assert message.order is not None
    assert message.order.customer.name == "李雷公司"
    assert message.order.shipping_address is not None
    assert message.order.shipping_address.country == "CN"
    assert [s.before for s in message.cleansing if s.code == "ENCODING"] == ["gb18030"]


def test_japanese_in_shift_jis_is_read(tmp_path: Path) -> None:
    order = first_order(told(csv_file(tmp_path, [HEADERS, _JAPANESE], encoding="shift_jis")))
    assert order.shipping_address is not None
    assert order.shipping_address.name == "山田太郎"


def test_box_drawing_tells_the_two_dos_pages_from_windows(tmp_path: Path) -> None:
    path = tmp_path / "dos.csv"
    path.write_bytes(csv_bytes([HEADERS, _GERMAN], encoding="cp437"))
    order = first_order(told(path))
    assert order.shipping_address is not None
    assert order.shipping_address.name == "Jürgen Groß"


def test_stray_bytes_in_a_utf8_file_are_windows_characters(tmp_path: Path) -> None:
    rows = [row(Order_ID=f"A-{i}", City="Köln") for i in range(40)]
    path = csv_file(tmp_path, [HEADERS, *rows])
    path.write_bytes(path.read_bytes() + csv_bytes([row(Order_ID="B", City="Münster")], "cp1252"))
    last = messages(told(path))[-1][0].order
    assert last is not None
    assert last.shipping_address is not None
    assert last.shipping_address.city == "Münster"


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_separator_is_the_sign_that_cuts_evenly(tmp_path: Path, sign: str) -> None:
    assert delimiter(csv_bytes([HEADERS, row()], delimiter=sign).decode()) == sign
    assert (
        first_order(told(csv_file(tmp_path, [HEADERS, row()], delimiter=sign))).external_id == "A-1"
    )


def test_a_quotation_mark_left_open_costs_its_rows_not_the_file(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [HEADERS, row()])
    broken = b'A-2,"never closed' + b"x" * 60_000 + b"\n"
    path.write_bytes(path.read_bytes() + broken + csv_bytes([row(Order_ID="A-3")]))
    found = told(path)
    assert [each.ref for each in orders_of(found)] == ["A-1", "A-3"]
    assert "quotation mark" in problems_of(found)[0].message_en


def test_a_row_with_more_cells_than_columns_is_not_guessed_at(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [HEADERS, row()])
    path.write_bytes(path.read_bytes().replace(b"Beispielweg 5", b"Beispielweg 5, Hof"))
    message = first_message(told(path))
    assert message.order is None
    assert "more cells than the header" in message.findings[0].message_en
    assert "row 2" in message.findings[0].message_en
