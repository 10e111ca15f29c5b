"""Small sheets of text, both ways: rule tables, people, calendars; never a formula or a link."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from channels.spreadsheet.limits import Limits
from channels.spreadsheet.sheet_parts import check_parts
from channels.spreadsheet.tables import Row, Table, Unreadable
from channels.spreadsheet.textfiles import text_tables
from channels.spreadsheet.wording import problem
from channels.spreadsheet.workbooks import workbook_tables
from domain.grids import Grid

__all__ = ["GRID_LIMITS", "Grid", "GridError", "read_grids", "write_grids"]

_MIB = 1024 * 1024
# A sheet that people keep by hand is small; whatever is larger is not what it says it is.
GRID_LIMITS = Limits(file_bytes=10 * _MIB, unpacked_bytes=64 * _MIB, rows=20_000, columns=100)
LONGEST_CELL = 32_767
_LONGEST_NAME = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\!'", " "))
_WIDTH = 18
# A drop-down's own list may have so many characters; a longer one is kept on a hidden sheet.
_LONGEST_LIST = 255
_LISTS = "_lists"
_ROOM = 500
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_TABLE = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"GIF8", b"\x7fELF", b"{")


class GridError(ValueError):
    """A file can't be read, or written, as sheets; `en` and `zh` say why and what to do."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


def write_grids(grids: Sequence[Grid]) -> bytes:
    """Write sheets as xlsx bytes, every cell as text: `=1+1` stays what it is.

    Names that workbooks refuse are made fit. Raises GridError for a text longer than a cell holds.
    """
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        writer = _Writer(book)
        for grid in grids:
            writer.add(grid)
        writer.finish()
    return target.getvalue()


def read_grids(data: bytes, name: str = "") -> list[Grid]:
    """Read the visible sheets of an xlsx, or a csv or tsv as its only sheet, as text.

    Cells keep their places: row and column of a Grid are those of the file. Numbers read as a
    program shows them (2000.0 is `2000`), dates as ISO. A text file's sheet is called as the file
    without its ending. Raises GridError for what is broken, locked, too big or no table.
    """
    shown = name or "?"
    _refuse_strange(data, shown)
    with TemporaryDirectory() as folder:
        is_zip = data.startswith(b"PK\x03\x04")
        path = Path(folder) / ("sheets.xlsx" if is_zip else "sheets.csv")
        path.write_bytes(data)
        try:
            return [_grid(table) for table in _tables(path, shown, is_zip=is_zip)]
        except Unreadable as error:
            raise GridError(error.finding.message_en, error.finding.message_zh) from error


def _refuse_strange(data: bytes, name: str) -> None:
    kind = ""
    if not data.strip():
        kind = "empty"
    elif len(data) > GRID_LIMITS.file_bytes:
        kind = "too_big"
    elif data.startswith(_NO_TABLE):
        kind = "unknown_format"
    if kind:
        finding = problem(kind, name)
        raise GridError(finding.message_en, finding.message_zh)
    if data.startswith(_OLD_WORKBOOK):
        raise GridError(
            f"the workbook {name!r} is an old xls or has a password; save it as xlsx without one",
            f"工作簿“{name}”为旧版 xls 或有密码保护；请另存为无密码的 xlsx",
        )


def _tables(path: Path, name: str, *, is_zip: bool) -> Iterable[Table]:
    if not is_zip:
        return text_tables(path, Path(name).stem or name, GRID_LIMITS)
    check_parts(path, name, GRID_LIMITS)
    return workbook_tables(path, name, GRID_LIMITS)[0]


def _grid(table: Table) -> Grid:
    return Grid(table.name, [_cells(row, table.name) for row in table.rows()])


def _cells(row: Row, sheet: str) -> list[str]:
    if row.flaw:
        raise Unreadable(problem(row.flaw, f"{sheet}:{row.number}"))
    return list(row.cells)


class _Writer:
    """Writes one workbook; long lists of choices go to a hidden sheet that is not read back."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._bold: Format = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1})
        self._text: Format = book.add_format({"num_format": "@"})
        self._wrapped: Format = book.add_format({"num_format": "@", "text_wrap": True})
        self._lists: list[tuple[str, ...]] = []

    def add(self, grid: Grid) -> None:
        page = self._book.add_worksheet(self._free_name(grid.name))
        width = max((len(row) for row in grid.rows), default=0)
        for i in range(max(width, len(grid.widths))):
            page.set_column(i, i, grid.widths[i] if i < len(grid.widths) else _WIDTH, self._text)
        if grid.header_rows:
            page.freeze_panes(grid.header_rows, 0)
        for number, cells in enumerate(grid.rows):
            self._write(page, grid, number, cells)
        for column, comment in grid.comments.items():
            page.write_comment(0, column, comment, {"x_scale": 2.5, "y_scale": 1.5})
        for column, choices in grid.choices.items():
            self._offer(page, grid, column, choices)

    def _write(self, page: Worksheet, grid: Grid, number: int, cells: Sequence[str]) -> None:
        for i, cell in enumerate(cells):
            if len(cell) > LONGEST_CELL:
                raise GridError(
                    f"a cell of sheet {grid.name} has {len(cell)} characters; "
                    f"shorten it to {LONGEST_CELL}",
                    f"工作表 {grid.name} 有单元格长达 {len(cell)} 个字符；请缩短到 {LONGEST_CELL}",
                )
            header = number < grid.header_rows
            style = self._bold if header else self._wrapped if "\n" in cell else self._text
            if cell or header:
                page.write_string(number, i, cell, style)

    def _offer(self, page: Worksheet, grid: Grid, column: int, choices: tuple[str, ...]) -> None:
        source: list[str] | str = list(choices)
        if len(",".join(choices)) > _LONGEST_LIST or any("," in choice for choice in choices):
            self._lists.append(choices)
            letter = xlsxwriter.utility.xl_col_to_name(len(self._lists) - 1)
            source = f"={_LISTS}!${letter}$1:${letter}${len(choices)}"
        last = len(grid.rows) + _ROOM
        rule = {"validate": "list", "source": source, "show_error": False}
        page.data_validation(grid.header_rows, column, last, column, rule)

    def _free_name(self, name: str) -> str:
        bare = name.translate(_NOT_IN_NAMES).strip()[:_LONGEST_NAME] or "Sheet"
        taken = {each.get_name().casefold() for each in self._book.worksheets()} | {_LISTS}
        names = (bare if i == 1 else f"{bare[: _LONGEST_NAME - 4]} {i}" for i in range(1, 999))
        return next(each for each in names if each.casefold() not in taken)

    def finish(self) -> None:
        if not self._book.worksheets():
            self._book.add_worksheet()
        if self._lists:
            page = self._book.add_worksheet(_LISTS)
            for column, choices in enumerate(self._lists):
                for row, choice in enumerate(choices):
                    page.write_string(row, column, choice)
            page.hide()
