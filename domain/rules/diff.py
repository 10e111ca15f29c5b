"""What differs between two rule sets: tables, columns, rows and cells, in a stable order."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from domain.rules.cells import ANY, Cell, Column, OutputValue
from domain.rules.differences import CellDiff, Change, RowDiff, RuleSetDiff, TableDiff
from domain.rules.ruleset import RuleSet
from domain.rules.serialization import cell_to_json, output_to_json
from domain.rules.tables import DEFAULT_ROW, Rule, Table
from domain.rules.wording import cell_text, value_text


def diff(before: RuleSet, after: RuleSet) -> RuleSetDiff:
    """What `after` says differently from `before`; versions and digests are not compared."""
    names = dict.fromkeys([*before.tables, *after.tables])
    tables = (_table_diff(name, before.tables.get(name), after.tables.get(name)) for name in names)
    currencies = (before.base_currency, after.base_currency)
    return RuleSetDiff(
        before.version,
        after.version,
        tuple(table for table in tables if table is not None),
        None if currencies[0] == currencies[1] else currencies,
    )


def _table_diff(name: str, before: Table | None, after: Table | None) -> TableDiff | None:
    if before is None or after is None:
        return TableDiff(name, "added" if before is None else "removed")
    if before == after:
        return None
    policies = (before.hit_policy.value, after.hit_policy.value)
    return TableDiff(
        name,
        "changed",
        tuple(_row_diffs(before, after)),
        tuple(_column_diffs(before, after)),
        None if policies[0] == policies[1] else policies,
    )


def _column_diffs(before: Table, after: Table) -> Iterator[tuple[str, Change]]:
    old, new = (
        {column.name: column for column in (*table.inputs, *table.outputs)}
        for table in (before, after)
    )
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield name, "removed"
        elif name not in old:
            yield name, "added"
        elif old[name] != new[name]:
            yield name, "changed"


def _row_diffs(before: Table, after: Table) -> Iterator[RowDiff]:
    old, new = _rows(before), _rows(after)
    moved = _moved(list(old), list(new))
    for row in _in_order(list(old), list(new)):
        places = _place(old, row), _place(new, row)
        if row not in new or row not in old:
            yield RowDiff(row, "removed" if row in old else "added", *places)
            continue
        cells = tuple(_cell_diffs(before, after, old[row][1], new[row][1]))
        if cells or row in moved:
            yield RowDiff(row, "changed" if cells else "moved", *places, cells)


def _rows(table: Table) -> dict[str, tuple[int, Rule]]:
    """Rows by id with their places; what answers when none matches comes last."""
    rows = {rule.id: (place, rule) for place, rule in enumerate(table.rules, 1)}
    if table.default is not None:
        rows[DEFAULT_ROW] = (len(table.rules) + 1, Rule(DEFAULT_ROW, {}, table.default))
    return rows


def _place(rows: dict[str, tuple[int, Rule]], row: str) -> int | None:
    return rows[row][0] if row in rows else None


def _moved(old: list[str], new: list[str]) -> set[str]:
    """Rows whose place among the rows that stayed is another one."""
    common = set(old) & set(new)
    first, second = ([row for row in rows if row in common] for rows in (old, new))
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    stayed = {row for block in blocks for row in first[block.a : block.a + block.size]}
    return common - stayed


def _in_order(old: list[str], new: list[str]) -> list[str]:
    """The new order, with what was removed right after the row it stood below."""
    order = list(new)
    for place, row in enumerate(old):
        if row not in order:
            above = next((r for r in reversed(old[:place]) if r in order), None)
            order.insert(0 if above is None else order.index(above) + 1, row)
    return order


def _cell_diffs(before: Table, after: Table, old: Rule, new: Rule) -> Iterator[CellDiff]:
    for column in _columns(before.inputs, after.inputs):
        cells = old.when.get(column.name, ANY), new.when.get(column.name, ANY)
        if cells[0] != cells[1]:
            yield _condition_diff(column, *cells)
    for column in _columns(before.outputs, after.outputs):
        values = old.then.get(column.name), new.then.get(column.name)
        if values[0] != values[1]:
            yield _answer_diff(column, *values)
    if old.note != new.note:
        notes = (old.note, old.note), (new.note, new.note)
        yield CellDiff("", ("note", "备注"), *notes, old.note, new.note)


def _columns(before: tuple[Column, ...], after: tuple[Column, ...]) -> list[Column]:
    return list({column.name: column for column in (*before, *after)}.values())


def _condition_diff(column: Column, old: Cell, new: Cell) -> CellDiff:
    words = tuple((cell_text(column, c, "en"), cell_text(column, c, "zh")) for c in (old, new))
    return CellDiff(
        column.name, _labels(column), words[0], words[1], cell_to_json(old), cell_to_json(new)
    )


def _answer_diff(column: Column, old: OutputValue, new: OutputValue) -> CellDiff:
    words = tuple((_answer(column, v, "en"), _answer(column, v, "zh")) for v in (old, new))
    return CellDiff(
        column.name, _labels(column), words[0], words[1], output_to_json(old), output_to_json(new)
    )


def _answer(column: Column, value: OutputValue, lang: str) -> str:
    return f"{column.label(lang)} = {value_text(column, value, lang)}"


def _labels(column: Column) -> tuple[str, str]:
    return column.label_en, column.label_zh
