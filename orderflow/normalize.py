"""`orderflow normalize`: what files of a channel hold, as canonical orders or as findings.

A dry run: nothing is stored and no server is needed. One JSON line per order on standard output:
`{"file", "ref", "ok": true, "order"}` or `{"file", "ref", "ok": false, "findings"}`; a summary for
people goes to standard error.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from channels.message import ChannelMessage
from channels.port import DEFAULT_SHOP, Channel
from channels.registry import CHANNELS
from channels.spreadsheet.extraction import extract
from channels.spreadsheet.mapping import read as read_rows
from channels.spreadsheet.options import ExtractOptions
from channels.spreadsheet.records import Order, RowProblem, Started
from domain.findings import Finding, FindingCode, finding
from orderflow.errors import OperatorError

SPREADSHEET = "spreadsheet"
# JSON documents are read whole; spreadsheets are not.
LARGEST_DOCUMENT = 256 * 1024 * 1024


@dataclass(frozen=True)
class Line:
    """One line of the output: an order, or why there is none."""

    file: str
    ref: str
    order: dict[str, Any] | None
    findings: tuple[Finding, ...] = ()
    cleansing: Sequence[Any] = ()

    def as_json(self) -> str:
        """Write the line; a mapped order's remaining findings are warnings."""
        document: dict[str, Any] = {
            "file": self.file,
            "ref": self.ref,
            "ok": self.order is not None,
        }
        if self.order is not None:
            document["order"] = self.order
            document["cleansing"] = [step.model_dump(mode="json") for step in self.cleansing]
        if self.order is None or self.findings:
            document["findings"] = [_worded(each) for each in self.findings]
        return json.dumps(document, ensure_ascii=False)


@dataclass
class Tally:
    """Counts for the summary."""

    mapped: int = 0
    refused: int = 0
    warnings: int = 0
    codes: Counter[str] = field(default_factory=Counter)

    def add(self, line: Line) -> None:
        """Count a line."""
        self.codes.update(str(each.code) for each in line.findings)
        if line.order is None:
            self.refused += 1
            return
        self.mapped += 1
        self.warnings += bool(line.findings)


def normalize(
    channel: str,
    files: Sequence[Path],
    console: Console,
    options: ExtractOptions,
    *,
    together: bool = False,
) -> None:
    """Print a line per order of every file; raises OperatorError for what can't be opened.

    `options` say what spreadsheets leave open; `together` reads several as one import, such as
    orders and their lines.
    """
    known = CHANNELS.get(channel)
    if known is None:
        names = ", ".join(CHANNELS)
        raise OperatorError(
            f"{channel!r} is no channel; use one of: {names}.",
            f"没有渠道 {channel}；可用：{names}。",
        )
    for path in files:
        _readable(path)
    tally = Tally()
    for line in _lines(known, files, options, together):
        sys.stdout.write(line.as_json() + "\n")
        tally.add(line)
    sys.stdout.flush()
    console.print(_summary(channel, len(files), tally))


def _lines(
    channel: Channel, files: Sequence[Path], options: ExtractOptions, together: bool
) -> Iterator[Line]:
    if channel.name != SPREADSHEET:
        for path in files:
            yield from document_lines(channel, path)
        return
    for group in [files] if together else _imports(files):
        yield from spreadsheet_lines(group, options)


def _imports(files: Sequence[Path]) -> Iterator[Sequence[Path]]:
    """Put the files of a folder together that are one import: orders, and their lines apart."""
    by_folder: dict[Path, list[Path]] = {}
    for path in files:
        by_folder.setdefault(path.resolve().parent, []).append(path)
    for folder in by_folder.values():
        groups = _groups(folder)
        yield from groups
        joined = {path for group in groups for path in group}
        yield from ([path] for path in folder if path not in joined)


