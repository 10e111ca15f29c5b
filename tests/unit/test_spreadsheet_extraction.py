"""A file can't hurt who reads it: bounds, bombs, cut ends, and a reading process that dies."""

import io
import os
import signal
import struct
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from channels import port
from channels.spreadsheet import options
from channels.spreadsheet.channel import CHANNEL
from channels.spreadsheet.documents import read_document
from channels.spreadsheet.extraction import extract
from channels.spreadsheet.limits import Limits
from channels.spreadsheet.options import ExtractOptions
from channels.spreadsheet.records import (
    Ended,
    Garbled,
    Order,
    Progress,
    Record,
    RowProblem,
    Started,
    read_record,
    write_record,
)
from channels.spreadsheet.wording import problem
from tests.unit.spreadsheet_files import (
    HEADERS,
    csv_bytes,
    csv_file,
    orders_of,
    problems_of,
    row,
    told,
    xlsx_file,
)


def _read(path: Path, limits: Limits | None = None, **options: object) -> list[Record]:
    return list(extract([path], ExtractOptions(**options), limits or Limits()))  # type: ignore[arg-type]


def test_a_child_tells_the_same_as_reading_here(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [HEADERS, row(), row(Order_ID="A-2", Total="9"), row(Order_ID="")])
    found = _read(path)
    assert found == told(path)
    assert [type(each) for each in found] == [Started, Order, Order, RowProblem, Ended]
    assert [each.ok for each in orders_of(found)] == [True, False]


def test_several_files_of_one_import_come_in_their_sequence(tmp_path: Path) -> None:
    one = csv_file(tmp_path, [HEADERS, row()], "a.csv")
    two = csv_file(tmp_path, [HEADERS, row(Order_ID="A-2")], "b.csv")
    found = list(extract([one, str(two)]))
    assert [(each.ordinal, each.ref) for each in orders_of(found)] == [(1, "A-1"), (2, "A-2")]


def test_a_truncated_workbook_is_one_clear_finding(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, {"Orders": [HEADERS, row()]})
    path.write_bytes(path.read_bytes()[:-400])
    found = _read(path)
    (finding,) = problems_of(found)
    assert "damaged or cut short" in finding.message_en
    assert "损坏" in finding.message_zh
    assert found[-1] == Ended(rows=0, orders=0, complete=False)


def _zip(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_a_bomb_that_says_so_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(_zip({"xl/worksheets/sheet1.xml": b"\0" * 4_000_000}))
    (finding,) = problems_of(_read(path))
    assert finding.code == "TOO_LONG"
    assert "unpacks to far more" in finding.message_en


def test_a_bomb_that_lies_about_its_size_is_caught_while_unpacking(tmp_path: Path) -> None:
    raw = bytearray(_zip({"xl/worksheets/sheet1.xml": b"\0" * 4_000_000}))
    true, lie = struct.pack("<L", 4_000_000), struct.pack("<L", 1_000)
    assert raw.count(true) == 2
    path = tmp_path / "liar.xlsx"
    path.write_bytes(raw.replace(true, lie))
    (finding,) = problems_of(_read(path))
    assert "unpacks to far more" in finding.message_en


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [HEADERS, row()])
    (finding,) = problems_of(told(path, limits=Limits(file_bytes=100)))
    assert finding.code == "TOO_LONG"


