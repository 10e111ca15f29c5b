"""Sheets that people keep by hand: as text out and back, and what is refused."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.spreadsheet.grids import Grid, GridError, read_grids, write_grids
from domain.grids import cell_name

# What XML can carry; xlsx has no way to write a lone surrogate or a non-character.
_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cn"), exclude_characters="\ufffe\uffff"), max_size=12
)


def _workbook(cells: dict[str, object], formulas: dict[str, tuple[str, object]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet("S")
        for place, value in cells.items():
            page.write(place, value)
        for place, (formula, value) in formulas.items():
            page.write_formula(place, formula, None, value)
    return target.getvalue()


def _without_values(data: bytes) -> bytes:
    """The workbook as a program that works nothing out would leave it."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(b"<v>0</v>", b""))
    return target.getvalue()


def _merged(place: str) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet("S").merge_range(place, "DE")
    return target.getvalue()


def _never_closed() -> bytes:
    """A workbook of a few kilobytes whose sheet opens cells without end."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_workbook({"A1": "x"}, {}))) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            is_sheet = part.startswith("xl/worksheets/")
            new.writestr(part, b'<c r="A1">' * 90_000 if is_sheet else old.read(part))
    return target.getvalue()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(_TEXT, min_size=3, max_size=3), min_size=1, max_size=4))
def test_every_text_comes_back_as_it_was_in_its_place(rows: list[list[str]]) -> None:
    (again,) = read_grids(write_grids([Grid("S", rows)]))
    places = [(row, column) for row in range(len(rows)) for column in range(3)]
    assert [again.cell(*place) for place in places] == [rows[r][c] for r, c in places]


def test_a_sheet_whose_cells_never_end_is_done_with_in_one_pass() -> None:
    assert [grid.name for grid in read_grids(_never_closed())] == ["S"]


def test_cells_merged_within_one_row_are_read() -> None:
    assert read_grids(_merged("A1:C1"))[0].cell(0, 0) == "DE"


def test_a_formula_in_a_text_stays_a_text() -> None:
    data = write_grids([Grid("S", [["=1+1", "http://example.com", "007"]])])
    assert read_grids(data)[0].rows == [["=1+1", "http://example.com", "007"]]


def test_what_programs_made_of_typed_values_reads_as_it_was_typed() -> None:
    cells = {"A1": 2000.0, "A2": 0.1, "A3": True, "A4": date(2026, 11, 3), "A6": 10**20}
    cells["A5"] = datetime(2026, 11, 3, 8, 15)  # noqa: DTZ001 (a sheet knows no zone)
    (grid,) = read_grids(_workbook(cells, {}))
    found = [row[0] for row in grid.rows]
    assert found[:5] == ["2000", "0.1", "TRUE", "2026-11-03", "2026-11-03 08:15:00"]
    assert Decimal(found[5]) == 10**20


@pytest.mark.parametrize(
    "data",
    [
        "Name,城市\r\n李,北京\r\n".encode(),
        b"\xef\xbb\xbf" + "Name,城市\n李,北京\n".encode(),
        "Name;城市\n李;北京\n".encode("gb18030"),
        "Name\t城市\n李\t北京\n".encode("utf-16"),
    ],
)
def test_text_files_are_decoded_by_what_they_hold(data: bytes) -> None:
    (grid,) = read_grids(data, "people.csv")
    assert (grid.name, grid.rows) == ("people", [["Name", "城市"], ["李", "北京"]])


def test_drop_downs_and_comments_do_not_come_back_as_sheets() -> None:
    choices = {0: ("a", "b"), 1: tuple(f"a long choice number {i}" for i in range(40))}
    grid = Grid("S", [["A", "B"], ["a", ""]], widths=(9, 30), choices=choices, comments={0: "x"})
    data = write_grids([grid])
    assert [each.name for each in read_grids(data)] == ["S"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
    assert page.count("<dataValidation ") == 2
    assert '"a,b"' in page


def test_sheet_names_are_made_fit_and_kept_apart() -> None:
    names = ["a/b", "a b", "x" * 40, ""]
    found = [each.name for each in read_grids(write_grids([Grid(n, [["1"]]) for n in names]))]
    assert found == ["a b", "a b 2", "x" * 31, "Sheet"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "neither xlsx"),
        (write_grids([Grid("S", [["1"]])])[:200], "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old xls"),
        (b"PK\x03\x04" + bytes(300), "damaged"),
        (_workbook({"XFD1048576": "x"}, {}), "more rows than allowed"),
        (_workbook({"DZ1": "x"}, {}), "more columns than allowed"),
        (_workbook({}, {"B3": ("=1/0", "#DIV/0!")}), "'B3' is a formula's error"),
        (_without_values(_workbook({}, {"B3": ("=1+0", 0)})), "'B3' shows nothing"),
        (_merged("B2:B4"), "'B2:B4' is merged"),
        (b"a,b\n" * 20_001, "more rows than allowed"),
        (b'a,b\n"open' + b"x" * 60_000, "quotation mark"),
    ],
)
def test_what_cannot_be_read_is_refused_in_both_languages(data: bytes, said: str) -> None:
    with pytest.raises(GridError) as refused:
        read_grids(data, "rules.xlsx")
    assert said in refused.value.en
    assert any("\u4e00" <= char <= "\u9fff" for char in refused.value.zh)


def test_a_formula_that_was_worked_out_counts_as_its_value() -> None:
    assert read_grids(_workbook({}, {"A1": ("=1+1", 2)}))[0].rows == [["2"]]


def test_a_text_longer_than_a_cell_is_refused_instead_of_cut() -> None:
    with pytest.raises(GridError, match="32768 characters"):
        write_grids([Grid("S", [["x" * 32_768]])])


def test_cells_are_named_as_programs_show_them() -> None:
    assert [cell_name(0, 0), cell_name(2, 1), cell_name(9, 27)] == ["A1", "B3", "AB10"]
