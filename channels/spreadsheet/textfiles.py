"""csv and tsv files as tables, streamed; one broken record costs one row, not the file."""

import csv
from collections import deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from channels.spreadsheet.decoding import TextForm, text_form
from channels.spreadsheet.limits import Limits
from channels.spreadsheet.tables import Row, Table, Unreadable
from channels.spreadsheet.wording import more_than, problem


def text_tables(path: Path, name: str, limits: Limits) -> list[Table]:
    """Return the file's only table."""
    form = text_form(path)
    rows = partial(_rows, path, form, limits, name)
    return [Table(file=name, name=name, rows=rows, encoding=form.encoding)]


class _Lines:
    """The lines of a file, remembering those of the record being read so as to give them back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._returned: deque[str] = deque()
        self.record: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._lines)
        self.record.append(line)
        return line

    def give_back(self) -> None:
        """Put all lines but the first of the broken record back, to be read on their own."""
        self._returned.extendleft(reversed(self.record[1:]))
        self.record.clear()


def _rows(path: Path, form: TextForm, limits: Limits, name: str) -> Iterator[Row]:
    csv.field_size_limit(limits.cell_characters)
    with path.open(encoding=form.encoding, errors=form.errors, newline="") as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=form.delimiter)
        number = 0
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                # A reader that failed stays in the middle of its record: a new one goes on.
                lines.give_back()
                reader = csv.reader(lines, delimiter=form.delimiter)
                yield Row(number, [], "open_quote")
                continue
            lines.record.clear()
            _check(number, cells, limits, name)
            yield Row(number, cells)


def _check(number: int, cells: list[str], limits: Limits, name: str) -> None:
    if number > limits.rows:
        raise Unreadable(problem("too_many_rows", name, hint=more_than(limits.rows)))
    if len(cells) > limits.columns:
        raise Unreadable(problem("too_many_columns", name, hint=more_than(limits.columns)))
