"""How a file was read, written into its error workbook, so that a corrected row is read alike.

A few rows taken out of a file can no longer tell whether 04/05/24 is in April or in May.
"""

import json
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, ValidationError

from channels.spreadsheet.dialects import BY_NAME, Dialect
from channels.spreadsheet.group import Body, Defaults
from channels.spreadsheet.tables import Table

SHEET = "orderflow"
_MARK = "orderflow-reading-1"


class Hints(BaseModel):
    """What the first reading had decided."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    dialect: str = ""
    dates: dict[str, str] = {}
    decimal: str = ""
    defaults: Defaults | None = None

    @property
    def forced(self) -> Dialect | None:
        """The dialect, None when it names none that we know."""
        return BY_NAME.get(self.dialect)


def hints_of(body: Body) -> Hints:
    """Return what a group says about its reading."""
    return Hints(
        dialect=body.dialect, dates=body.dates, decimal=body.decimal, defaults=body.defaults
    )


def hint_rows(hints: Hints) -> list[list[str]]:
    """Return the rows of the workbook's sheet for them."""
    return [
        [_MARK, hints.model_dump_json()],
        ["please leave this sheet as it is", "请勿修改此工作表"],
    ]


def hints_in(tables: Sequence[Table]) -> Hints:
    """Return the hints among the tables of an import, empty ones when there are none."""
    for table in tables:
        if table.name == SHEET:
            first = next(table.rows(), None)
            if first and len(first.cells) > 1 and first.cells[0] == _MARK:
                return _parsed(first.cells[1])
    return Hints()


def _parsed(text: str) -> Hints:
    try:
        return Hints.model_validate(json.loads(text))
    except (ValueError, ValidationError):
        return Hints()
