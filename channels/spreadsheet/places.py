"""Where in the file a finding of line 1 belongs: a path of the canonical order to a cell."""

import re
from collections.abc import Sequence

from channels.spreadsheet.columns import COLUMNS
from channels.spreadsheet.context import Context
from channels.spreadsheet.lines import PricedLine
from channels.spreadsheet.wording import with_place
from domain.findings import Finding

_LINE = re.compile(r"lines\[(\d+)\]\.?(.*)")
_OF_CUSTOMER = {"external_id": "customer_id", "name": "customer_name"}
_OF_ADDRESS = {"name": "ship_name", "phone": "ship_phone"}
_OF_LINE = {"total": "line_total", "discount": "line_discount", "tax": "line_tax"}
_OF_ORDER = {"external_id": "order_id", "number": "order_number", "terms": "payment_terms"}


def placed(context: Context, found: Finding, lines: Sequence[PricedLine]) -> Finding:
    """Put sheet, row and column behind a finding's sentences."""
    match = _LINE.fullmatch(found.field)
    if match:
        index = int(match.group(1))
        row = lines[index].row if index < len(lines) else None
        column = _OF_LINE.get(match.group(2), match.group(2))
    else:
        column = _column(found.field)
        row = context.group.first(column)[1] if column else None
    return with_place(found, context.place(row, column))


def _column(field: str) -> str:
    part, _, leaf = field.rpartition(".")
    names = {"customer": _OF_CUSTOMER, "shipping_address": _OF_ADDRESS}.get(part, _OF_ORDER)
    column = names.get(leaf, leaf)
    return column if column in COLUMNS else ""
