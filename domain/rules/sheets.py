"""A rule set as sheets that a person without code can edit, and the rule set of edited sheets."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from domain.grids import Grid, cell_name
from domain.rules.about_sheet import NAMES, About, about_sheet, read_about
from domain.rules.defaults import default_rule_set
from domain.rules.findings import RuleCode, RuleFinding, errors, finding
from domain.rules.ruleset import RuleSet
from domain.rules.sheet_reading import SheetReading
from domain.rules.stage_sheet import has_stage_form, read_stage_sheet, stage_sheet
from domain.rules.table_sheet import read_table_sheet, table_sheet
from domain.rules.tables import HitPolicy, Table
from domain.rules.vocabulary import TABLE_TITLES

# What every spreadsheet program accepts as the name of a sheet.
_SHEET_NAME = re.compile(r"[\w ()-]{1,31}")


def to_sheets(rule_set: RuleSet, lang: str) -> list[Grid]:
    """The rule set as sheets, "en" or "zh": one about it, then one per table.

    Amounts are in its base currency, which the first sheet and the headers name.
    """
    names = _sheet_names(rule_set, lang)
    about = about_sheet(rule_set.version, rule_set.base_currency, rule_set.tables, names, lang)
    return [about, *(_sheet(table, names[name], lang) for name, table in rule_set.tables.items())]


def from_sheets(
    sheets: Sequence[Grid], base: RuleSet, version: str
) -> tuple[RuleSet | None, tuple[RuleFinding, ...]]:
    """The rule set that edited sheets describe, called `version`, with what was found in them.

    What the sheets don't say (columns, a table without a sheet) is as in `base`, and a finding
    says so. None when a finding is an error; whether the set makes sense is for
    `check_rule_set` to say, and `placed` says where in the sheets its findings are.
    """
    book = _Book(sheets, base)
    if errors(book.findings):
        return None, tuple(book.findings)
    tables = {name: book.read.get(name, table) for name, table in base.tables.items()}
    added = {name: table for name, table in book.read.items() if name not in tables}
    return RuleSet(version, tables | added, base.base_currency), tuple(book.findings)


def placed(
    findings: Iterable[RuleFinding], sheets: Sequence[Grid], base: RuleSet
) -> tuple[RuleFinding, ...]:
    """Findings about the rule set of these sheets, each with its sheet and cell where it has one.

    A finding about a row points at the row's id, one about a whole table at its header.
    """
    readings = _Book(sheets, base).readings
    return tuple(
        readings[item.table].place(item) if item.table in readings else item for item in findings
    )


def base_version(sheets: Sequence[Grid]) -> str:
    """Version that the sheets were exported from; empty where they do not say."""
    return read_about(list(sheets)).version


class _Book:
    """Sheets matched to the tables of a base and read."""

    def __init__(self, sheets: Sequence[Grid], base: RuleSet) -> None:
        self.findings: list[RuleFinding] = []
        self.readings: dict[str, SheetReading] = {}
        self.read: dict[str, Table] = {}
        self._base = base
        self._about = about = read_about(list(sheets))
        self._tables = dict(default_rule_set().tables) | dict(base.tables)
        self._check_about(about)
        for sheet in sheets:
            if sheet is not about.grid and any(any(row) for row in sheet.rows):
                self._take(sheet)
        self._report_kept()

    def _take(self, sheet: Grid) -> None:
        name = self._table_of(sheet.name)
        if name is None:
            wanted = ", ".join(self._tables)
            self._report(RuleCode.UNKNOWN_SHEET, "", sheet, value=sheet.name, wanted=wanted)
        elif name in self.readings:
            self._report(RuleCode.DUPLICATE_SHEET, name, sheet, value=sheet.name)
        else:
            self._read(name, sheet)

    def _read(self, name: str, sheet: Grid) -> None:
        base, currency = self._tables[name], self._base.base_currency
        read = read_stage_sheet if _is_stage_sheet(base) else read_table_sheet
        table, reading = read(base, sheet, currency)
        self.readings[name] = reading
        self.findings += reading.findings
        self.read[name] = replace(table, hit_policy=self._policy(name, base))

    def _table_of(self, sheet_name: str) -> str | None:
        wanted = sheet_name.strip().casefold()
        said = self._about.sheets.get(wanted)
        if said in self._tables:
            return said
        for name in self._tables:
            titles = TABLE_TITLES.get(name, ())
            if wanted in (name.casefold(), *(title.casefold() for title in titles)):
                return name
        return None

    def _policy(self, name: str, base: Table) -> HitPolicy:
        said, at = self._about.policies.get(name, ("", (0, 0)))
        if said in HitPolicy.__members__ or not said:
            return HitPolicy(said) if said else base.hit_policy
        wanted = ", ".join(HitPolicy)
        self._report_about(RuleCode.BAD_FORMAT, name, at, value=said, wanted=wanted)
        return base.hit_policy

    def _check_about(self, about: About) -> None:
        base = self._base
        if about.version and about.version != base.version:
            self._report_about(
                RuleCode.OTHER_BASE, "", (0, 1), value=about.version, wanted=base.version
            )
        if about.currency and about.currency != base.base_currency.upper():
            self._report_about(
                RuleCode.WRONG_CURRENCY,
                "",
                about.currency_at,
                value=about.currency,
                wanted=base.base_currency,
            )

    def _report_kept(self) -> None:
        if not self.readings:
            wanted = ", ".join(self._tables)
            self.findings.append(finding(RuleCode.NO_SHEET, "", wanted=wanted))
            return
        for name in self._base.tables:
            if name not in self.readings:
                self.findings.append(
                    finding(RuleCode.TABLE_KEPT, name, value=name, wanted=self._base.version)
                )

    def _report(
        self, code: RuleCode, table: str, sheet: Grid, *, value: object = "", wanted: object = ""
    ) -> None:
        self.findings.append(finding(code, table, value=value, wanted=wanted, sheet=sheet.name))

    def _report_about(
        self, code: RuleCode, table: str, at: tuple[int, int], *, value: object, wanted: object
    ) -> None:
        name = self._about.grid.name if self._about.grid is not None else ""
        place = cell_name(*at)
        self.findings.append(
            finding(code, table, value=value, wanted=wanted, sheet=name, cell=place)
        )


def _sheet(table: Table, name: str, lang: str) -> Grid:
    return (stage_sheet if _is_stage_sheet(table) else table_sheet)(table, name, lang)


def _is_stage_sheet(table: Table) -> bool:
    return table.name == "stages" and has_stage_form(table)


def _sheet_names(rule_set: RuleSet, lang: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for i, name in enumerate(rule_set.tables, 1):
        titles = TABLE_TITLES.get(name)
        title = name if titles is None else titles[lang == "zh"]
        taken = {each.casefold() for each in (*names.values(), *NAMES.values())}
        fits = _SHEET_NAME.fullmatch(title) and title.casefold() not in taken
        names[name] = title if fits and title == title.strip() else f"Table {i}"
    return names
