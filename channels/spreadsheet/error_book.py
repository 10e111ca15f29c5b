"""The workbook of what could not be imported: as it was sent, with what to do, to be sent again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from channels.spreadsheet.aliases import GUIDANCE
from channels.spreadsheet.group import parsed
from channels.spreadsheet.hints import SHEET, Hints, hint_rows, hints_of
from channels.spreadsheet.records import Order, RowProblem
from domain.findings import Finding

_LONGEST_NAME = 31
_LONGEST_CELL = 32_767
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\!'", " "))


@dataclass
class _Sheet:
    page: Worksheet
    headers: tuple[str, ...]
    rows: int = 0
    width: int = 0
    seen: set[int] = field(default_factory=set)


class ErrorBook:
    """Writes row after row to a file; memory does not grow with it. Close it to finish the file.

    Every table of the import gets its sheet, with its own headers in their order, all rows of an
    order together, and a last column of guidance that an import ignores. A customer's or
    product's row that several orders share is written once. All cells are text: `=1+1` stays.
    """

    def __init__(self, path: Path) -> None:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        self._book = xlsxwriter.Workbook(str(path), options)
        self._sheets: dict[tuple[str, tuple[str, ...]], _Sheet] = {}
        self._hints: Hints | None = None
        self.rows = 0

    def add_order(self, body: bytes, findings: Sequence[Finding]) -> None:
        """Write an order's rows, as its group of rows has them; raises ValueError for no group."""
        group = parsed(body).body
        self._hints = self._hints or hints_of(group)
        guidance = _guidance(findings)
        for i, row in enumerate(group.rows):
            headers = tuple(group.columns[row.sheet].headers)
            sheet = self._sheet(row.sheet, headers)
            if row.row not in sheet.seen:
                shared = group.columns[row.sheet].role in ("customers", "products")
                if shared:
                    sheet.seen.add(row.row)
                self._write(sheet, row.cells, guidance if i == 0 else "")

    def add_row(self, problem: RowProblem) -> None:
        """Write a row that belongs to no order; a problem of a whole file has no row to write."""
        if problem.headers and problem.row:
            sheet = self._sheet(problem.sheet, problem.headers)
            self._write(sheet, problem.cells, _guidance(problem.findings))

    def close(self) -> None:
        """Finish the file."""
        if not self._sheets:
            self._book.add_worksheet("No errors 无错误")
        if self._hints is not None:
            page = self._book.add_worksheet(SHEET)
            for number, cells in enumerate(hint_rows(self._hints)):
                for i, cell in enumerate(cells):
                    page.write_string(number, i, cell)
        self._book.close()

    def __enter__(self) -> "ErrorBook":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _sheet(self, name: str, headers: tuple[str, ...]) -> _Sheet:
        sheet = self._sheets.get((name, headers))
        if sheet is None:
            page = self._book.add_worksheet(self._free_name(name))
            sheet = self._sheets[name, headers] = _Sheet(page, headers)
            self._write_cells(sheet, (*_without_guidance(headers), GUIDANCE))
        return sheet

    def _free_name(self, name: str) -> str:
        bare = name.translate(_NOT_IN_NAMES).strip()[: _LONGEST_NAME - 4] or "Sheet"
        taken = {each.get_name().casefold() for each in self._book.worksheets()} | {SHEET}
        names = (bare if i == 1 else f"{bare} {i}" for i in range(1, 999))
        return next(each for each in names if each.casefold() not in taken)

    def _write(self, sheet: _Sheet, cells: Sequence[str], guidance: str) -> None:
        self.rows += 1
        self._write_cells(sheet, tuple(_in_order(sheet.headers, cells, guidance)))

    def _write_cells(self, sheet: _Sheet, cells: Sequence[str]) -> None:
        for i, cell in enumerate(cells):
            if cell:
                sheet.page.write_string(sheet.rows, i, cell[:_LONGEST_CELL])
        sheet.rows += 1


def error_book(path: Path, records: Iterable[Order | RowProblem]) -> int:
    """Write what is wrong among the records to a file and return how many rows it has."""
    with ErrorBook(path) as book:
        for record in records:
            if isinstance(record, RowProblem):
                book.add_row(record)
            elif not record.ok:
                book.add_order(record.body, record.findings)
        return book.rows


def _guidance(findings: Sequence[Finding]) -> str:
    errors = [each for each in findings if each.severity == "error"] or list(findings)
    return "\n".join(f"{each.message_en} / {each.message_zh}" for each in errors)


def _without_guidance(headers: Sequence[str]) -> Iterator[str]:
    return (header for header in headers if header != GUIDANCE)


def _in_order(headers: Sequence[str], cells: Sequence[str], guidance: str) -> Iterator[str]:
    """Return the cells under their headers, then the guidance, then what was too many."""
    for i, header in enumerate(headers):
        if header != GUIDANCE:
            yield cells[i] if i < len(cells) else ""
    yield guidance
    yield from cells[len(headers) :]
