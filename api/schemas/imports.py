"""Imports as the API shows them: how far, what became of the orders, and saved mappings."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from database.column_mappings import ColumnMapping
from database.import_files import FileOf
from database.import_reports import ImportReport
from database.imports import ColumnName, Header, Import, ImportOptions, ShopName
from domain.finding_names import finding_name
from domain.findings import Finding
from domain.order import Instant

State = Literal["received", "running", "interrupted", "done", "failed", "cancelled"]

_FILE = {
    "name": "orders.xlsx",
    "bytes": 48213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
_OPTIONS = {
    "history": False,
    "dry_run": False,
    "currency": "EUR",
    "country": "DE",
    "timezone": "Europe/Berlin",
    "tax_included": None,
    "dates": "dmy",
    "mapping": {"Bestellung": "order_id"},
}
_REPORT = {
    "orders": 120,
    "waiting": 0,
    "parked": 0,
    "moved": 117,
    "merged": 1,
    "ignored": 0,
    "quarantined": 1,
    "refused": 1,
    "share": "98.33",
    "reasons": [
        {
            "code": "BAD_QUANTITY",
            "count": 2,
            "name_en": "quantity is no whole number",
            "name_zh": "数量不是有效整数",
        }
    ],
}
_IMPORT = {
    "id": "imp_018f2f6c7a5b7cc0b1d2e3f4a5b6c7d8",
    "shop": "files",
    "submitter": "wang",
    "state": "done",
    "files": [_FILE],
    "options": _OPTIONS,
    "rows_read": 240,
    "rows_total": 240,
    "percent": 100,
    "orders_read": 119,
    "orders_stored": 118,
    "orders_known": 1,
    "orders_refused": 1,
    "rows_refused": 1,
    "layouts": [{"file": "orders.xlsx", "sheet": "Orders"}],
    "findings": [],
    "created_at": "2026-11-03T08:15:00Z",
    "started_at": "2026-11-03T08:15:01Z",
    "finished_at": "2026-11-03T08:15:04Z",
}
_DETAIL = _IMPORT | {
    "report": _REPORT,
    "errors_url": "/api/v1/imports/imp_018f2f6c7a5b7cc0b1d2e3f4a5b6c7d8/errors.xlsx",
}

_MAPPING = {
    "name": "dealer-berlin",
    "mapping": {"Bestellung": "order_id", "Menge": "quantity"},
    "author": "wang",
    "updated_at": "2026-11-03T08:15:00Z",
}


def _example(value: object) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [value]})  # type: ignore[list-item]


class ImportForm(BaseModel):
    """The fields beside the files; `mapping` is the name of a saved one, or one as JSON."""

    model_config = ConfigDict(extra="forbid")

    shop: ShopName = "files"
    currency: str = Field("", description="ISO 4217, where the file names none", examples=["EUR"])
    country: str = Field("", description="ISO 3166, where the file names none", examples=["DE"])
    timezone: str = Field("UTC", description="IANA, of times without one")
    tax_included: bool | None = Field(None, description="whether prices contain the tax")
    dates: str = Field("", description="dmy or mdy, where the file can't tell")
    history: bool = False
    dry_run: bool = False
    mapping: str = Field("", max_length=20_000)


class ImportFileView(BaseModel):
    """One file as it was sent."""

    name: str
    bytes: int
    sha256: str


class ImportView(BaseModel):
    """An import: its files, and how far the reading has come.

    `rows_total` and `percent` are null while nobody knows how long the files are. `orders_stored`
    are new messages, `orders_known` were sent before with the same content.
    """

    model_config = _example(_IMPORT)

    id: str
    shop: str
    submitter: str
    state: State
    files: list[ImportFileView]
    options: ImportOptions
    rows_read: int
    rows_total: int | None
    percent: int | None
    orders_read: int
    orders_stored: int
    orders_known: int
    orders_refused: int
    rows_refused: int
    layouts: list[dict[str, Any]]
    findings: list[Finding]
    created_at: Instant
    started_at: Instant | None
    finished_at: Instant | None


class Reason(BaseModel):
    """Why orders were not taken over, and how many."""

    code: str
    count: int
    name_en: str
    name_zh: str


class ReportView(BaseModel):
    """What became of the orders; the counts add up to `orders`.

    `moved` are orders of their own now (in a dry run: would be), `merged` were known before,
    `quarantined` wait for a person, `refused` are rows of which no order could be made, `parked`
    wait until their channel is trusted again, `waiting` until the intake takes them. `share` is the
    percentage moved or merged.
    """

    model_config = _example(_REPORT)

    orders: int
    waiting: int
    parked: int
    moved: int
    merged: int
    ignored: int
    quarantined: int
    refused: int
    share: str | None
    reasons: list[Reason]

    @classmethod
    def of(cls, report: ImportReport) -> "ReportView":
        """Put the most frequent reason first."""
        by_count = sorted(report.reasons.items(), key=lambda each: (-each[1], each[0]))
        reasons = []
        for code, count in by_count:
            english, chinese = finding_name(code)
            reasons.append(Reason(code=code, count=count, name_en=english, name_zh=chinese))
        counts = {name: value for name, value in vars(report).items() if name != "reasons"}
        return cls(**counts, share=_text(report.share), reasons=reasons)


def _text(share: Decimal | None) -> str | None:
    return None if share is None else str(share)


class ImportDetail(ImportView):
    """An import with its report, and where its error workbook is when there is one to correct."""

    model_config = _example(_DETAIL)

    report: ReportView
    errors_url: str | None


class ImportList(BaseModel):
    """A page of imports, the newest first."""

    model_config = _example({"items": [_IMPORT], "next_cursor": None})

    items: list[ImportView]
    next_cursor: int | None


def values_of(found: Import, files: Sequence[FileOf]) -> dict[str, Any]:
    """Return what an import's view is made of."""
    counts = found.counts
    return {
        "id": found.import_id,
        "shop": found.shop,
        "submitter": found.submitter,
        "state": found.state,
        "files": [vars(file) for file in files],
        "options": found.options,
        "rows_read": counts.rows_read,
        "rows_total": counts.rows_total,
        "percent": percent(found),
        "orders_read": counts.orders_read,
        "orders_stored": found.orders_stored,
        "orders_known": found.orders_known,
        "orders_refused": counts.orders_refused,
        "rows_refused": counts.rows_refused,
        "layouts": found.layouts,
        "findings": found.findings,
        "created_at": found.created_at,
        "started_at": found.started_at,
        "finished_at": found.finished_at,
    }


def percent(found: Import) -> int | None:
    """Return how much of the files is read, None while nobody knows how long they are."""
    if found.state == "done":
        return 100
    total = found.counts.rows_total
    return min(99, 100 * found.counts.rows_read // total) if total else None


class MappingBody(BaseModel):
    """Which header of the file means which field; see the template for the fields."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"mapping": {"Bestellung": "order_id", "Menge": "quantity"}}]
        },
    )

    mapping: dict[Header, ColumnName] = Field(min_length=1, max_length=200)


class MappingView(BaseModel):
    """A saved mapping, who saved it and when."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={"examples": [_MAPPING]},  # type: ignore[list-item]
    )

    name: str
    mapping: dict[str, str]
    author: str
    updated_at: Instant

    @classmethod
    def of(cls, mapping: ColumnMapping) -> "MappingView":
        """Show a mapping."""
        return cls.model_validate(mapping)


class MappingList(BaseModel):
    """Every saved mapping by name."""

    model_config = _example({"items": [_MAPPING]})

    items: list[MappingView]


class MappingRemoved(BaseModel):
    """The mapping is gone; imports that used it keep theirs."""

    model_config = _example({"name": "dealer-berlin", "removed": True})

    name: str
    removed: bool
