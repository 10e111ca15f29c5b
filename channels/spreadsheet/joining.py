"""Orders, their lines, customers and products from several tables, put together.

The further tables wait in a temporary SQLite file, which deletes itself and keeps memory flat;
the orders' table is read in its own order.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain

from channels.spreadsheet.evidence import Evidence, Witness
from channels.spreadsheet.grouping import Keys, below_header
from channels.spreadsheet.layout import Layout
from channels.spreadsheet.tables import Row, Table

Source = tuple[Table, Layout]
Joined = tuple[Layout, Row]


class Shelf:
    """Rows by role and key; `sources` are numbered so that a row knows its layout."""

    def __init__(self, sources: Sequence[Source], evidence: Evidence) -> None:
        # An empty name is SQLite's own word for a temporary file.
        self._db = sqlite3.connect("", isolation_level=None)
        self._layouts = [layout for _, layout in sources]
        self._roles = frozenset(layout.role for layout in self._layouts)
        self._db.execute("CREATE TABLE kept (role TEXT, key TEXT, source INT, row INT, cells TEXT)")
        self._db.execute("BEGIN")
        for number, (table, layout) in enumerate(sources):
            self._fill(number, table, layout, Witness.of(layout, evidence))
        self._db.execute("CREATE INDEX kept_key ON kept (role, key)")
        self._db.execute("COMMIT")

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to join."""
        return not self._layouts

    def rows(self, role: str, key: str) -> list[Joined]:
        """Return the rows with this key, in the order of their tables."""
        if role not in self._roles:
            return []
        found = self._db.execute(
            "SELECT source, row, cells FROM kept WHERE role = ? AND key = ? ORDER BY source, row",
            (role, key),
        )
        return [
            (self._layouts[source], Row(row, json.loads(cells))) for source, row, cells in found
        ]

    def take_lines(self, key: str) -> list[Joined]:
        """Return an order's lines and remember that they were asked for."""
        lines = self.rows("lines", key)
        if not lines:
            return lines
        self._db.execute("DELETE FROM kept WHERE role = 'lines' AND key = ?", (key,))
        return lines

    def orphans(self) -> Iterator[Joined]:
        """Return the lines nobody took."""
        left = "SELECT source, row, cells FROM kept WHERE role = 'lines' ORDER BY source, row"
        for source, row, cells in self._db.execute(left):
            yield self._layouts[source], Row(row, json.loads(cells))

    def close(self) -> None:
        """Delete the temporary file."""
        self._db.close()

    def _fill(self, number: int, table: Table, layout: Layout, witness: Witness) -> None:
        keyed = _keyed_lines(table, layout) if layout.role == "lines" else _keyed(table, layout)
        self._db.executemany(
            "INSERT INTO kept VALUES (?, ?, ?, ?, ?)",
            ((layout.role, key, number, row.number, _kept(row, witness)) for key, row in keyed),
        )


def joined_rows(shelf: Shelf, rows: Sequence[Joined], key: str) -> list[Joined]:
    """Return an order's own rows, then its lines, its customer and the products of its lines."""
    if shelf.is_empty:
        return list(rows)
    lines = shelf.take_lines(key)
    customers = _values(rows, "customer_id")
    products = _values([*rows, *lines], "product_id") or _values([*rows, *lines], "sku")
    others = chain.from_iterable(
        shelf.rows(role, each)
        for role, wanted in (("customers", customers), ("products", products))
        for each in wanted
    )
    return [*rows, *lines, *others]


def open_shelf(sources: Sequence[Source], evidence: Evidence) -> "closing[Shelf]":
    """Shelve tables of lines, customers and products, taking their evidence in passing."""
    return closing(Shelf(sources, evidence))


def _kept(row: Row, witness: Witness) -> str:
    witness.see(row.cells)
    return json.dumps(row.cells)


def _values(rows: Sequence[Joined], column: str) -> list[str]:
    found = dict.fromkeys(
        row.cells[i].strip()
        for layout, row in rows
        for i in layout.indexes((column,))
        if i < len(row.cells)
    )
    return [value for value in found if value]


def _keyed_lines(table: Table, layout: Layout) -> Iterator[tuple[str, Row]]:
    keys = Keys(layout)
    for row in below_header(table, layout):
        if (key := keys.of(row.cells)) is not None:
            yield key, row


def _keyed(table: Table, layout: Layout) -> Iterator[tuple[str, Row]]:
    columns = ("customer_id",) if layout.role == "customers" else ("product_id", "sku")
    place = next(i for name in columns for i in layout.indexes((name,)))
    for row in below_header(table, layout):
        if place < len(row.cells) and (key := row.cells[place].strip()):
            yield key, row
