"""The workbook of a backtest: one sheet per question, as people read it on the terminal too."""

import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter

from domain.backtest.tables import sheets

_WIDTH = 24


def workbook(result: Mapping[str, Any], digest: str) -> bytes:
    """Return the result as an xlsx workbook; every text stays text, whatever it begins with."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True})
        for sheet in sheets(result):
            page = book.add_worksheet(sheet.name)
            page.set_column(0, len(sheet.headings), _WIDTH, wrapped)
            page.write_string(0, 0, sheet.title, bold)
            for column, heading in enumerate(sheet.headings):
                page.write_string(1, column, heading, bold)
            for line, row in enumerate(sheet.rows, 2):
                for column, cell in enumerate(row):
                    page.write(line, column, cell)
            if sheet.note:
                page.write_string(len(sheet.rows) + 3, 0, sheet.note)
            if sheet.name == "summary":
                page.write_row(len(sheet.rows) + 2, 0, ("digest 摘要", digest))
    return file.getvalue()
