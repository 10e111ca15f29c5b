"""The rows of one order as the body of a message: JSON that explains itself, cells as they were.

`{"format", "channel", "dialect", "key", "rows": [{"sheet", "row", "cells"}],
"columns": {sheet: {"role", "headers", "names", "width"}}, "dates", "decimal",
"defaults": {"currency", "country", "timezone", "tax_included"}, "history", "encoding",
"formulas"}`. Every row keeps all its cells in the order of its sheet's columns, so an error
workbook can show what was sent. The same file gives the same bytes every time: they are the key by
which a repeated import is recognised.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from channels.spreadsheet.dates import ZoneName
from channels.spreadsheet.dialects import BY_NAME, Dialect
from channels.spreadsheet.layout import Layout

Role = Literal["orders", "lines", "both", "customers", "products"]
BLANKS = frozenset({"NULL", "\\N", "NaN", "nan", "None", "#N/A", "N/A"})


@dataclass(frozen=True)
class Columns:
    """The columns of one sheet: `names` are ours, empty for those we don't know.

    `width` is how many cells a row has when nothing is wrong with it.
    """

    role: Role
    headers: list[str]
    names: list[str]
    width: int = 0


@dataclass(frozen=True)
class GroupRow:
    """One row; `row` counts from 1 as a spreadsheet program does."""

    sheet: str
    row: int
    cells: list[str]


@dataclass(frozen=True)
class Defaults:
    """What the file leaves open, as the importer said or the file's evidence shows."""

    currency: str = ""
    country: str = ""
    timezone: ZoneName = "UTC"
    tax_included: bool | None = None


@dataclass(frozen=True)
class Body:
    """One group as it is sent and stored."""

    format: Literal["orderflow-rows-1"]
    key: str
    columns: dict[str, Columns]
    rows: list[GroupRow]
    channel: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,31}$")] = "spreadsheet"
    dialect: str = "plain"
    dates: dict[str, str] = field(default_factory=dict)
    decimal: str = "."
    defaults: Defaults = Defaults()
    history: bool = False
    encoding: str = ""
    formulas: bool = False


FORMAT: Literal["orderflow-rows-1"] = "orderflow-rows-1"
_BODY = TypeAdapter(Body)


@dataclass(frozen=True)
class Cells:
    """The cells of one row by our column names; blank and absent ones are left out."""

    sheet: str
    row: int
    values: Mapping[str, str]
    surplus: int = 0

    def get(self, name: str) -> str:
        """Return a cell's text, empty when there is none."""
        return self.values.get(name, "")


@dataclass(frozen=True)
class Group:
    """One order's rows, parted by what they tell about."""

    body: Body
    dialect: Dialect
    heads: Sequence[Cells]
    lines: Sequence[Cells]
    customers: Sequence[Cells] = ()
    products: Mapping[str, Cells] = field(default_factory=dict)

    def first(self, name: str) -> tuple[str, Cells | None]:
        """Return the first cell that is filled, in the order's rows, then the customer's."""
        return self.firsts.get(name, _NOTHING)

    def has_column(self, *names: str) -> bool:
        """Tell whether any sheet of this group has one of these columns at all."""
        return not self._columns.isdisjoint(names)

    def header(self, sheet: str, name: str) -> str:
        """Return what a sheet calls one of our columns, empty when it has none such."""
        columns = self.body.columns.get(sheet)
        if columns is None or not name or name not in columns.names:
            return ""
        return columns.headers[columns.names.index(name)]

    @cached_property
    def firsts(self) -> Mapping[str, tuple[str, Cells | None]]:
        """The first cell that is filled of every column, as `first` gives it."""
        found: dict[str, tuple[str, Cells | None]] = {}
        for row in reversed((*self.heads, *self.customers)):
            for name, text in row.values.items():
                found[name] = text, row
        return found

    @cached_property
    def _columns(self) -> frozenset[str]:
        return frozenset(name for each in self.body.columns.values() for name in each.names)


_NOTHING: tuple[str, Cells | None] = ("", None)


def parsed(raw_body: bytes) -> Group:
    """Read a group; raises ValueError when the bytes are no group of ours."""
    try:
        body = _BODY.validate_json(raw_body)
    except ValidationError as error:
        raise ValueError("not a group of rows") from error
    return parted(body)


def parted(body: Body) -> Group:
    """Sort a group's rows by what they tell about."""
    by_role: dict[str, list[Cells]] = {}
    for row in body.rows:
        columns = body.columns.get(row.sheet)
        if columns is not None:
            cells = _cells(row.sheet, row.row, row.cells, columns)
            by_role.setdefault(columns.role, []).append(cells)
    both = by_role.get("both", [])
    products = {
        key: row
        for row in by_role.get("products", [])
        if (key := row.get("product_id") or row.get("sku"))
    }
    return Group(
        body,
        BY_NAME.get(body.dialect, BY_NAME["plain"]),
        heads=by_role.get("orders", []) or both,
        lines=by_role.get("lines", []) or both,
        customers=by_role.get("customers", []),
        products=products,
    )


def body_bytes(body: Body, prefix: bytes) -> bytes:
    """Write a group, always the same way; `prefix` is what `common_bytes` wrote of it."""
    rows = [{"sheet": row.sheet, "row": row.row, "cells": row.cells} for row in body.rows]
    own = json.dumps({"key": body.key, "rows": rows}, ensure_ascii=False, separators=(",", ":"))
    return prefix + own[1:].encode("utf-8", "replace")


def common_bytes(body: Body) -> bytes:
    """Write what is the same for all orders of a table, up to where an order's own part begins."""
    return _BODY.dump_json(body, exclude={"key", "rows"})[:-1] + b","


def columns_of(layout: Layout, role: Role, width: int) -> Columns:
    """Describe a sheet's columns in a body."""
    return Columns(role=role, headers=list(layout.headers), names=list(layout.names), width=width)


def row_of(sheet: str, number: int, cells: Sequence[str], usual_width: int) -> GroupRow:
    """Put a row into a body, without the blank cells at its end unless it has too many."""
    width = len(cells)
    while 0 < width <= usual_width and not cells[width - 1]:
        width -= 1
    return GroupRow(sheet, number, list(cells[:width]))


def _cells(sheet: str, number: int, cells: Sequence[str], columns: Columns) -> Cells:
    values = {
        name: text
        for name, cell in zip(columns.names, cells, strict=False)
        if name and (text := cell.strip()) and text not in BLANKS
    }
    usual = max(columns.width, len(columns.headers))
    return Cells(sheet, number, values, max(0, len(cells) - usual))
