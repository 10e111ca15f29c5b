"""The workbook of a list of orders, for people who go on working in a spreadsheet."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from api.permissions import Scope
from database.order_lists import OrderListRow, OrderPage
from domain.money import currency_digits
from domain.order_words import FLAGS, Words, reason_words, stage_words, waits_words

MOST_ROWS = 10_000

_LONGEST_CELL = 32_767
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "remove_timezone": True,
}
_SHEET: Words = ("Orders", "订单")
_CUT_OFF: Words = (
    f"More orders match than the {MOST_ROWS} above; narrow the search for the others.",
    f"符合条件的订单多于以上 {MOST_ROWS} 条；请缩小查询范围以导出其余订单。",
)

Cell = str | int | Decimal | datetime | None


@dataclass(frozen=True)
class _Column:
    heading: Words
    cell: Callable[[OrderListRow, int], Cell]
    width: int = 16
    is_personal: bool = False


def _joined(words: Iterable[Words], lang: int) -> str:
    return ("、" if lang else ", ").join(each[lang] for each in words)


_COLUMNS = (
    _Column(("Number", "订单号"), lambda row, lang: row.number),
    _Column(("Channel", "渠道"), lambda row, lang: row.channel, 12),
    _Column(("Shop", "店铺"), lambda row, lang: row.shop, 12),
    _Column(("External id", "渠道编号"), lambda row, lang: row.external_id, 20),
    _Column(("Customer", "客户"), lambda row, lang: row.customer_name, 28, is_personal=True),
    _Column(("Country", "国家"), lambda row, lang: row.country, 8),
    _Column(("Total", "总额"), lambda row, lang: row.total, 14),
    _Column(("Currency", "币种"), lambda row, lang: row.currency, 8),
    _Column(("Placed at (UTC)", "下单时间 (UTC)"), lambda row, lang: row.placed_at, 20),
    _Column(("Received at (UTC)", "接收时间 (UTC)"), lambda row, lang: row.received_at, 20),
    _Column(("Stage", "阶段"), lambda row, lang: stage_words(row.stage)[lang], 20),
    _Column(("In stage since (UTC)", "进入阶段时间 (UTC)"), lambda row, lang: row.entered_at, 20),
    _Column(("Waits for", "等待"), lambda row, lang: waits_words(row.waits_for)[lang], 24),
    _Column(
        ("Held for", "卡点原因"),
        lambda row, lang: _joined(map(reason_words, row.held_reasons), lang),
        28,
    ),
    _Column(("Flags", "标记"), lambda row, lang: _joined((FLAGS[f] for f in row.flags), lang), 18),
    _Column(("Due at (UTC)", "截止时间 (UTC)"), lambda row, lang: row.due_at, 20),
    _Column(("Group", "作业组"), lambda row, lang: row.group, 10),
    _Column(("Owner", "负责人"), lambda row, lang: row.owner_name or row.owner_label, 20),
    _Column(("Priority", "优先级"), lambda row, lang: row.priority, 8),
    _Column(
        ("Closed for", "关闭原因"), lambda row, lang: reason_words(row.closed_reason)[lang], 20
    ),
    _Column(("Id", "编号"), lambda row, lang: row.order_id, 40),
)


def write_orders(path: Path, page: OrderPage, language: str, names: Scope) -> None:
    """Write a page of orders to a file, headings and words in "en" or "zh".

    Customers' names are shown for the orders of `names`; without any there is no such column.
    """
    lang = 1 if language == "zh" else 0
    columns = [column for column in _COLUMNS if not (column.is_personal and names.is_empty)]
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        sheet = book.add_worksheet(_SHEET[lang])
        formats = _Formats(book)
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            sheet.write_string(0, number, column.heading[lang], formats.bold)
        for line, row in enumerate(page.orders, 1):
            for number, column in enumerate(columns):
                if not column.is_personal or names.covers(row.group):
                    _write(sheet, line, number, column.cell(row, lang), formats.of(row))
        if page.next_cursor is not None:
            sheet.write_string(len(page.orders) + 1, 0, _CUT_OFF[lang], formats.bold)


class _Formats:
    def __init__(self, book: Any) -> None:
        self._book = book
        self.bold = book.add_format({"bold": True})
        self._instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._amounts: dict[int, Any] = {}

    def of(self, row: OrderListRow) -> Mapping[type, Any]:
        """Return how the instants and the amount of a row are shown."""
        digits = currency_digits(row.currency)
        if digits not in self._amounts:
            shown = f"#,##0.{'0' * digits}" if digits else "#,##0"
            self._amounts[digits] = self._book.add_format({"num_format": shown})
        return {datetime: self._instant, Decimal: self._amounts[digits]}


def _write(sheet: Any, line: int, number: int, cell: Cell, formats: Mapping[type, Any]) -> None:
    match cell:
        case None | "":
            return
        case str():
            sheet.write_string(line, number, cell[:_LONGEST_CELL])
        case datetime():
            sheet.write_datetime(line, number, cell, formats[datetime])
        case Decimal():
            sheet.write_number(line, number, cell, formats[Decimal])
        case _:
            sheet.write_number(line, number, cell)
