"""What the reading process tells its parent: typed records, and their form on the pipe.

A record is a line of JSON; that of an order names how many bytes of its body follow the line. The
parent believes nothing: what has not exactly this form ends the reading.
"""

import json
from dataclasses import dataclass
from typing import Any, BinaryIO

from pydantic import TypeAdapter, ValidationError

from domain.findings import Finding

LONGEST_LINE = 4 * 1024 * 1024
LONGEST_BODY = 32 * 1024 * 1024


@dataclass(frozen=True)
class TableLayout:
    """How one table is read: what each header means (empty: it is read past)."""

    file: str
    sheet: str
    header_row: int
    columns: tuple[tuple[str, str], ...]
    role: str
    dialect: str
    encoding: str


@dataclass(frozen=True)
class Started:
    """The file was opened. `notes` say what was skipped; `rows` is None while unknown."""

    layouts: tuple[TableLayout, ...]
    notes: tuple[Finding, ...] = ()
    rows: int | None = None


@dataclass(frozen=True)
class Order:
    """One order, mapped and validated on trial: `ordinal` counts from 1, the same every time.

    `rows` are (sheet, row) pairs, the first one first. `body` is what `read` understands; `kinds`
    are the messages it gives. `ok` is False when findings of severity error are among `findings`.
    """

    ordinal: int
    ref: str
    rows: tuple[tuple[str, int], ...]
    ok: bool
    kinds: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    body: bytes = b""


@dataclass(frozen=True)
class RowProblem:
    """A row that belongs to no order, or a whole file or sheet (`row` 0) that can't be read.

    `headers` and `cells` are the row as it was.
    """

    sheet: str
    row: int
    findings: tuple[Finding, ...]
    headers: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Progress:
    """How many rows were read so far, over both passes' second one."""

    rows_read: int


@dataclass(frozen=True)
class Ended:
    """The last record of every reading. `complete` is False when it broke off."""

    rows: int
    orders: int
    complete: bool = True


Record = Started | Order | RowProblem | Progress | Ended
_KINDS: dict[str, type[Any]] = {
    "started": Started,
    "order": Order,
    "row": RowProblem,
    "progress": Progress,
    "ended": Ended,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_ADAPTERS: dict[str, TypeAdapter[Any]] = {n: TypeAdapter(kind) for n, kind in _KINDS.items()}


class Garbled(Exception):
    """What came through the pipe is no record."""


def write_record(pipe: BinaryIO, record: Record) -> None:
    """Write one record."""
    name = _NAMES[type(record)]
    body = record.body if isinstance(record, Order) else b""
    line = _ADAPTERS[name].dump_json(record, exclude={"body"})
    # Put the two fields of the pipe in front of the record's own.
    pipe.write(b'{"kind":"%s","bytes":%d,' % (name.encode(), len(body)))
    pipe.write(line[1:])
    pipe.write(b"\n")
    pipe.write(body)


def read_record(pipe: BinaryIO) -> Record | None:
    """Read one record, None at the end; raises Garbled."""
    line = pipe.readline(LONGEST_LINE)
    if not line:
        return None
    try:
        fields = json.loads(line)
        name, size = fields.pop("kind"), fields.pop("bytes")
        if not isinstance(size, int) or not 0 <= size <= LONGEST_BODY:
            raise Garbled
        body = pipe.read(size) if size else b""
        if len(body) != size:
            raise Garbled
        fields |= {"body": body} if name == "order" else {}
        record: Record = _ADAPTERS[name].validate_python(fields)
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
        raise Garbled from error
    return record
