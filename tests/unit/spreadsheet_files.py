"""Small spreadsheets for tests, made on the spot, and what comes of reading them."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from channels.message import ChannelMessage
from channels.spreadsheet.limits import DEFAULT_LIMITS, Limits
from channels.spreadsheet.mapping import read
from channels.spreadsheet.options import ExtractOptions
from channels.spreadsheet.reading import records
from channels.spreadsheet.records import Order, Record, RowProblem
from domain.findings import Finding
from domain.order import CanonicalOrder

Cell = Any
Rows = Sequence[Sequence[Cell]]

HEADERS = (
    "Order ID",
    "Order date",
    "Currency",
    "Customer name",
    "Phone",
    "Recipient",
    "Address",
    "City",
    "Postal code",
    "Country",
    "SKU",
    "Quantity",
    "Unit price",
    "Shipping",
    "Total",
    "Status",
)
_ROW: Mapping[str, Cell] = {
    "Order ID": "A-1",
    "Order date": "2026-11-03 08:15",
    "Currency": "EUR",
    "Customer name": "Beispiel GmbH",
    "Phone": "+49 30 901820",
    "Recipient": "Erika Beispiel",
    "Address": "Beispielweg 5",
    "City": "Berlin",
    "Postal code": "10115",
    "Country": "DE",
    "SKU": "KB-200",
    "Quantity": 2,
    "Unit price": "50.00",
    "Shipping": "4.90",
    "Total": "104.90",
    "Status": "",
}


def row(**changes: Cell) -> list[Cell]:
    """Return a sound row with cells changed; `Order_ID` stands for the header `Order ID`."""
    cells = dict(_ROW) | {name.replace("_", " "): cell for name, cell in changes.items()}
    return [cells[header] for header in HEADERS]


def csv_bytes(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Write rows as a text file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def csv_file(folder: Path, rows: Rows, name: str = "orders.csv", **how: str) -> Path:
    """Write rows as a text file into a folder."""
    path = folder / name
    path.write_bytes(csv_bytes(rows, **how))
    return path


def xlsx_file(
    folder: Path,
    sheets: Mapping[str, Rows],
    name: str = "orders.xlsx",
    hidden: Sequence[str] = (),
) -> Path:
    """Write sheets as a workbook; cells of the form `=...` become formulas never worked out."""
    path = folder / name
    with xlsxwriter.Workbook(str(path)) as book:
        for title, rows in sheets.items():
            page = book.add_worksheet(title)
            for number, cells in enumerate(rows):
                for i, cell in enumerate(cells):
                    if isinstance(cell, str) and cell.startswith("="):
                        page.write_formula(number, i, cell, None, "")
                    elif isinstance(cell, str):
                        page.write_string(number, i, cell)
                    else:
                        page.write(number, i, cell)
            if title in hidden:
                page.hide()
    return path


def told(*paths: Path, limits: Limits = DEFAULT_LIMITS, **options: Any) -> list[Record]:
    """Read files in this process and return all records."""
    return list(records(paths, ExtractOptions(**options), limits))


def orders_of(found: Sequence[Record]) -> list[Order]:
    """Return the orders among records."""
    return [each for each in found if isinstance(each, Order)]


def problems_of(found: Sequence[Record]) -> list[Finding]:
    """Return the findings of rows and files that belong to no order."""
    return [f for each in found if isinstance(each, RowProblem) for f in each.findings]


def messages(found: Sequence[Record], shop: str = "main") -> list[list[ChannelMessage]]:
    """Read every order's body as the importer does."""
    return [read("", each.body, shop) for each in orders_of(found)]


def first_message(found: Sequence[Record]) -> ChannelMessage:
    """Return the first order's first message."""
    return messages(found)[0][0]


def first_order(found: Sequence[Record]) -> CanonicalOrder:
    """Return the first canonical order, which must be there."""
    message = first_message(found)
    assert message.order is not None, [each.message_en for each in message.findings]
    return message.order


def codes(message: ChannelMessage, severity: str = "error") -> list[str]:
    """Return the codes of a message's findings of one severity."""
    return [each.code.value for each in message.findings if each.severity == severity]
