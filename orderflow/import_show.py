"""How an import looks on a terminal: progress bars, the report, what is to be corrected."""

import json
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text
from sqlalchemy import Engine

from database import import_reports
from database.import_reports import ImportReport
from database.imports import Counts, Import
from domain.finding_names import finding_name

SECONDS_BETWEEN_LOOKS = 0.5

_FATES = (
    ("moved", "orders of their own", "新订单"),
    ("merged", "known before, merged", "已存在,已合并"),
    ("waiting", "wait for the worker", "等待处理"),
    ("parked", "held back with their channel", "随渠道暂存"),
    ("ignored", "tell of no order", "非订单,忽略"),
    ("quarantined", "in quarantine", "进入隔离区"),
    ("refused", "rows without an order", "未形成订单的行"),
)


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        """Show rows per second."""
        return Text(f"{task.speed:,.0f} 行/s" if task.speed else "")


class Bar:
    """A progress bar on stderr, with rows, orders, rate and what is left; nothing when quiet."""

    def __init__(self, console: Console, what: str, *, quiet: bool) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[orders]}"),
            _Rate(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=quiet,
        )
        self._task = self._progress.add_task(what, total=None, orders="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def show(self, counts: Counts) -> None:
        """Show how far the reading has come."""
        self._progress.update(
            self._task,
            completed=counts.rows_read,
            total=counts.rows_total,
            orders=f"{counts.orders_read:,} orders 订单",
        )

    def show_part(self, done: int, total: int) -> None:
        """Show how many of the orders were taken over."""
        self._progress.update(self._task, completed=done, total=total)


def wait_for_orders(engine: Engine, import_id: str, orders: int, bar: Bar) -> None:
    """Wait until the worker has taken every order of the import."""
    while True:
        with engine.connect() as c:
            waiting = import_reports.waiting(c, import_id)
        bar.show_part(orders - waiting, orders)
        if not waiting:
            return
        time.sleep(SECONDS_BETWEEN_LOOKS)


def show(console: Console, found: Import, report: ImportReport) -> None:
    """Print what became of the orders, and why some of them did not get through."""
    console.print(_summary(found, report))
    if report.reasons:
        console.print(_reasons(report))
    for each in found.findings:
        style = "red" if each["severity"] == "error" else "yellow"
        text = f"{each['message_en']}\n{each['message_zh']}"
        console.print(text, style=style, highlight=False, markup=False)


def _summary(found: Import, report: ImportReport) -> Table:
    title = "dry run 试运行" if found.options.dry_run else f"import 导入 {found.import_id}"
    table = Table(title=title)
    table.add_column("")
    table.add_column("", justify="right")
    table.add_row("rows read 已读行数", f"{found.counts.rows_read:,}")
    table.add_row("orders in the file 文件中的订单", f"{report.orders:,}")
    for name, english, chinese in _FATES:
        count = getattr(report, name)
        if count:
            table.add_row(f"  {english} {chinese}", f"{count:,}")
    share = "–" if report.share is None else f"{report.share} %"
    table.add_row("moved or merged 迁移成功率", share, style="bold")
    return table


def _reasons(report: ImportReport) -> Table:
    table = Table(title="not taken over, by reason 未成功的原因")
    for heading in ("code", "reason", "原因"):
        table.add_column(heading)
    table.add_column("", justify="right")
    for code, count in _by_count(report):
        table.add_row(code, *finding_name(code), f"{count:,}")
    return table


def _by_count(report: ImportReport) -> Iterable[tuple[str, int]]:
    return sorted(report.reasons.items(), key=lambda each: (-each[1], each[0]))


def as_json(found: Import, report: ImportReport, errors: str | None) -> str:
    """Write the outcome for programs."""
    told: dict[str, Any] = {
        "import_id": found.import_id,
        "state": found.state,
        "dry_run": found.options.dry_run,
        "rows_read": found.counts.rows_read,
        "orders_stored": found.orders_stored,
        "orders_known": found.orders_known,
        **{name: getattr(report, name) for name in ("orders", *(fate[0] for fate in _FATES))},
        "share": None if report.share is None else str(report.share),
        "reasons": [
            {"code": code, "count": count, "name_en": names[0], "name_zh": names[1]}
            for code, count in _by_count(report)
            for names in [finding_name(code)]
        ],
        "findings": found.findings,
        "errors": errors,
    }
    return json.dumps(told, ensure_ascii=False)
