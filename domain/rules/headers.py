"""Column headers of the sheets of rule tables: what they are called, and which column one means."""

import re
from collections.abc import Sequence

from domain.grids import Grid
from domain.rules.cells import Column, ColumnType

ROW = "#row"
NOTE = "#note"
_OWN = {ROW: ("Row", "行编号"), NOTE: ("Note", "备注")}
_OWN_NAMES = {
    ROW: frozenset({"row", "row id", "行编号", "行号", ROW}),
    NOTE: frozenset({"note", "notes", "备注", NOTE}),
}
_ARROW = re.compile(r"^\s*(?:→|->)\s*")
_UNIT = re.compile(r"[(（]([^()（）]*)[)）]\s*$")
# How far down a header is looked for: people put a title above their tables.
_DEEPEST = 10


def header_text(columns: Sequence[Column], column: Column, lang: str, *, answer: bool) -> str:
    """What a column is called in a sheet, "en" or "zh", outputs with an arrow, with its unit."""
    unit = f" ({column.unit})" if column.unit else ""
    text = f"{'→ ' if answer else ''}{column.label(lang)}{unit}"
    return text if text.isprintable() and meant(columns, text) == column.name else column.name


def own_header(columns: Sequence[Column], key: str, lang: str) -> str:
    """What the column of row ids (ROW) or of notes (NOTE) is called beside these columns."""
    text = _OWN[key][lang == "zh"]
    return text if meant(columns, text) == key else key


def meant(columns: Sequence[Column], text: str) -> str | None:
    """Code of the column that a header means, ROW, NOTE, or None; either language or the code."""
    bare = _ARROW.sub("", text)
    for wanted in (text, bare, _UNIT.sub("", bare).rstrip()):
        if any(column.name == wanted for column in columns):
            return wanted
        named = [column for column in columns if _folded(wanted) in _names(column)]
        if len(named) == 1:
            return named[0].name
        own = next((key for key, names in _OWN_NAMES.items() if _folded(wanted) in names), None)
        if own is not None and not named:
            return own
    return None


def currency_of(column: Column, header: str) -> str:
    """Currency that the header of a money column names; empty for none."""
    found = _UNIT.search(header)
    code = found[1].strip().upper() if found and column.type is ColumnType.MONEY else ""
    return code if re.fullmatch("[A-Z]{3}", code) else ""


def header_row(columns: Sequence[Column], sheet: Grid) -> int:
    """Row of a sheet, from 0, that holds the headers: that with most of them, the upper of two."""
    counts = [
        sum(meant(columns, cell) is not None for cell in cells) for cells in sheet.rows[:_DEEPEST]
    ]
    return counts.index(max(counts)) if counts else 0


def _names(column: Column) -> frozenset[str]:
    return frozenset(_folded(name) for name in (column.name, column.label_en, column.label_zh))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
