"""A sheet of text cells, with what makes it pleasant to edit in a spreadsheet program."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_LETTERS = 26


@dataclass(frozen=True)
class Grid:
    """Rows of text cells under a name; the rest is presentation and is lost when it is read back.

    `widths` are in characters, `choices` offers values to pick from in a column (0 is the first)
    without forbidding others, `comments` explain the cells of the first row.
    """

    name: str
    rows: list[list[str]]
    header_rows: int = 1
    widths: tuple[int, ...] = ()
    choices: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    comments: Mapping[int, str] = field(default_factory=dict)

    def cell(self, row: int, column: int) -> str:
        """Text of a cell, both counted from 0; empty beyond the end of a row."""
        cells = self.rows[row] if row < len(self.rows) else []
        return cells[column] if column < len(cells) else ""


def cell_name(row: int, column: int) -> str:
    """Name of a cell as spreadsheet programs show it, counted from 0: (2, 1) is B3."""
    letters, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, _LETTERS)
        letters = chr(ord("A") + digit) + letters
    return f"{letters}{row + 1}"
