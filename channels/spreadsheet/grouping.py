"""The rows of a table, one order at a time, however they are mixed.

A first pass counts the rows of every order; in the second one an order is handed out as soon as
its last row was seen. So only orders whose rows stand apart are kept waiting in memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from channels.spreadsheet.columns import BOUGHT, IDENTIFYING
from channels.spreadsheet.evidence import Witness
from channels.spreadsheet.layout import Layout
from channels.spreadsheet.limits import Limits
from channels.spreadsheet.tables import Row, Table
from channels.spreadsheet.wording import problem
from domain.findings import Finding

_NO_KEY = ("", "NULL", "None", "nan", "NaN", "\\N")


@dataclass(frozen=True)
class Rows:
    """All rows of one order."""

    key: str
    rows: list[Row]


@dataclass(frozen=True)
class StrayRow:
    """A row that belongs to no order, and why."""

    row: Row
    findings: tuple[Finding, ...]


@dataclass
class Keys:
    """Tells which order a row belongs to: its own number, or that of the row it continues."""

    layout: Layout
    _above: str = ""
    _key: int = field(init=False)
    _own: tuple[int, ...] = field(init=False)
    _bought: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._key = self.layout.key_indexes[0]
        self._own = self.layout.indexes(IDENTIFYING)
        self._bought = self.layout.indexes(BOUGHT)

    def of(self, cells: list[str]) -> str | None:
        """Return the row's order number, `` when it should have one and has not, None if blank."""
        key = cells[self._key].strip() if self._key < len(cells) else ""
        if key not in _NO_KEY:
            self._above = key
            return key
        if not any(cell and not cell.isspace() for cell in cells):
            return None
        continues = self._filled(cells, self._bought) and not self._filled(cells, self._own)
        return self._above if continues else ""

    def _filled(self, cells: list[str], places: tuple[int, ...]) -> bool:
        width = len(cells)
        return any(i < width and cells[i].strip() not in _NO_KEY for i in places)


def counted(table: Table, layout: Layout, witness: Witness) -> dict[int, int]:
    """Pass over the rows once: how many each order has, by the hash of its number."""
    counts: dict[int, int] = {}
    keys = Keys(layout)
    for row in below_header(table, layout):
        key = keys.of(row.cells)
        if key:
            witness.see(row.cells)
            name = hash(key)
            counts[name] = counts.get(name, 0) + 1
    return counts


def grouped(
    table: Table, layout: Layout, counts: dict[int, int], limits: Limits
) -> Iterator[Rows | StrayRow]:
    """Pass over the rows again and hand out each order when it is complete."""
    waiting: dict[str, list[Row]] = {}
    keys = Keys(layout)
    for row in below_header(table, layout):
        key = keys.of(row.cells)
        if row.flaw:
            yield StrayRow(row, (_flaw(layout, row),))
        elif key == "":
            yield StrayRow(row, (_no_key(layout, row),))
        elif key is not None:
            rows = waiting.setdefault(key, [])
            rows.append(row)
            # Hashes that collide only make an order wait until the end of the file.
            if len(rows) >= counts.get(hash(key), 0):
                yield _complete(layout, waiting.pop(key), key, limits)
    for key, rows in waiting.items():
        yield _complete(layout, rows, key, limits)


def below_header(table: Table, layout: Layout) -> Iterator[Row]:
    """Return the rows under the header."""
    return (row for row in table.rows() if row.number > layout.header_row)


def _complete(layout: Layout, rows: list[Row], key: str, limits: Limits) -> Rows | StrayRow:
    if len(rows) <= limits.order_rows:
        return Rows(key, rows)
    hint = (f" ({len(rows)})", f"（{len(rows)}）")
    return StrayRow(rows[0], (problem("order_too_long", key, "order_id", hint),))


def _no_key(layout: Layout, row: Row) -> Finding:
    return problem("no_order_id", f"{layout.sheet}, row {row.number}", "order_id")


def _flaw(layout: Layout, row: Row) -> Finding:
    return problem(row.flaw, f"{layout.sheet}, row {row.number}")
