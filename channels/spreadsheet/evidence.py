"""What only the whole file can tell: day or month first, point or comma, one currency or several.

Gathered in the first of two passes, together with how many rows each order has.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from channels.spreadsheet.columns import DATES, MONEY
from channels.spreadsheet.dates import SHORT_DATE, shape_of
from channels.spreadsheet.dialects import BY_NAME
from channels.spreadsheet.layout import Layout

_COMMA_DECIMAL = re.compile(r"\d,\d{1,2}(?!\d)|\d\.\d{3},\d")
_POINT_DECIMAL = re.compile(r"\d\.\d{1,2}(?!\d)|\d,\d{3}\.\d")


@dataclass
class Evidence:
    """Counts of what speaks for each reading."""

    orders: dict[str, Counter[str]] = field(default_factory=dict)
    marks: Counter[str] = field(default_factory=Counter)
    currencies: Counter[str] = field(default_factory=Counter)
    widths: dict[str, Counter[int]] = field(default_factory=dict)

    def add_date(self, text: str) -> None:
        """Note what a date such as `13/05/2024` says about the order of day and month."""
        seen = _date_evidence(text)
        if seen:
            shape, order = seen
            self.orders.setdefault(shape, Counter())[order] += 1

    def add_amount(self, text: str) -> None:
        """Note which decimal sign an amount has."""
        if "," in text and _COMMA_DECIMAL.search(text):
            self.marks[","] += 1
        elif "." in text and _POINT_DECIMAL.search(text):
            self.marks["."] += 1

    def date_orders(self, preferred: str) -> Mapping[str, str]:
        """Return dmy or mdy per shape of date; shapes about which nothing is certain are missing.

        Where both occur every certain date reads itself and the others stay open. Without any
        evidence `preferred` counts, if there is one.
        """
        decided: dict[str, str] = {}
        for shape, seen in self.orders.items():
            certain = {order for order in ("dmy", "mdy") if seen[order]}
            if len(certain) == 1:
                decided[shape] = certain.pop()
            elif not certain and preferred:
                decided[shape] = preferred
        # A date like 04/05/24 takes after 13/05/2024 in the same file.
        for shape in self.orders:
            alike = {order for other, order in decided.items() if other[0] == shape[0]}
            if shape not in decided and len(alike) == 1 and not self._torn(shape):
                decided[shape] = alike.pop()
        return decided

    def _torn(self, shape: str) -> bool:
        return bool(self.orders[shape]["dmy"] and self.orders[shape]["mdy"])

    def width(self, layout: Layout) -> int:
        """Return how many cells the rows of a table usually have, at least one per header.

        Some programs end every row, but not the header, with a separator.
        """
        seen = self.widths.get(layout.sheet)
        usual, rows = seen.most_common(1)[0] if seen else (0, 0)
        # Of one or two rows it can't be told from a separator inside a text.
        usual = usual if rows > 2 else 0
        return max(usual, len(layout.headers))

    @property
    def decimal(self) -> str:
        """Return the decimal sign of the file: the comma only when it clearly prevails."""
        return "," if self.marks[","] > self.marks["."] else "."

    @property
    def currency(self) -> str:
        """Return the file's only currency, empty when there are none or several."""
        return next(iter(self.currencies)) if len(self.currencies) == 1 else ""


@dataclass(frozen=True)
class Witness:
    """Takes the evidence of one table's rows."""

    evidence: Evidence
    widths: Counter[int]
    dates: tuple[int, ...]
    amounts: tuple[int, ...]
    currencies: tuple[int, ...]

    @classmethod
    def of(cls, layout: Layout, evidence: Evidence) -> "Witness":
        """Look up once where a table's dates, amounts and currencies stand."""
        places = (layout.indexes(each) for each in (DATES, MONEY, ("currency",)))
        return cls(evidence, evidence.widths.setdefault(layout.sheet, Counter()), *places)

    def see(self, cells: list[str]) -> None:
        """Take the evidence of one row."""
        width = len(cells)
        self.widths[width] += 1
        for i in self.dates:
            if i < width and (text := cells[i]):
                self.evidence.add_date(text)
        for i in self.amounts:
            if i < width and (text := cells[i]) and not text.isdigit():
                self.evidence.add_amount(text)
        for i in self.currencies:
            if i < width and (text := cells[i].strip()):
                self.evidence.currencies[text.upper()] += 1


def preferred_order(said: str, layouts: Iterable[Layout]) -> str:
    """Return what the importer said, else what the report's dialect is known for."""
    known = {BY_NAME[layout.dialect].dates for layout in layouts} - {""}
    return said or (known.pop() if len(known) == 1 else "")


@lru_cache(maxsize=8192)
def _date_evidence(text: str) -> tuple[str, str] | None:
    match = SHORT_DATE.match(text.strip())
    if match is None:
        return None
    first, second = int(match["first"]), int(match["second"])
    order = "dmy" if first > 12 else "mdy" if second > 12 else "open"
    return shape_of(match), order
