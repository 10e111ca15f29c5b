"""A rule table as a sheet: a row per rule, a column per condition and output, and back again."""

from dataclasses import replace

from domain.grids import Grid
from domain.rules.cell_reading import read_answer, read_condition
from domain.rules.cell_values import CellError, read_word
from domain.rules.cell_writing import ANY_TEXT, answer_text, condition_text, free_text
from domain.rules.cells import ANY, Cell, Column, ColumnType, Operator, OutputValue
from domain.rules.findings import Both, RuleCode
from domain.rules.headers import (
    NOTE,
    ROW,
    currency_of,
    header_row,
    header_text,
    meant,
    own_header,
)
from domain.rules.sheet_reading import SheetReading, known_columns, with_later_columns
from domain.rules.tables import DEFAULT_ROW, Rule, Table
from domain.rules.vocabulary import spellings

_WIDEST = 40
_ONLY_ANY = Both("any: the default row has no conditions", "“任意”：默认行不设条件")
_YES_NO = {"en": ("yes", "no"), "zh": ("是", "否")}


def table_sheet(table: Table, name: str, lang: str) -> Grid:
    """The sheet of a table, "en" or "zh"; a default is a last row with the id `default`."""
    columns = (*table.inputs, *table.outputs)
    header = [
        own_header(columns, ROW, lang),
        *(header_text(columns, column, lang, answer=False) for column in table.inputs),
        *(header_text(columns, column, lang, answer=True) for column in table.outputs),
        own_header(columns, NOTE, lang),
    ]
    rows = [header, *(_cells(table, rule, lang) for rule in table.rules)]
    if table.default is not None:
        rows.append(_cells(table, Rule(DEFAULT_ROW, {}, table.default), lang))
    return Grid(
        name,
        rows,
        widths=tuple(_width(rows, i) for i in range(len(header))),
        choices=_choices(table, lang),
        comments=_comments(table, lang),
    )


def read_table_sheet(base: Table, sheet: Grid, currency: str) -> tuple[Table, SheetReading]:
    """The table that a sheet describes, columns and hit policy as in `base`, and its findings."""
    reading = SheetReading(base, sheet, currency)
    _read_header(reading)
    reading.table = table = with_later_columns(base, frozenset(reading.columns))
    rules: list[Rule] = []
    default = None
    for number, _ in reading.body():
        rule = _rule(reading, number, len(rules) + 1)
        if rule.id == DEFAULT_ROW:
            if default is not None:
                at = reading.at(number, ROW)
                reading.report(RuleCode.DUPLICATE_ROW, at, row=rule.id, column=ROW, value=rule.id)
            default = _default(reading, number, rule)
        else:
            rules.append(rule)
    return replace(table, rules=tuple(rules), default=default), reading


def _cells(table: Table, rule: Rule, lang: str) -> list[str]:
    return [
        rule.id if rule.id == DEFAULT_ROW else free_text(rule.id),
        *(condition_text(c, rule.when.get(c.name, ANY), lang) for c in table.inputs),
        *(answer_text(c, rule.then.get(c.name), lang) for c in table.outputs),
        free_text(rule.note),
    ]


def _width(rows: list[list[str]], column: int) -> int:
    # A Chinese character is twice as wide as a Latin one.
    lengths = [sum(1 + (char > "\u2e80") for char in row[column]) for row in rows]
    return min(_WIDEST, max(lengths) + 3)


def _choices(table: Table, lang: str) -> dict[int, tuple[str, ...]]:
    found = {}
    for i, column in enumerate((*table.inputs, *table.outputs), 1):
        words = _YES_NO[lang] if column.type is ColumnType.BOOLEAN else spellings(column, lang)
        if words:
            is_input = i <= len(table.inputs)
            found[i] = (*words, ANY_TEXT[lang]) if is_input else words
    return found


def _comments(table: Table, lang: str) -> dict[int, str]:
    other = "en" if lang == "zh" else "zh"
    return {
        i: "\n".join(
            [f"{column.name} / {column.label(other)}", ", ".join(spellings(column, lang))]
        ).strip()
        for i, column in enumerate((*table.inputs, *table.outputs), 1)
    }


