"""xlsx and xls workbooks as tables, by way of calamine, which keeps a sheet in memory.

Every number is a float to a workbook: whole ones lose their `.0`, those beyond 2**53 have lost
digits and stay in scientific form so that an id among them is recognised as damaged.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from channels.spreadsheet.archive import has_formulas, is_zip
from channels.spreadsheet.limits import Limits
from channels.spreadsheet.tables import Row, Table, Unreadable
from channels.spreadsheet.wording import more_than, problem
from domain.findings import Finding

_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EXACT = 2**53


def is_workbook(path: Path) -> bool:
    """Tell by its first bytes whether the file is an xlsx or xls, whatever its name says."""
    with path.open("rb") as file:
        return is_zip(path) or file.read(8) == _OLD_WORKBOOK


def workbook_tables(path: Path, name: str, limits: Limits) -> tuple[list[Table], list[Finding]]:
    """Return the visible sheets as tables, and what was skipped.

    Raises Unreadable for a workbook that is damaged, locked, or too big when unpacked.
    """
    formulas = has_formulas(path, name, limits) if is_zip(path) else False
    book = _opened(path, name)
    tables: list[Table] = []
    skipped: list[Finding] = []
    for sheet in book.sheets_metadata:
        if sheet.typ is not SheetTypeEnum.WorkSheet:
            continue
        if sheet.visible is not SheetVisibleEnum.Visible:
            skipped.append(problem("hidden_sheet", sheet.name, severity="warning"))
        else:
            tables.append(_table(book, sheet.name, name, formulas, limits))
    return tables, skipped


def _opened(path: Path, name: str) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise Unreadable(problem("locked", name)) from error
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(problem("damaged", name)) from error


def _table(
    book: CalamineWorkbook, sheet_name: str, file: str, formulas: bool, limits: Limits
) -> Table:
    try:
        sheet = book.get_sheet_by_name(sheet_name)
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(problem("damaged", file)) from error
    _check(sheet, limits)
    rows = partial(_rows, sheet)
    return Table(file, sheet_name, rows, formulas=formulas, known_rows=_size(sheet)[0])


def _check(sheet: CalamineSheet, limits: Limits) -> None:
    rows, columns = _size(sheet)
    if rows > limits.rows:
        raise Unreadable(problem("too_many_rows", sheet.name, hint=more_than(limits.rows)))
    if columns > limits.columns:
        raise Unreadable(problem("too_many_columns", sheet.name, hint=more_than(limits.columns)))


def _size(sheet: CalamineSheet) -> tuple[int, int]:
    """Return how many rows and columns reach down to the last cell (which calamine counts at 0)."""
    return (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    # calamine hands out the blank rows above the first cell too, so this counts as people do.
    for number, cells in enumerate(sheet.iter_rows(), 1):
        yield Row(number, [cell if type(cell) is str else as_text(cell) for cell in cells])


def as_text(cell: Any) -> str:
    """Write a cell as a person would type it: `7` for 7.0, ISO dates, 15 digits as programs show.

    Numbers that a float can't hold exactly come in scientific form.
    """
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if cell.is_integer():
            return str(int(cell)) if abs(cell) < _EXACT else f"{cell:.14E}"
        return format(cell, ".15g")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
