"""Files to tables with their layouts, and which of them carry orders, lines, people and goods."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from channels.spreadsheet.dialects import BY_NAME, PLAIN, Dialect
from channels.spreadsheet.hints import SHEET, Hints, hints_in
from channels.spreadsheet.joining import Source
from channels.spreadsheet.layout import Layout, layout_of
from channels.spreadsheet.limits import Limits
from channels.spreadsheet.options import ExtractOptions
from channels.spreadsheet.tables import Table, Unreadable
from channels.spreadsheet.textfiles import text_tables
from channels.spreadsheet.wording import problem
from channels.spreadsheet.workbooks import is_workbook, workbook_tables
from domain.findings import Finding

_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"GIF8", b"\x7fELF")


@dataclass
class Opened:
    """What an import consists of.

    `streams` carry the orders, each read on its own; `shelved` are joined to them. `problems` are
    (sheet, finding) pairs that keep something from being read, `notes` say what was left out.
    """

    streams: list[Source] = field(default_factory=list)
    shelved: list[Source] = field(default_factory=list)
    problems: list[tuple[str, Finding]] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    hints: Hints = field(default_factory=Hints)

    @property
    def layouts(self) -> list[Layout]:
        """The layouts of all tables that are used."""
        return [layout for _, layout in (*self.streams, *self.shelved)]

    @property
    def rows(self) -> int | None:
        """How many rows there are, None when a table does not tell."""
        known = [table.known_rows for table, _ in self.streams]
        return None if None in known else sum(rows or 0 for rows in known)


def opened(paths: Sequence[Path], options: ExtractOptions, limits: Limits) -> Opened:
    """Open all files of one import; what can't be read becomes a problem, not an exception."""
    found = Opened()
    tables: list[Table] = []
    for path in paths:
        try:
            each, skipped = _tables(path, limits)
        except Unreadable as error:
            found.problems.append((path.name, error.finding))
            continue
        tables += each
        found.notes += skipped
    found.hints = hints_in(tables)
    tables = [table for table in _named_apart(tables) if table.name != SHEET]
    _sort(found, tables, options)
    return found


def _tables(path: Path, limits: Limits) -> tuple[list[Table], list[Finding]]:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise Unreadable(problem("no_file", path.name)) from error
    if not size:
        raise Unreadable(problem("empty", path.name))
    if size > limits.file_bytes:
        most = limits.file_bytes // (1 << 20)
        hint = (f" ({most} MiB)", f"（{most} MiB）")
        raise Unreadable(problem("too_big", path.name, hint=hint))
    if is_workbook(path):
        return workbook_tables(path, path.name, limits)
    if head.startswith(_BINARY):
        raise Unreadable(problem("unknown_format", path.name))
    return text_tables(path, path.name, limits), []


def _named_apart(tables: Sequence[Table]) -> list[Table]:
    """Put the file in front of sheet names that several files of one import share."""
    names = [table.name for table in tables]
    return [
        Table(t.file, f"{t.file}!{t.name}", t.rows, t.encoding, t.formulas, t.known_rows)
        if names.count(t.name) > 1
        else t
        for t in tables
    ]


def _sort(found: Opened, tables: Sequence[Table], options: ExtractOptions) -> None:
    sources, strange = _laid_out(found, tables, options)
    roles = {layout.role for _, layout in sources}
    orders_apart = "orders" in roles and "lines" in roles
    for table, layout in sources:
        role = layout.role
        if (
            role == "both"
            or (role == "lines" and not orders_apart)
            or (role == "orders" and orders_apart)
        ):
            found.streams.append((table, layout))
        elif role == "orders":
            found.problems.append((layout.sheet, problem("no_lines", layout.sheet)))
        elif role == "other":
            strange.append(table)
        else:
            found.shelved.append((table, layout))
    _say_what_is_strange(found, strange)


def _laid_out(
    found: Opened, tables: Sequence[Table], options: ExtractOptions
) -> tuple[list[Source], list[Table]]:
    forced = found.hints.forced
    first: dict[str, Layout | None] = {}
    for table in tables:
        try:
            first[table.name] = layout_of(table, options.mapping, forced=forced)
        except Unreadable as error:
            found.problems.append((table.name, error.finding))
    tables = [table for table in tables if table.name in first]
    beside = _leading([layout for layout in first.values() if layout])
    sources: list[Source] = []
    strange: list[Table] = []
    for table in tables:
        layout = first[table.name]
        if beside is not PLAIN and forced is None:
            layout = layout_of(table, options.mapping, beside)
        if layout is None:
            strange.append(table)
        else:
            sources.append((table, layout))
    return sources, strange


def _leading(layouts: Sequence[Layout]) -> Dialect:
    """Return the dialect that the tables of an import share, the plain one when they don't."""
    named = {layout.dialect for layout in layouts} - {PLAIN.name}
    return BY_NAME[named.pop()] if len(named) == 1 else PLAIN


def _say_what_is_strange(found: Opened, strange: Sequence[Table]) -> None:
    useful = bool(found.streams)
    for table in strange:
        if useful:
            found.notes.append(
                _unused(table.name, "no order number was found in it", "未找到订单号")
            )
        elif table.known_rows != 0:
            found.problems.append((table.name, problem("no_header", table.name)))
    if not useful and found.shelved:
        for _, layout in found.shelved:
            found.problems.append((layout.sheet, problem("no_header", layout.sheet)))
    if not useful and not found.problems:
        found.problems.append(("", problem("no_rows", "")))


def _unused(name: str, english: str, chinese: str) -> Finding:
    hint = (f": {english}", f"：{chinese}")
    return problem("unused_sheet", name, hint=hint, severity="warning")
