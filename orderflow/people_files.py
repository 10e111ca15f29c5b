"""Files of people: workbooks as they are, csv so that no spreadsheet program runs a cell."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from channels.spreadsheet.grids import GridError, read_grids, write_grids
from domain.grids import Grid
from domain.people import Person
from domain.people_sheet import people_grid
from orderflow.entry_transaction import EntryError

# A cell that begins so is run as a formula by spreadsheet programs that open a csv.
_RUN = ("=", "+", "-", "@", "\t", "\r")


def people_file(name: str, people: Sequence[Person], groups: Sequence[str]) -> bytes:
    """Return everybody as xlsx, or as csv for a name that ends so."""
    grid = people_grid(people, groups)
    if not name.lower().endswith(".csv"):
        return write_grids([grid])
    text = io.StringIO()
    csv.writer(text).writerows([_tame(cell) for cell in row] for row in grid.rows)
    return text.getvalue().encode("utf-8-sig")


def sheet_in(data: bytes, name: str) -> Grid:
    """Return the first sheet of an xlsx or csv; raises EntryError when it can't be read."""
    try:
        grids = read_grids(data, name)
    except GridError as error:
        raise EntryError(error.en, error.zh) from None
    if not grids:
        raise EntryError(f"{name} holds no sheet.", f"{name} 中没有工作表。")
    return replace(grids[0], rows=[[_plain(cell) for cell in row] for row in grids[0].rows])


def _tame(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RUN) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_RUN) else cell
