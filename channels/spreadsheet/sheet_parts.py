"""The sheets inside an xlsx, looked at before they are laid out in memory cell by cell."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from channels.spreadsheet.archive import has_formulas
from channels.spreadsheet.limits import Limits
from channels.spreadsheet.tables import Unreadable
from channels.spreadsheet.wording import more_than, problem

_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
_PLACE = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^<>]*?\br=["']([0-9]{1,7})["']""")
_CELL = re.compile(rb"<(?:\w+:)?c\s([^<>]*[^<>/])>")
_CELL_END = re.compile(rb"</(?:\w+:)?c>")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?v>[^<]")
_MERGED = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^<>]*?\bref=["']([A-Z]{1,3}([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7}))["']"""
)
_ERROR = re.compile(rb"""\bt=["']e["']""")


def check_parts(path: Path, name: str, limits: Limits) -> None:
    """Raise Unreadable for a workbook that would grow too big or whose cells hide what they say.

    One cell in the last corner of a sheet would fill gigabytes once laid out. A formula's error,
    one that nobody worked out, and all but the first row of merged cells read as blank, which a
    reader may take for "anything".
    """
    has_formulas(path, name, limits)
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            if _PART.fullmatch(part):
                text = archive.read(part)
                _check_extent(text, name, limits)
                _check_values(text)
                _check_merged(text)


def _check_extent(text: bytes, name: str, limits: Limits) -> None:
    rows = max((int(row) for row in _rows(text)), default=0)
    columns = max((_column(match[1]) for match in _PLACE.finditer(text)), default=0)
    if rows > limits.rows:
        raise Unreadable(problem("too_many_rows", name, hint=more_than(limits.rows)))
    if columns > limits.columns:
        raise Unreadable(problem("too_many_columns", name, hint=more_than(limits.columns)))


def _rows(text: bytes) -> Iterator[bytes]:
    yield from (match[2] for match in _PLACE.finditer(text))
    yield from (match[1] for match in _ROW.finditer(text))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _check_values(text: bytes) -> None:
    for attributes, content in _cells(text):
        found = _PLACE.search(b" " + attributes)
        place = (found[1] + found[2]).decode() if found else ""
        if _ERROR.search(attributes):
            raise Unreadable(problem("error_cell", place))
        if _FORMULA.search(content) and not _VALUE.search(content):
            raise Unreadable(problem("formula", place))


def _cells(text: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Attributes and content of each cell; one pass, however many are never closed."""
    start = _CELL.search(text)
    while start and (end := _CELL_END.search(text, start.end())):
        yield start[1], text[start.end() : end.start()]
        start = _CELL.search(text, end.end())


def _check_merged(text: bytes) -> None:
    for place, first, last in _MERGED.findall(text):
        if int(first) != int(last):
            raise Unreadable(problem("merged_rows", place.decode()))
