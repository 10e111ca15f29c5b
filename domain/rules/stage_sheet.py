"""The stages table as people know it: stage, entered when, owner, reminder when overdue.

The first cell is the stage's name; `Name (code)` gives it a new name in the sheet's language, and
where a row is for more than one stage the brackets hold a condition: `Rest (any)`. Names of the
other language, notes, row ids and further outputs are those of the row of the same stage before.
"""

from dataclasses import replace

from domain.grids import Grid
from domain.rules.cell_grammar import narrowed, quoted, unquoted
from domain.rules.cell_reading import read_answer, read_condition
from domain.rules.cell_values import CellError, read_word
from domain.rules.cell_writing import answer_text, condition_text, free_text
from domain.rules.cells import ANY, Cell, Column, ColumnType, Operator, OutputValue, eq
from domain.rules.findings import RuleCode
from domain.rules.reminders import FIELDS, read_reminder, reminder_text
from domain.rules.shapes import SHAPES
from domain.rules.sheet_reading import SheetReading, with_later_columns
from domain.rules.tables import Rule, Table
from domain.rules.vocabulary import meaning, spellings

STAGE, ENTERED, OWNER, REMINDER = "stage", "entered_when", "owner_role", "reminder"
HEADERS = {
    "en": ("Stage", "Entered when", "Owner", "Reminder when overdue"),
    "zh": ("阶段", "触发条件", "责任人", "超时提醒"),
}
_KEYS = (STAGE, ENTERED, OWNER, REMINDER)
_FREE = Column("text", ColumnType.TEXT, "text", "文字")
_WIDTHS = (22, 44, 24, 60)
_DEEPEST = 10


def has_stage_form(table: Table) -> bool:
    """Whether the table has what the four columns speak of, so that they lose nothing."""
    shape = SHAPES["stages"]
    needed = {column.name for column in shape.outputs if not column.optional}
    return (
        [column.name for column in table.inputs] == [STAGE]
        and needed <= {column.name for column in table.outputs}
        and all(isinstance(rule.then.get(name), str) for rule in table.rules for name in _TEXTS)
    )


_TEXTS = ("label_en", "label_zh", "entered_when_en", "entered_when_zh", "owner_role", "on_breach")


def stage_sheet(table: Table, name: str, lang: str) -> Grid:
    """The sheet of the stages table, exactly four columns, "en" or "zh"."""
    owner = table.output(OWNER) or _FREE
    rows = [list(HEADERS[lang])]
    for rule in table.rules:
        entered = str(rule.then.get(f"entered_when_{lang}", ""))
        rows.append(
            [
                _stage_text(table, rule, lang),
                free_text(entered),
                answer_text(owner, rule.then.get(OWNER), lang),
                reminder_text(rule.then, lang),
            ]
        )
    choices = {2: spellings(owner, lang)} if owner.allowed else {}
    return Grid(name, rows, widths=_WIDTHS, choices=choices)


def read_stage_sheet(base: Table, sheet: Grid, currency: str) -> tuple[Table, SheetReading]:
    """The stages table that a sheet describes, the rest as in `base`, and its findings."""
    reading = SheetReading(base, sheet, currency)
    lang = _read_header(reading)
    rules: list[Rule] = []
    left = list(base.rules)
    for number, _ in reading.body():
        rule = _rule(reading, number, lang, left)
        if rule is not None:
            reading.rows.setdefault(rule.id, number)
            rules.append(rule)
    named = {name for rule in rules for name, value in rule.then.items() if value is not None}
    reading.columns |= dict.fromkeys(FIELDS, reading.columns.get(REMINDER, 0))
    reading.columns |= dict.fromkeys(
        ("entered_when_en", "entered_when_zh"), reading.columns.get(ENTERED, 0)
    )
    reading.table = table = with_later_columns(base, frozenset(named))
    held = {column.name for column in table.outputs}
    kept = tuple(
        replace(rule, then={name: v for name, v in rule.then.items() if name in held})
        for rule in rules
    )
    return replace(table, rules=kept), reading


def _stage_text(table: Table, rule: Rule, lang: str) -> str:
    label, cell = str(rule.then.get(f"label_{lang}", "")), rule.when.get(STAGE, ANY)
    is_one = cell.operator is Operator.EQ
    if is_one and _stage_named(table, label) == cell.values[0] and label == _bare(label):
        return label
    column = table.input(STAGE) or _FREE
    shown = label if label and label == _bare(label) else quoted(label)
    code = str(cell.values[0]) if is_one else ""
    which = code if code in (column.allowed or ()) else condition_text(column, cell, lang)
    return f"{shown} ({which})"


def _bare(label: str) -> str:
    """The label if it can stand unquoted: nothing in it that could be taken for brackets."""
    plain = label == free_text(label) and not set(narrowed(label)) & set("()") and "\n" not in label
    return label if plain else ""