def test_too_many_rows_and_columns_of_a_workbook_are_refused(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, {"Orders": [HEADERS, row(), row(Order_ID="A-2")]})
    assert problems_of(told(path, limits=Limits(rows=2)))[0].code == "TOO_LONG"
    assert problems_of(told(path, limits=Limits(columns=5)))[0].code == "TOO_LONG"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7 not a table", "neither xlsx, xls, csv nor tsv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and nothing more", "damaged"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (b"one line of text", "no header row"),
        (os.urandom(3000), "no header row"),
    ],
)
def test_what_is_no_table_is_one_finding(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "what.bin"
    path.write_bytes(content)
    found = told(path)
    assert words in problems_of(found)[0].message_en
    assert isinstance(found[-1], Ended)
    assert not found[-1].complete


def test_a_missing_file_is_a_finding(tmp_path: Path) -> None:
    assert "can't be opened" in problems_of(_read(tmp_path / "nowhere.csv"))[0].message_en


def test_a_header_with_nothing_below_is_a_finding(tmp_path: Path) -> None:
    (finding,) = problems_of(told(csv_file(tmp_path, [HEADERS])))
    assert "no order below it" in finding.message_en


def _many(folder: Path, count: int = 4000) -> Path:
    return csv_file(folder, [HEADERS, *(row(Order_ID=f"A-{i}") for i in range(count))])


def _child() -> psutil.Process:
    (child,) = psutil.Process().children()
    return child


def test_a_killed_child_is_a_finding_after_what_it_told(tmp_path: Path) -> None:
    reading = extract([_many(tmp_path)])
    first = [next(reading), next(reading)]
    assert isinstance(first[1], Order)
    os.kill(_child().pid, signal.SIGKILL)
    *_, last_problem, end = reading
    assert isinstance(last_problem, RowProblem)
    assert "broke off" in last_problem.findings[0].message_en
    assert isinstance(end, Ended)
    assert not end.complete
    assert 1 <= end.orders < 4000


def test_a_child_without_memory_is_a_finding(tmp_path: Path) -> None:
    found = _read(_many(tmp_path, 10), Limits(memory_bytes=150 * 1024 * 1024, order_rows=10))
    # Where the address space can't be bounded the file is simply read.
    problems = problems_of(found)
    if problems:
        assert "memory" in problems[0].message_en or "broke off" in problems[0].message_en
    assert isinstance(found[-1], Ended)


def test_a_silent_child_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = extract([_many(tmp_path)], limits=Limits(stall_seconds=1))
    next(reading)
    _child().suspend()
    *_, last_problem, end = reading
    assert isinstance(last_problem, RowProblem)
    assert "longer than allowed" in last_problem.findings[0].message_en
    assert isinstance(end, Ended)
    assert not end.complete


def test_a_slow_caller_holds_the_child_back_without_being_called_slow(tmp_path: Path) -> None:
    reading = extract([_many(tmp_path, 400)], limits=Limits(stall_seconds=1))
    next(reading)
    busy_until = time.monotonic() + 1.6
    while time.monotonic() < busy_until:
        threading.Event().wait(0.05)
    assert isinstance(list(reading)[-1], Ended)
    assert psutil.Process().children() == []


def test_leaving_early_ends_the_child(tmp_path: Path) -> None:
    reading: Iterator[Record] = extract([_many(tmp_path)])
    next(reading)
    child = _child()
    reading.close()  # type: ignore[attr-defined]
    assert not child.is_running()


def test_the_child_gets_nothing_of_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERFLOW_DATABASE_URL", "postgresql://secret")
    seen: list[dict[str, str]] = []
    real = subprocess.Popen

    def started(*args: object, **how: object) -> object:
        seen.append(how["env"])  # type: ignore[arg-type]
        return real(*args, **how)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", started)
    _read(csv_file(tmp_path, [HEADERS, row()]))
    assert "secret" not in str(seen)


def test_records_survive_the_pipe() -> None:
    finding = problem("no_order_id", "Sheet, row 3", "order_id")
    sent: list[Record] = [
        Started((), (finding,), 7),
        Order(1, "A-1", (("S", 2), ("S", 3)), False, ("order",), (finding,), b'{"\xc3\xa9":1}\n'),
        RowProblem("S", 3, (finding,), ("a", "b"), ("1", "=2")),
        Progress(1000),
        Ended(7, 1, True),
    ]
    pipe = io.BytesIO()
    for record in sent:
        write_record(pipe, record)
    pipe.seek(0)
    assert [read_record(pipe) for _ in sent] == sent
    assert read_record(pipe) is None


@pytest.mark.parametrize(
    "line",
    [
        b"garbage\n",
        b"{}\n",
        b"[1]\n",
        b'{"kind":"order","bytes":99999999999,"ordinal":1}\n',
        b'{"kind":"order","bytes":5,"ordinal":1,"ref":"x","rows":[],"ok":true,"kinds":[]}\nabc',
        b'{"kind":"nothing","bytes":0}\n',
        b'{"kind":"progress","bytes":0,"rows_read":"many"}\n',
    ],
)
def test_what_is_no_record_is_not_believed(line: bytes) -> None:
    with pytest.raises(Garbled):
        read_record(io.BytesIO(line))


def test_a_stored_document_is_read_whatever_it_is(tmp_path: Path) -> None:
    workbook = xlsx_file(tmp_path, {"Orders": [HEADERS, row()]}).read_bytes()
    for raw in (workbook, csv_bytes([HEADERS, row()], delimiter="\t")):
        (message,) = read_document(raw, "main")
        assert message.order is not None
        assert message.order.shop == "main"
    (nothing,) = CHANNEL.read_document(b"\x00\x01")
    assert nothing.order is None
    assert nothing.findings


def test_the_default_shop_is_that_of_all_channels() -> None:
    assert options.DEFAULT_SHOP == port.DEFAULT_SHOP


def test_nothing_signs_a_spreadsheet() -> None:
    assert not CHANNEL.verify({}, b"", ["secret"], datetime.now(UTC))