def _groups(folder: Sequence[Path]) -> list[list[Path]]:
    """Return what belongs together: each file of orders with its lines, customers and products."""
    if len(folder) == 1:
        return []
    with closing(extract(folder, ExtractOptions())) as records:  # type: ignore[type-var]
        first = next((each for each in records if isinstance(each, Started)), None)
    found = {each.file: each.role for each in first.layouts} if first else {}
    by_role: dict[str, list[Path]] = {}
    for path in folder:
        by_role.setdefault(found.get(path.name, ""), []).append(path)
    if not by_role.get("lines"):
        return []
    return [[head, *_parts_of(head, by_role)] for head in by_role.get("orders", [])]


def _parts_of(head: Path, by_role: dict[str, list[Path]]) -> Iterator[Path]:
    """Yield of each further table the file whose name is most like that of the orders."""
    for role in ("lines", "customers", "products"):
        alike = sorted(by_role.get(role, []), key=lambda path: _unlike(head.stem, path.stem))
        yield from alike[:1]


def _unlike(one: str, other: str) -> tuple[int, int]:
    """Order names by how long they begin alike, then by their length."""
    begin = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return -len(list(begin)), len(other)


def spreadsheet_lines(files: Sequence[Path], options: ExtractOptions) -> Iterator[Line]:
    """Yield a line per order of spreadsheets read as one, and per row that belongs to none."""
    names = " + ".join(str(path) for path in files)
    for record in extract(files, options):
        if isinstance(record, Order):
            yield from message_lines(names, read_rows("", record.body, options.shop))
        elif isinstance(record, RowProblem):
            place = f"{record.sheet}:{record.row}" if record.row else ""
            yield Line(names, place, None, record.findings)


def document_lines(channel: Channel, path: Path) -> Iterator[Line]:
    """Yield a line per order of one JSON document."""
    if path.stat().st_size > LARGEST_DOCUMENT:
        hint = ("; split the file", "；请拆分文件")
        yield Line(str(path), "", None, (finding(FindingCode.TOO_LONG, "file", hint=hint),))
        return
    yield from message_lines(str(path), channel.read_document(path.read_bytes(), DEFAULT_SHOP))


def message_lines(file: str, messages: Iterable[ChannelMessage]) -> Iterator[Line]:
    """Yield a line per order that the messages tell of; parcels of such an order add none."""
    told: set[str] = set()
    for message in messages:
        if message.order is not None:
            told.add(message.order.external_id)
            yield _order_line(file, message)
        elif message.kind not in ("parcel", "delivery") or message.external_id not in told:
            findings = message.findings or (_no_order(message),)
            yield Line(file, message.external_id or "", None, findings)


def _order_line(file: str, message: ChannelMessage) -> Line:
    if message.order is None:
        raise LookupError(message.external_id)
    return Line(
        file,
        message.order.external_id,
        message.order.model_dump(mode="json"),
        message.findings,
        message.cleansing,
    )


def _no_order(message: ChannelMessage) -> Finding:
    said = message.note or f"it is a message of kind {message.kind}"
    return finding(FindingCode.NOT_AN_ORDER, hint=(f": {said}", f"：{said}"))


def _worded(found: Finding) -> dict[str, str]:
    return {
        "field": found.field,
        "code": str(found.code),
        "severity": found.severity,
        "message": found.message_en,
        "message_zh": found.message_zh,
    }


def _readable(path: Path) -> None:
    try:
        with path.open("rb"):
            return
    except OSError as error:
        raise OperatorError(
            f"{path} can't be opened: {error.strerror}.", f"无法打开 {path}：{error.strerror}。"
        ) from None


def _summary(channel: str, files: int, tally: Tally) -> Table:
    table = Table(title=f"{channel}: {files} files 个文件")
    table.add_column("result 结果")
    table.add_column("orders 订单", justify="right")
    table.add_row("mapped 已映射", str(tally.mapped))
    table.add_row("… with warnings 其中有提示", str(tally.warnings))
    table.add_row("quarantined 已隔离", str(tally.refused))
    for code, times in tally.codes.most_common():
        table.add_row(f"  {code}", str(times), style="dim")
    return table
