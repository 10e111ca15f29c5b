"""How fast spreadsheets become messages, how much memory that takes, and what is ours of it.

A file of 100,000 rows is imported by the real runner into a real Postgres. Beside it, in the same
run, a bare loop only parses the same file: the ratio says what validating and storing cost.
"""

import csv
import shutil
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import psutil
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine

from database import imports
from database.engine import create_engine, migrate
from database.import_arrivals import Arrival, packed, take_in
from database.imports import ImportOptions
from intake.import_lease import LEASE_SECONDS
from intake.imports import run_import
from orderflow.embedded.postgres import start_postgres
from orderflow.supervisor import Supervisor

ROWS = 100_000
LINES_PER_ORDER = 2
SAMPLE_SECONDS = 0.05
MIB = 1024 * 1024
OWNER = "bench"
HEADERS = (
    "order id",
    "order date",
    "currency",
    "customer name",
    "email",
    "phone",
    "address",
    "city",
    "state",
    "postal code",
    "country",
    "sku",
    "title",
    "quantity",
    "unit price",
    "line total",
    "total",
)

Progress = Callable[[str], None]


@asynccontextmanager
async def postgres() -> AsyncIterator[Engine]:
    """Start a Postgres of its own, which is all that reading files needs."""
    home = Path(mkdtemp(prefix="orderflow-bench-"))
    try:
        async with Supervisor(home) as supervisor:
            url = await start_postgres(supervisor)
            migrate(url)
            engine = create_engine(url)
            yield engine
            engine.dispose()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Yield the lines of orders that nothing is wrong with, two lines each."""
    began = datetime(2026, 1, 1, 8, tzinfo=UTC)
    for number in range(count):
        order = number // LINES_PER_ORDER
        yield (
            f"SO-{order:07d}",
            f"{began + timedelta(minutes=order):%Y-%m-%d %H:%M:%S}",
            "USD",
            f"Customer {order % 5000}",
            f"customer{order % 5000}@example.com",
            "+1 213 473 3231",
            f"{order % 900 + 1} Invented Street",
            "Los Angeles",
            "CA",
            "90012",
            "US",
            f"SKU-{number % 700:04d}",
            f"Article {number % 700}",
            "2",
            "12.50",
            "25.00",
            "50.00",
        )


def write_csv(path: Path, count: int) -> None:
    """Write the lines as csv."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        writer.writerows(rows(count))


def write_xlsx(path: Path, count: int) -> None:
    """Write the lines as a workbook, row by row."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Orders")
    sheet.write_row(0, 0, HEADERS)
    for number, row in enumerate(rows(count), 1):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell)
    book.close()


def parse_csv(path: Path) -> int:
    """Only parse; returns the number of rows."""
    with path.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file))


def parse_xlsx(path: Path) -> int:
    """Only parse; returns the number of rows."""
    return sum(1 for _ in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).iter_rows())


@dataclass
class Peaks:
    """The most memory this process and its reading child had, in bytes; the first above before."""

    before: int = 0
    parent: int = 0
    child: int = 0

    @property
    def growth(self) -> int:
        """What the import added to this process."""
        return max(0, self.parent - self.before)


@contextmanager
def watched() -> Iterator[Peaks]:
    """Look at the memory again and again for the time of a block."""
    process, ended = psutil.Process(), threading.Event()
    known = {child.pid for child in process.children(recursive=True)}
    peaks = Peaks(before=process.memory_info().rss)

    def look() -> None:
        while not ended.wait(SAMPLE_SECONDS):
            peaks.parent = max(peaks.parent, process.memory_info().rss)
            for child in process.children(recursive=True):
                if child.pid not in known:
                    peaks.child = max(peaks.child, _rss(child))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield peaks
    finally:
        ended.set()
        watcher.join()


def _rss(process: psutil.Process) -> int:
    """Return a reading process's memory; the servers' own new processes do not count."""
    try:
        used: int = 0 if process.name() == "postgres" else process.memory_info().rss
    except psutil.Error:
        return 0
    return used


def imported(engine: Engine, path: Path) -> float:
    """Import a file and return how many seconds it took from the first byte to the last row."""
    began = time.perf_counter()
    now = datetime.now(UTC)
    with path.open("rb") as content, engine.begin() as c:
        sent = packed([Arrival(path.name, content)], path.suffix[1:], ImportOptions())
        found, _ = take_in(c, sent, OWNER, now)
        imports.release(c, found.import_id)
        taken = imports.claim(c, OWNER, now, LEASE_SECONDS, found.import_id)
    assert taken is not None
    state = run_import(engine, taken, OWNER)
    assert state == imports.DONE, state
    return time.perf_counter() - began


def measure(engine: Engine, progress: Progress, count: int = ROWS) -> dict[str, float]:
    """Return the figures of a csv and an xlsx of the same lines."""
    kinds = {"csv": (write_csv, parse_csv), "xlsx": (write_xlsx, parse_xlsx)}
    figures: dict[str, float] = {}
    with TemporaryDirectory(prefix="orderflow-bench-") as folder:
        for kind, (write, parse) in kinds.items():
            path = Path(folder) / f"orders.{kind}"
            progress(f"writing {count} rows of {kind}")
            write(path, count)
            began = time.perf_counter()
            parse(path)
            bare = time.perf_counter() - began
            progress(f"importing {count} rows of {kind}")
            with watched() as peaks:
                seconds = imported(engine, path)
            figures |= {
                f"import.{kind}_rows_per_second": count / seconds,
                f"import.{kind}_ratio_to_bare_parse": bare / seconds,
                f"import.{kind}_child_peak_mb": peaks.child / MIB,
                f"import.{kind}_parent_growth_mb": peaks.growth / MIB,
            }
    slowest = min(figures[f"import.{kind}_rows_per_second"] for kind in kinds)
    return {"import.rows_per_second": slowest, **figures}
