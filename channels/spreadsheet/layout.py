"""Where a table's header is and what its columns mean."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from channels.spreadsheet.aliases import bracketed, column_named, normal
from channels.spreadsheet.columns import BOUGHT, COLUMNS, CUSTOMER, IGNORED, KEYS, ORDER_COLUMNS
from channels.spreadsheet.dialects import BY_NAME, PLAIN, Dialect, dialect_of
from channels.spreadsheet.tables import Row, Table
from domain.money import is_currency

# How far down a header may stand below titles and notes.
_DEEPEST_HEADER = 40
_LONGEST_HEADER = 80


@dataclass(frozen=True)
class Layout:
    """The columns of one table: their headers and our names, `` for those we don't know.

    `header_row` counts from 1 and is the lower one of a header of two rows.
    """

    file: str
    sheet: str
    header_row: int
    headers: tuple[str, ...]
    names: tuple[str, ...]
    dialect: str
    encoding: str = ""
    formulas: bool = False

    @cached_property
    def known(self) -> frozenset[str]:
        """The columns of ours that this table has."""
        return frozenset(self.names) - {""} - IGNORED

    @cached_property
    def unknown_headers(self) -> tuple[str, ...]:
        """The headers that are read past."""
        pairs = zip(self.headers, self.names, strict=True)
        return tuple(header for header, name in pairs if header and not name)

    @property
    def currency(self) -> str:
        """The currency a price header names in brackets, empty if none does."""
        found = {code for header in self.headers if is_currency(code := bracketed(header).upper())}
        return found.pop() if len(found) == 1 else ""

    def indexes(self, columns: Iterable[str]) -> tuple[int, ...]:
        """Return where these columns stand."""
        wanted = frozenset(columns)
        return tuple(i for i, name in enumerate(self.names) if name in wanted)

    @cached_property
    def key_indexes(self) -> tuple[int, ...]:
        """Where the column that holds an order's rows together stands, the better one first."""
        key = BY_NAME[self.dialect].key
        names = (key, *(name for name in KEYS if name != key))
        return tuple(i for name in names for i in self.indexes((name,)))[:1]

    @cached_property
    def role(self) -> str:
        """Return orders, lines, both, customers, products or other."""
        bought = bool(self.known & BOUGHT)
        if not self.key_indexes:
            if "customer_id" in self.known and len(self.known & CUSTOMER) > 1:
                return "customers"
            is_product = {"title"} <= self.known and bool(self.known & {"sku", "product_id"})
            return "products" if is_product else "other"
        about_order = (self.known & ORDER_COLUMNS) - set(KEYS)
        if bought:
            return "both" if about_order - {"discount", "tax"} else "lines"
        return "orders" if "placed_at" in self.known or len(about_order) > 3 else "other"


def layout_of(
    table: Table, mapping: Mapping[str, str], beside: Dialect = PLAIN, forced: Dialect | None = None
) -> Layout | None:
    """Find the header; None when no row looks like one.

    The row (or two rows, the upper one spanning columns) that names most of our columns wins, the
    first of equals. `mapping` (header to column) outranks aliases and dialects. `beside`: see
    `dialect_of`; `forced` is the dialect whatever the headers say.
    """
    wanted = {normal(header): column for header, column in mapping.items()}
    best: tuple[int, int, tuple[str, ...], Dialect] | None = None
    for number, headers in _candidates(table.rows()):
        dialect = forced or dialect_of(headers, beside)
        names = _names(headers, wanted, dialect)
        score = len(set(names) - {""}) + 2 * any(name in KEYS for name in names)
        if score >= 2 and (best is None or score > best[0]):
            best = score, number, headers, dialect
    if best is None:
        return None
    _, number, headers, dialect = best
    names = _names(headers, wanted, dialect)
    return Layout(
        table.file,
        table.name,
        number,
        headers,
        names,
        dialect.name,
        encoding=table.encoding,
        formulas=table.formulas,
    )


def _candidates(rows: Iterator[Row]) -> Iterator[tuple[int, tuple[str, ...]]]:
    above: Sequence[str] = ()
    for row in islice(rows, _DEEPEST_HEADER):
        cells = tuple(_header(cell) for cell in row.cells)
        while cells and not cells[-1]:
            cells = cells[:-1]
        if len([cell for cell in cells if cell]) >= 2:
            yield row.number, cells
            if above:
                yield row.number, _two_rows(above, cells)
        above = cells


def _header(cell: str) -> str:
    text = " ".join(cell.replace("\ufeff", "").split())
    return text if len(text) <= _LONGEST_HEADER else ""


def _two_rows(above: Sequence[str], below: Sequence[str]) -> tuple[str, ...]:
    """Join `Shipping | | ` over `Name | City | Zip`: a merged cell stands at its left end."""
    joined: list[str] = []
    span = ""
    for i in range(max(len(above), len(below))):
        span = above[i] if i < len(above) and above[i] else span
        low = below[i] if i < len(below) else ""
        # A header that is known by its lower half alone keeps it, unless the upper one adds sense.
        both = f"{span} {low}".strip()
        joined.append(both if not low or column_named(both) else low)
    return tuple(joined)


def _names(headers: Sequence[str], wanted: Mapping[str, str], dialect: Dialect) -> tuple[str, ...]:
    taken: set[str] = set()
    names: list[str] = []
    for header in headers:
        name = _name(header, wanted, dialect)
        # Of two columns with one meaning the first counts: people copy columns to the right.
        names.append("" if name in taken else name)
        taken |= {name} - {""}
    return tuple(names)


def _name(header: str, wanted: Mapping[str, str], dialect: Dialect) -> str:
    low = normal(header)
    if not low:
        return ""
    if low in wanted:
        return wanted[low] if wanted[low] in COLUMNS else ""
    if low in dialect.names:
        return dialect.names[low]
    return column_named(header) or ""
