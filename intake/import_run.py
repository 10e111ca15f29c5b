"""One import from its files to the inbox: read, kept in batches, resumable after each of them."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, Engine

from channels.spreadsheet.extraction import extract
from channels.spreadsheet.limits import DEFAULT_LIMITS, Limits
from channels.spreadsheet.options import ExtractOptions
from channels.spreadsheet.records import Ended, Order, Progress, Record, RowProblem, Started
from database import import_files, import_problems, imports, inbox
from database.import_problems import Problem, plain_findings
from database.imports import DONE, FAILED, Counts, Import, ImportLost
from database.inbox import Delivery, content_key
from domain.findings import Finding, is_blocking
from intake.reading import SPREADSHEET

TOPIC = "rows"
BULK_PRIORITY = 5
MOST_ORDERS = 500
MOST_BYTES = 4 * 1024 * 1024
# However slow the reading is, progress and problems show up this often.
SECONDS_BETWEEN_BATCHES = 1.0

Told = Callable[[Counts], None]


class Stopped(Exception):
    """The runner was asked to stop; the import goes on after the last batch it kept."""


@dataclass
class _Batch:
    """What was read since the last transaction."""

    begun: float = field(default_factory=time.monotonic)
    # Each order with the number of its problem, 0 where it has none.
    orders: list[tuple[Order, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    bytes: int = 0

    @property
    def is_due(self) -> bool:
        is_full = len(self.orders) >= MOST_ORDERS or self.bytes >= MOST_BYTES
        return is_full or time.monotonic() - self.begun >= SECONDS_BETWEEN_BATCHES


class ImportRun:
    """Reads the files of one import that its owner has taken.

    `told` hears how far it has come, after each record; `stop` ends it at the next one.
    """

    def __init__(
        self,
        engine: Engine,
        taken: Import,
        owner: str,
        *,
        told: Told | None = None,
        stop: threading.Event | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._engine = engine
        self._import = taken
        self._owner = owner
        self._told = told or (lambda _counts: None)
        self._stop = stop or threading.Event()
        self._limits = limits
        self._next_ordinal = taken.next_ordinal
        self._counts = Counts()
        self._refusals: Counter[str] = Counter()
        self._problems = 0
        self._batch = _Batch()
        self._findings: tuple[Finding, ...] = ()
        self._is_complete = False

    def work(self, paths: Sequence[Path], lost: threading.Event) -> str:
        """Read the files to their end and return how the import ended, `done` or `failed`.

        Raises Stopped, or ImportLost when `lost` is set or the import is somebody else's now.
        """
        reading = extract(paths, _told_of(self._import), self._limits)
        # Closed at once when we break off: it ends the reading process.
        with closing(cast("Generator[Record]", reading)):
            for record in reading:
                if lost.is_set():
                    raise ImportLost(self._import.import_id)
                if self._stop.is_set():
                    raise Stopped
                self._take(record)
                self._told(self._counts)
        return self._end()

    def _take(self, record: Record) -> None:
        match record:
            case Started():
                self._begin(record)
            case Progress():
                self._counts = replace(self._counts, rows_read=record.rows_read)
            case Order():
                self._take_order(record)
            case RowProblem() if record.row:
                self._take_problem(record)
            case RowProblem():
                self._findings += record.findings
            case Ended():
                self._is_complete = record.complete
                self._counts = replace(self._counts, rows_read=record.rows)
        if self._batch.is_due and not self._is_replayed:
            self._flush()

    @property
    def _is_replayed(self) -> bool:
        """Whether what is read now was kept before the import was interrupted."""
        return self._counts.orders_read < self._import.next_ordinal - 1

    def _begin(self, started: Started) -> None:
        self._findings += started.notes
        self._counts = replace(self._counts, rows_total=started.rows)
        with self._engine.begin() as c:
            layouts = [asdict(layout) for layout in started.layouts]
            imports.describe(c, self._import.import_id, self._owner, layouts)

    def _take_order(self, order: Order) -> None:
        self._counts = replace(
            self._counts,
            orders_read=self._counts.orders_read + 1,
            orders_refused=self._counts.orders_refused + (not order.ok),
        )
        if not order.ok:
            self._problems += 1
            if self._import.options.dry_run:
                # Those of a message are counted in the quarantine.
                self._refuse(order.findings)
        if order.ordinal >= self._next_ordinal:
            self._batch.orders.append((order, 0 if order.ok else self._problems))
            self._batch.bytes += len(order.body)

    def _take_problem(self, problem: RowProblem) -> None:
        self._problems += 1
        self._counts = replace(self._counts, rows_refused=self._counts.rows_refused + 1)
        self._refuse(problem.findings)
        if not self._is_replayed:
            row = {name: getattr(problem, name) for name in ("sheet", "row", "headers", "cells")}
            self._batch.problems.append(Problem(self._problems, problem.findings, row=row))

    def _refuse(self, findings: Iterable[Finding]) -> None:
        codes = {each.code.value for each in findings if each.severity == "error"}
        self._refusals.update(codes)

    def _flush(self) -> None:
        """Keep the batch and the place to go on from, in one transaction."""
        batch, self._batch = self._batch, _Batch()
        next_ordinal = batch.orders[-1][0].ordinal + 1 if batch.orders else self._next_ordinal
        self._counts = replace(self._counts, refusals=dict(self._refusals))
        with self._engine.begin() as c:
            self._keep(c, batch, next_ordinal)
        self._next_ordinal = next_ordinal

    def _keep(self, c: Connection, batch: _Batch, next_ordinal: int) -> None:
        import_id = self._import.import_id
        # First of all, since it locks the import against its being cancelled or taken over.
        imports.advance(c, import_id, self._owner, self._counts, next_ordinal)
        inbox_ids = self._sent(c, [order for order, _ in batch.orders])
        refused = [
            _refused(order, no, inbox_ids.get(order.ordinal)) for order, no in batch.orders if no
        ]
        import_problems.put(c, import_id, [*batch.problems, *refused])

    def _sent(self, c: Connection, orders: Sequence[Order]) -> dict[int, int]:
        """Put orders into the inbox; the ids of their messages by ordinal, none in a dry run."""
        if not orders or self._import.options.dry_run:
            return {}
        import_id = self._import.import_id
        receipts = inbox.put(c, [self._delivery(order) for order in orders])
        inbox_ids = [receipt.id for receipt in receipts]
        ordinals = [order.ordinal for order in orders]
        import_problems.link(c, import_id, ordinals, inbox_ids)
        stored = sum(receipt.created for receipt in receipts)
        imports.count_sent(c, import_id, stored, len(receipts) - stored)
        return dict(zip(ordinals, inbox_ids, strict=True))

    def _delivery(self, order: Order) -> Delivery:
        return Delivery(
            channel=SPREADSHEET,
            shop=self._import.shop,
            topic=TOPIC,
            dedup_key=content_key(TOPIC, order.body),
            headers={},
            body=order.body,
            received_at=datetime.now(UTC),
            priority=BULK_PRIORITY,
            submitter=self._import.submitter,
            found_by="history" if self._import.options.history else "file",
            import_id=self._import.import_id,
        )

    def _end(self) -> str:
        """Keep the last batch and how it ended; the content of the files is not needed any more."""
        self._flush()
        is_in_vain = is_blocking(self._findings) and not self._counts.orders_read
        state = DONE if self._is_complete and not is_in_vain else FAILED
        import_id, now = self._import.import_id, datetime.now(UTC)
        with self._engine.begin() as c:
            imports.finish(c, import_id, self._owner, state, plain_findings(self._findings), now)
            import_files.forget(c, import_id)
        return state


def _told_of(taken: Import) -> ExtractOptions:
    told = taken.options
    return ExtractOptions(
        shop=taken.shop,
        channel=SPREADSHEET,
        currency=told.currency,
        country=told.country,
        timezone=told.timezone,
        tax_included=told.tax_included,
        dates=told.dates,
        mapping=told.mapping,
        history=told.history,
    )


def _refused(order: Order, no: int, inbox_id: int | None) -> Problem:
    """Return what is wrong with an order; a message has its rows already."""
    body = order.body if inbox_id is None else None
    return Problem(no, order.findings, body=body, inbox_id=inbox_id)
