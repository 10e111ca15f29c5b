"""The story of one import inside the reading process: open, look, then hand out order by order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from channels.spreadsheet.dialects import BY_NAME
from channels.spreadsheet.evidence import Evidence, Witness, preferred_order
from channels.spreadsheet.group import (
    FORMAT,
    Body,
    Columns,
    Defaults,
    Role,
    body_bytes,
    columns_of,
    common_bytes,
    parted,
    row_of,
)
from channels.spreadsheet.grouping import Rows, StrayRow, counted, grouped
from channels.spreadsheet.joining import Joined, Shelf, Source, joined_rows, open_shelf
from channels.spreadsheet.layout import Layout
from channels.spreadsheet.limits import Limits
from channels.spreadsheet.mapping import messages_of
from channels.spreadsheet.opening import Opened, opened
from channels.spreadsheet.options import ExtractOptions
from channels.spreadsheet.records import (
    Ended,
    Order,
    Progress,
    Record,
    RowProblem,
    Started,
    TableLayout,
)
from channels.spreadsheet.tables import Unreadable
from channels.spreadsheet.wording import problem
from domain.findings import Finding, is_blocking

_PROGRESS_EVERY = 1000


@dataclass
class _Count:
    rows: int = 0
    orders: int = 0
    complete: bool = True


@dataclass(frozen=True)
class _Stream:
    """One table of orders, ready to be read, with what is the same for all its orders.

    `shared` keeps the beginning of a body, once per set of sheets that orders have rows in.
    """

    source: Source
    counts: dict[int, int]
    shelf: Shelf
    evidence: Evidence
    common: Body
    shared: dict[tuple[str, ...], tuple[Body, bytes]] = field(default_factory=dict)


def records(paths: Sequence[Path], options: ExtractOptions, limits: Limits) -> Iterator[Record]:
    """Read files as one import; the same files give the same orders in the same sequence."""
    found = opened(paths, options, limits)
    count = _Count(complete=not found.problems or bool(found.streams))
    yield Started(tuple(map(_told, found.layouts)), tuple(found.notes), found.rows)
    for sheet, finding in found.problems:
        yield RowProblem(sheet, 0, (finding,))
    if found.streams:
        try:
            yield from _orders(found, options, limits, count)
        except Unreadable as error:
            count.complete = False
            yield RowProblem(found.streams[0][1].sheet, 0, (error.finding,))
    yield Ended(count.rows, count.orders, count.complete)


def _orders(
    found: Opened, options: ExtractOptions, limits: Limits, count: _Count
) -> Iterator[Record]:
    evidence = Evidence()
    with open_shelf(found.shelved, evidence) as shelf:
        counts = [
            counted(table, layout, Witness.of(layout, evidence)) for table, layout in found.streams
        ]
        for source, counted_rows in zip(found.streams, counts, strict=True):
            common = _common(found, source[1], evidence, options)
            stream = _Stream(source, counted_rows, shelf, evidence, common)
            yield from _stream_records(stream, options, limits, count)
        for layout, row in shelf.orphans():
            finding = problem("orphan_line", f"{layout.sheet}, row {row.number}")
            yield _row_problem(layout, row.number, row.cells, (finding,))


def _stream_records(
    stream: _Stream, options: ExtractOptions, limits: Limits, count: _Count
) -> Iterator[Record]:
    table, layout = stream.source
    told = count.rows
    before = count.rows
    for each in grouped(table, layout, stream.counts, limits):
        if isinstance(each, StrayRow):
            count.rows += 1
            yield _row_problem(layout, each.row.number, each.row.cells, each.findings)
            continue
        count.rows += len(each.rows)
        count.orders += 1
        joined = joined_rows(stream.shelf, [(layout, row) for row in each.rows], each.key)
        if count.orders > options.skip:
            yield _order(stream, each, joined, options, count.orders)
        if count.rows - told >= _PROGRESS_EVERY:
            told = count.rows
            yield Progress(count.rows)
    if count.rows == before:
        yield RowProblem(layout.sheet, 0, (problem("no_rows", layout.sheet),))


def _order(
    stream: _Stream, rows: Rows, joined: Sequence[Joined], options: ExtractOptions, ordinal: int
) -> Order:
    body, prefix = _body(stream, rows, joined)
    messages = messages_of(parted(body), options.shop)
    findings = tuple(finding for message in messages for finding in message.findings)
    return Order(
        ordinal=ordinal,
        ref=messages[0].external_id or rows.key,
        rows=tuple((layout.sheet, row.number) for layout, row in joined),
        ok=not is_blocking(findings),
        kinds=tuple(message.kind for message in messages),
        findings=findings,
        body=body_bytes(body, prefix),
    )


def _body(stream: _Stream, rows: Rows, joined: Sequence[Joined]) -> tuple[Body, bytes]:
    """Put a group together, and the beginning of its bytes, which many orders share."""
    sheets = tuple(dict.fromkeys(layout.sheet for layout, _ in joined))
    shared = stream.shared.get(sheets)
    if shared is None:
        used = {layout.sheet: _columns(stream, layout) for layout, _ in joined}
        common = replace(stream.common, columns=used)
        shared = stream.shared[sheets] = (common, common_bytes(common))
    common, prefix = shared
    columns = common.columns
    told = [
        row_of(layout.sheet, row.number, row.cells, columns[layout.sheet].width)
        for layout, row in joined
    ]
    return replace(common, key=rows.key, rows=told), prefix


def _columns(stream: _Stream, layout: Layout) -> Columns:
    # Lines that stand alone are all there is of their orders.
    alone = layout is stream.source[1] and layout.role == "lines"
    role = cast(Role, "both" if alone else layout.role)
    return columns_of(layout, role, stream.evidence.width(layout))


def _common(found: Opened, layout: Layout, evidence: Evidence, options: ExtractOptions) -> Body:
    """Say once per table how its cells are to be read."""
    hints = found.hints
    dates = evidence.date_orders(preferred_order(options.dates, found.layouts))
    return Body(
        format=FORMAT,
        channel=options.channel,
        dialect=layout.dialect,
        key="",
        columns={},
        rows=[],
        dates={**dates, **hints.dates},
        decimal=hints.decimal or evidence.decimal,
        defaults=_defaults(found, layout, evidence, options),
        history=options.history,
        encoding=layout.encoding,
        formulas=any(each.formulas for each in found.layouts),
    )


def _defaults(
    found: Opened, layout: Layout, evidence: Evidence, options: ExtractOptions
) -> Defaults:
    """What the importer says outranks the file, the file what its dialect is known for."""
    said = found.hints.defaults or Defaults()
    dialect = BY_NAME[layout.dialect]
    headers = (each.currency for each in found.layouts)
    currencies = (options.currency, evidence.currency, said.currency, *headers, dialect.currency)
    countries = (options.country, said.country, dialect.country)
    inside = options.tax_included
    return Defaults(
        currency=next((each.upper() for each in currencies if each), ""),
        country=next((each.upper() for each in countries if each), ""),
        timezone=options.timezone if options.timezone != "UTC" else said.timezone,
        tax_included=said.tax_included if inside is None else inside,
    )


def _row_problem(
    layout: Layout, number: int, cells: Sequence[str], findings: tuple[Finding, ...]
) -> RowProblem:
    return RowProblem(layout.sheet, number, findings, layout.headers, tuple(cells))


def _told(layout: Layout) -> TableLayout:
    columns = tuple(zip(layout.headers, layout.names, strict=True))
    return TableLayout(
        layout.file,
        layout.sheet,
        layout.header_row,
        columns,
        layout.role,
        layout.dialect,
        layout.encoding,
    )
