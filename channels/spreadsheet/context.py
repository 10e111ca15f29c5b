"""What is gathered while one order is read: steps of cleansing, findings, and where cells stood."""

import re
from datetime import datetime
from decimal import Decimal

from channels.spreadsheet import values
from channels.spreadsheet.dates import AmbiguousDate, date_order, read_date
from channels.spreadsheet.group import Cells, Group
from channels.spreadsheet.wording import Words, at_row, problem, with_place
from domain.cleansing import Cleansing, CleansingCode
from domain.findings import Finding, FindingCode, Severity, finding


class Context:
    """One order's reading; every method that reads a cell notes what it changed."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.cleansing = Cleansing()
        self.findings: list[Finding] = []
        self.currencies: set[str] = set()

    def place(self, row: Cells | None, column: str = "") -> Words:
        """Say where a cell stands; without a row, where the order begins."""
        row = row or next(iter((*self.group.heads, *self.group.lines)), None)
        if row is None:
            return "", ""
        return at_row(row.sheet, row.row, self.group.header(row.sheet, column))

    def refuse(
        self,
        kind: str,
        value: object,
        field: str = "",
        row: Cells | None = None,
        column: str = "",
        severity: Severity = "error",
    ) -> None:
        """Keep one of the problems of a spreadsheet, with its place."""
        self.findings.append(problem(kind, value, field, self.place(row, column), severity))

    def object_to(
        self,
        code: FindingCode,
        field: str,
        value: object,
        row: Cells | None,
        column: str = "",
        hint: Words = ("", ""),
    ) -> None:
        """Keep a finding of line 1, with its place."""
        found = finding(code, field, value, hint)
        self.findings.append(with_place(found, self.place(row, column)))

    def amount(self, row: Cells, column: str, field: str) -> Decimal | None:
        """Read an amount; None when the cell is blank or unreadable (a finding says so)."""
        text = row.get(column)
        if not text:
            return None
        try:
            value, currency = values.amount(text, self.group.body.decimal)
        except ValueError:
            self._not_read(FindingCode.BAD_AMOUNT, text, field, row, column)
            return None
        self.currencies |= {currency} - {""}
        if not text.isascii() or not text.replace(".", "").isdigit():
            hint = (f", {currency}", f"，{currency}") if currency else ("", "")
            self.cleansing.note(CleansingCode.MONEY, field, text, value, hint)
        return value

    def quantity(self, row: Cells, field: str) -> int | None:
        """Read a quantity as a whole number, None with a finding for 1.5."""
        text = row.get("quantity")
        try:
            number = values.whole(text, self.group.body.decimal)
        except ValueError:
            self._not_read(FindingCode.BAD_QUANTITY, text, field, row, "quantity")
            return None
        self.cleansing.note(CleansingCode.QUANTITY, field, text, number)
        return number

    def date(self, text: str, row: Cells | None, column: str, field: str) -> datetime | None:
        """Read a date as an instant in UTC, None when blank or unreadable (a finding says so)."""
        if not text:
            return None
        body = self.group.body
        order = date_order(text, body.dates)
        try:
            read = read_date(text, order, body.defaults.timezone)
        except AmbiguousDate:
            self.refuse("ambiguous_date", text, field, row, column)
            return None
        except (ValueError, OverflowError, OSError):
            self.object_to(FindingCode.BAD_DATE, field, text, row, column)
            return None
        if field == "placed_at":
            zone = body.defaults.timezone
            assumed = (f"; no time zone is given, read as {zone}", f"；未注明时区，按 {zone} 读取")
            hint = assumed if read.zone_assumed else ("", "")
            self.cleansing.note(CleansingCode.DATE, field, text, read.at.isoformat(), hint)
        return read.at

    def text(self, text: str, row: Cells | None, column: str, field: str) -> str:
        """Return text whole again where it was decoded twice; lost characters are a warning."""
        if text.isascii():
            if text.startswith("#") and values.is_error_cell(text):
                self.refuse("error_cell", text, field, row, column, "warning")
                return ""
            return text
        whole = values.mended(text)
        self.cleansing.note(
            CleansingCode.TEXT, field, text, whole, _TWICE if whole != text else _NO
        )
        if values.is_broken(whole):
            self.refuse("broken_text", text, field, row, column, "warning")
        return whole

    def identifier(self, text: str, field: str) -> str:
        """Return an id as it was before a program took it for a number: 17850.0, '1001."""
        bare = text.lstrip("'") if text.startswith("'") else text
        bare = bare[:-2] if _COUNTED_ID.fullmatch(bare) else bare
        self.cleansing.note(CleansingCode.IDENTIFIER, field, text, bare)
        return bare

    def first(self, column: str, field: str) -> str:
        """Return the first filled cell of a column of the order as text."""
        found = self.group.firsts.get(column)
        return self.text(*found, column, field) if found else ""

    def first_amount(self, column: str, field: str) -> Decimal | None:
        """Return the first filled cell of a column of the order as an amount."""
        row = self._row_with(column)
        return None if row is None else self.amount(row, column, field)

    def first_date(self, column: str, field: str) -> datetime | None:
        """Return the first filled cell of a column of the order as an instant."""
        row = self._row_with(column)
        return None if row is None else self.date(row.get(column), row, column, field)

    def _row_with(self, column: str) -> Cells | None:
        found = self.group.firsts.get(column)
        return found[1] if found else None

    def _not_read(self, code: FindingCode, text: str, field: str, row: Cells, column: str) -> None:
        if values.is_error_cell(text):
            self.refuse("error_cell", text, field, row, column)
        elif not text and self.group.body.formulas:
            self.refuse("formula", column, field, row, column)
        else:
            self.object_to(FindingCode.REQUIRED if not text else code, field, text, row, column)


_COUNTED_ID = re.compile(r"[0-9]{3,}\.0")
_NO: Words = ("", "")
_TWICE: Words = ("; it had been decoded twice", "；原文被重复解码")