def _stage_named(table: Table, text: str) -> str | None:
    """Code of the stage that a name means: as the table calls it, or as we do, either language."""
    wanted = " ".join(text.split()).casefold()
    found = {
        str(rule.when[STAGE].values[0])
        for rule in table.rules
        if STAGE in rule.when
        and rule.when[STAGE].operator is Operator.EQ
        and wanted in {str(rule.then.get(f"label_{lang}", "")).casefold() for lang in HEADERS}
    }
    if len(found) == 1:
        return found.pop()
    column = table.input(STAGE)
    return meaning(column, text) if column is not None and not found else None


def _read_header(reading: SheetReading) -> str:
    """Find the header; returns the language that most of it is in."""
    rows = reading.sheet.rows[:_DEEPEST]
    counts = [sum(_key(cell) is not None for cell in cells) for cells in rows]
    reading.header = counts.index(max(counts)) if counts else 0
    seen = []
    for i, cell in enumerate(rows[reading.header] if rows else []):
        key, at = _key(cell), (reading.header, i)
        if key is not None and key not in reading.columns:
            reading.columns[key] = i
            seen.append("en" if cell.isascii() else "zh")
        elif key is not None:
            reading.report(RuleCode.DUPLICATE_COLUMN, at, column=key, value=cell)
        elif cell.strip():
            wanted = ", ".join((*HEADERS["en"], *HEADERS["zh"]))
            reading.report(RuleCode.UNKNOWN_COLUMN, at, column=cell, value=cell, wanted=wanted)
    for i, key in enumerate(_KEYS):
        if key not in reading.columns:
            value = f"{HEADERS['en'][i]} / {HEADERS['zh'][i]}"
            at = (reading.header, 0)
            reading.report(RuleCode.COLUMN_MISSING, at, column=key, value=value)
    return "zh" if seen.count("zh") > seen.count("en") else "en"


def _key(cell: str) -> str | None:
    wanted = " ".join(cell.split()).casefold()
    for i, key in enumerate(_KEYS):
        if wanted in (key, HEADERS["en"][i].casefold(), HEADERS["zh"][i]):
            return key
    return None


def _rule(reading: SheetReading, number: int, lang: str, left: list[Rule]) -> Rule | None:
    try:
        label, cell = _read_stage(reading.table, reading.text(number, STAGE))
    except CellError as error:
        reading.refuse(error, reading.at(number, STAGE), "", STAGE)
        return None
    before = next((rule for rule in left if rule.when.get(STAGE, ANY) == cell), None)
    if before is not None:
        left.remove(before)
    row = before.id if before is not None else str(cell.values[0]) if cell.values else "otherwise"
    said = _said(reading, number, lang, row)
    name = label or str(cell.values[0] if cell.values else row)
    if before is None:
        new = dict.fromkeys(("label_en", "label_zh"), name)
        entered = str(said.get(f"entered_when_{lang}", ""))
        new |= dict.fromkeys(("entered_when_en", "entered_when_zh"), entered)
        return Rule(row, {STAGE: cell}, {**new, **said})
    relabelled = {} if label is None else {f"label_{lang}": label}
    absent = {field for field in FIELDS if field not in before.then and said.get(field) is None}
    fresh = {field: value for field, value in said.items() if field not in absent}
    return replace(before, then={**before.then, **relabelled, **fresh})


def _read_stage(table: Table, text: str) -> tuple[str | None, Cell]:
    """The new label, None where it stays, and the condition of a row's first cell."""
    column = table.input(STAGE) or _FREE
    raw = text.strip()
    code = _stage_named(table, raw)
    if code is not None:
        return None, eq(code)
    bare = narrowed(raw)
    begin = bare.find("(", _label_end(raw))
    if bare.endswith(")") and begin >= 0:
        cell = read_condition(column, raw[begin + 1 : -1], "")
        return read_word(raw[:begin]), cell
    wanted = ", ".join(column.allowed or ())
    raise CellError(RuleCode.NOT_ALLOWED, raw, wanted)


def _label_end(raw: str) -> int:
    if not raw.startswith('"'):
        return 0
    try:
        return unquoted(raw)[1]
    except ValueError:
        return 0


def _said(reading: SheetReading, number: int, lang: str, row: str) -> dict[str, OutputValue]:
    found: dict[str, OutputValue] = {}
    owner = reading.table.output(OWNER) or _FREE
    try:
        found[f"entered_when_{lang}"] = read_word(reading.text(number, ENTERED))
    except CellError as error:
        reading.refuse(error, reading.at(number, ENTERED), row, ENTERED)
    try:
        found[OWNER] = read_answer(owner, reading.text(number, OWNER), reading.currency)
    except CellError as error:
        reading.refuse(error, reading.at(number, OWNER), row, OWNER)
    try:
        found |= read_reminder(reading.text(number, REMINDER))
    except CellError as error:
        reading.refuse(error, reading.at(number, REMINDER), row, REMINDER)
    return found
