"""Spreadsheets that tests import: small csv files of orders that nothing is wrong with."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from database import import_reports, imports
from database.import_arrivals import Arrival, packed, take_in
from database.import_reports import ImportReport
from database.imports import Import, ImportOptions
from intake.import_lease import LEASE_SECONDS

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
    "quantity",
    "unit price",
    "total",
)
OWNER = "a-runner"


def row(order_id: str, **changes: str) -> dict[str, str]:
    """Return one line of an order that is fine, with the named cells changed."""
    cells = (
        order_id,
        "2026-03-02 08:00:00",
        "USD",
        "Robin Testperson",
        "robin@example.com",
        "+1 213 473 3231",
        "17 Invented Street",
        "Los Angeles",
        "CA",
        "90012",
        "US",
        "KB-200",
        "2",
        "50.00",
        "100.00",
    )
    named = {name.replace("_", " "): cell for name, cell in changes.items()}
    return dict(zip(HEADERS, cells, strict=True)) | named


def csv_of(rows: Sequence[dict[str, str]], headers: Sequence[str] = HEADERS) -> bytes:
    """Return a csv file; `headers` may call the columns something else."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(headers)
    writer.writerows(row.values() for row in rows)
    return file.getvalue().encode()


def many(count: int, prefix: str = "SO") -> bytes:
    """Return a csv file of this many orders."""
    return csv_of([row(f"{prefix}-{number:05d}") for number in range(1, count + 1)])


def send(
    engine: Engine,
    content: bytes,
    *,
    name: str = "orders.csv",
    shop: str = "files",
    owner: str = OWNER,
    **options: Any,
) -> Import:
    """Keep a file as the API does, and claim its import."""
    now = datetime.now(UTC)
    sent = packed([Arrival(name, io.BytesIO(content))], shop, ImportOptions(**options))
    with engine.begin() as c:
        found, _ = take_in(c, sent, "cs", now)
        imports.release(c, found.import_id)
        taken = imports.claim(c, owner, now, LEASE_SECONDS, found.import_id)
    assert taken is not None
    return taken


def seen(engine: Engine, import_id: str) -> Import:
    """Return an import as it stands."""
    with engine.connect() as c:
        found = imports.get(c, import_id)
    assert found is not None
    return found


def report(engine: Engine, import_id: str) -> ImportReport:
    """Return what became of an import's orders."""
    with engine.connect() as c:
        return import_reports.report(c, seen(engine, import_id))


def counted(engine: Engine, table: str) -> int:
    """Return how many rows a table has."""
    with engine.connect() as c:
        count: int = c.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    return count


def saved(folder: Path, content: bytes, name: str = "orders.csv") -> Path:
    """Write a file and return where it is."""
    path = folder / name
    path.write_bytes(content)
    return path
