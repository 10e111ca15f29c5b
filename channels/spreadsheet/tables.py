"""A file as tables: rows of text cells with their row numbers, readable as often as needed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from domain.findings import Finding


class Row(NamedTuple):
    """One row as a spreadsheet program counts it, from 1; `flaw` says why it can't be read."""

    number: int
    cells: list[str]
    flaw: str = ""


class Unreadable(Exception):
    """The file or sheet can't be read at all; carries the finding for people."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code.value)
        self.finding = finding


@dataclass(frozen=True)
class Table:
    """A sheet, or a text file as its only sheet.

    `rows` starts anew at every call. `encoding` is empty for workbooks; `formulas` says that some
    cells may be blank because nobody worked them out.
    """

    file: str
    name: str
    rows: Callable[[], Iterator[Row]]
    encoding: str = ""
    formulas: bool = False
    known_rows: int | None = None