def _read_header(reading: SheetReading) -> None:
    columns = known_columns(reading.table)
    reading.header = header_row(columns, reading.sheet)
    by_name = {column.name: column for column in columns}
    cells = reading.sheet.rows[reading.header] if reading.sheet.rows else []
    width = max((len(row) for row in reading.sheet.rows), default=0)
    for i in range(width):
        text, at = (cells[i] if i < len(cells) else "").strip(), (reading.header, i)
        name = meant(columns, text) if text else None
        if name is None:
            _unknown(reading, text, i)
        elif name in reading.columns:
            reading.report(RuleCode.DUPLICATE_COLUMN, at, column=name, value=text)
        else:
            reading.columns[name] = i
            _check_currency(reading, by_name.get(name), text, at)
    _report_missing(reading)


def _unknown(reading: SheetReading, text: str, column: int) -> None:
    below = [number for number, _ in reading.body() if reading.sheet.cell(number, column).strip()]
    if text or below:
        at = (reading.header if text else below[0], column)
        wanted = ", ".join(each.name for each in known_columns(reading.table))
        reading.report(RuleCode.UNKNOWN_COLUMN, at, column=text, value=text, wanted=wanted)


def _check_currency(
    reading: SheetReading, column: Column | None, header: str, at: tuple[int, int]
) -> None:
    currency = currency_of(column, header) if column is not None else ""
    if column is not None and currency not in ("", reading.currency):
        reading.report(
            RuleCode.WRONG_CURRENCY, at, column=column.name, value=currency, wanted=reading.currency
        )


def _report_missing(reading: SheetReading) -> None:
    table = reading.table
    needed = [ROW, *(c.name for c in table.inputs), *(c.name for c in table.outputs)]
    for name in needed:
        if name not in reading.columns:
            value = "row / 行编号" if name == ROW else name
            at = (reading.header, 0)
            reading.report(RuleCode.COLUMN_MISSING, at, column=name, value=value)


def _rule(reading: SheetReading, number: int, ordinal: int) -> Rule:
    row = _word(reading, number, ROW, "")
    if not row:
        at = reading.at(number, ROW)
        reading.report(RuleCode.ROW_ID_MISSING, at, column=ROW, value=f"row_{ordinal}")
    reading.rows.setdefault(row, number)
    before = _base_rule(reading.table, row)
    note = _word(reading, number, NOTE, row) if NOTE in reading.columns else before.note
    return Rule(row, _when(reading, number, row), _then(reading, number, row, before), note)


def _base_rule(table: Table, row: str) -> Rule:
    if row == DEFAULT_ROW and table.default is not None:
        return Rule(row, {}, table.default)
    return next((rule for rule in table.rules if rule.id == row), Rule(row, {}, _nothing(table)))


def _nothing(table: Table) -> dict[str, OutputValue]:
    return {column.name: None for column in table.outputs}


def _word(reading: SheetReading, number: int, column: str, row: str) -> str:
    try:
        return read_word(reading.text(number, column))
    except CellError as error:
        reading.refuse(error, reading.at(number, column), row, column)
        return ""


def _when(reading: SheetReading, number: int, row: str) -> dict[str, Cell]:
    found = {}
    for column in reading.table.inputs:
        try:
            cell = read_condition(column, reading.text(number, column.name), reading.currency)
            found[column.name] = cell
        except CellError as error:
            reading.refuse(error, reading.at(number, column.name), row, column.name)
    return found


def _then(reading: SheetReading, number: int, row: str, before: Rule) -> dict[str, OutputValue]:
    found: dict[str, OutputValue] = {}
    for column in reading.table.outputs:
        if column.name not in reading.columns:
            continue
        try:
            value = read_answer(column, reading.text(number, column.name), reading.currency)
        except CellError as error:
            reading.refuse(error, reading.at(number, column.name), row, column.name)
            continue
        # A row that never said anything about an optional output goes on saying nothing.
        if value is not None or column.name in before.then:
            found[column.name] = value
    return found


def _default(reading: SheetReading, number: int, rule: Rule) -> dict[str, OutputValue]:
    for name, cell in rule.when.items():
        if cell.operator is not Operator.ANY:
            at = reading.at(number, name)
            value = reading.text(number, name)
            reading.report(
                RuleCode.BAD_FORMAT, at, row=rule.id, column=name, value=value, wanted=_ONLY_ANY
            )
    return dict(rule.then)
