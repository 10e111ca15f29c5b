"""What all sheets of rule tables share when they are read: places, findings, and known columns."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from domain.grids import Grid, cell_name
from domain.rules.cell_values import CellError
from domain.rules.cells import Column
from domain.rules.findings import RuleCode, RuleFinding, finding
from domain.rules.shapes import SHAPES
from domain.rules.tables import Table


@dataclass
class SheetReading:
    """One sheet being read: what was found wrong, and where columns and rows lie (from 0)."""

    table: Table
    sheet: Grid
    currency: str
    findings: list[RuleFinding] = field(default_factory=list)
    header: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def report(
        self,
        code: RuleCode,
        at: tuple[int, int],
        *,
        row: str = "",
        column: str = "",
        value: object = "",
        wanted: object = "",
    ) -> None:
        """Note what is wrong at a cell, (row, column) from 0."""
        self.findings.append(
            finding(
                code,
                self.table.name,
                row=row,
                column=column,
                value=value,
                wanted=wanted,
                sheet=self.sheet.name,
                cell=cell_name(*at),
            )
        )

    def refuse(self, error: CellError, at: tuple[int, int], row: str, column: str) -> None:
        """Note that a cell can't be read."""
        self.report(error.code, at, row=row, column=column, value=error.value, wanted=error.wanted)

    def body(self) -> Iterator[tuple[int, list[str]]]:
        """Rows below the header that hold anything, with their numbers from 0."""
        for number, cells in enumerate(self.sheet.rows):
            if number > self.header and any(cell.strip() for cell in cells):
                yield number, cells

    def text(self, number: int, column: str) -> str:
        """Cell of a row in a column; empty where the sheet has no such column."""
        at = self.columns.get(column)
        return "" if at is None else self.sheet.cell(number, at)

    def at(self, number: int, column: str) -> tuple[int, int]:
        """Place of a cell of a row, that of the row's first cell where there is no such column."""
        return number, self.columns.get(column, 0)

    def place(self, item: RuleFinding) -> RuleFinding:
        """Say where in the sheet a finding about the table is; what it does not know is left."""
        at = self.rows.get(item.row, self.header if not item.row else None)
        if item.cell or at is None:
            return item if item.sheet else replace(item, sheet=self.sheet.name)
        column = self.columns.get(item.column, 0)
        return replace(item, sheet=self.sheet.name, cell=cell_name(at, column))


def known_columns(table: Table) -> tuple[Column, ...]:
    """Columns a sheet of this table may have: its own, and outputs that came after it."""
    return (*table.inputs, *table.outputs, *_later(table))


def with_later_columns(table: Table, names: frozenset[str]) -> Table:
    """The table with those of the later outputs that are named."""
    added = tuple(column for column in _later(table) if column.name in names)
    return replace(table, outputs=(*table.outputs, *added)) if added else table


def _later(table: Table) -> tuple[Column, ...]:
    shape = SHAPES.get(table.name)
    held = {column.name for column in (*table.inputs, *table.outputs)}
    wanted = shape.outputs if shape is not None else ()
    return tuple(column for column in wanted if column.optional and column.name not in held)
