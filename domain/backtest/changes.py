"""Single cells of rule tables changed by way of trial: "if the threshold were 5000"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain.rules.cell_reading import read_answer, read_condition
from domain.rules.cell_values import CellError
from domain.rules.evaluation import RuleError
from domain.rules.findings import finding
from domain.rules.ruleset import RuleSet
from domain.rules.tables import Rule, Table

_ADDRESS = re.compile(r"([a-z_]+)\.([^.=]+)\.([a-z_]+)=(.*)", re.DOTALL)


@dataclass(frozen=True)
class Change:
    """One cell: a condition or an output, written as in a sheet (`> 5000`, `finance`, `2 h`)."""

    table: str
    row: str
    column: str
    value: str


def read_change(text: str) -> Change:
    """Read `table.row.column=value`; raises RuleError for anything else."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        raise RuleError(
            f"{text!r} addresses no cell; write table.row.column=value, for example "
            'approval.above_10000.amount=">5000"',
            f'{text!r} 未指明单元格；请写成 表.行.列=值，例如 approval.above_10000.amount=">5000"',
        )
    table, row, column, value = found.groups()
    return Change(table, row.strip(), column, _unquoted(value.strip()))


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def changed(rule_set: RuleSet, changes: Iterable[Change]) -> RuleSet:
    """Return a copy with these cells changed, under the same version and a `+` behind it.

    Raises RuleError for a cell that is not there and for a value that its column can't hold.
    """
    tables = dict(rule_set.tables)
    for change in changes:
        table = tables.get(change.table)
        if table is None:
            raise _missing(change, "table", "表", change.table, sorted(tables))
        tables[change.table] = _with(table, change, rule_set.base_currency)
    return RuleSet(f"{rule_set.version}+", tables, rule_set.base_currency)


def _with(table: Table, change: Change, currency: str) -> Table:
    ids = [rule.id for rule in table.rules]
    if change.row not in ids:
        raise _missing(change, "row", "行", change.row, ids)
    return replace(
        table,
        rules=tuple(
            _with_cell(table, rule, change, currency) if rule.id == change.row else rule
            for rule in table.rules
        ),
    )


def _with_cell(table: Table, rule: Rule, change: Change, currency: str) -> Rule:
    condition, answer = table.input(change.column), table.output(change.column)
    try:
        if condition is not None:
            cell = read_condition(condition, change.value, currency)
            return replace(rule, when={**rule.when, change.column: cell})
        if answer is not None:
            told = read_answer(answer, change.value, currency)
            return replace(rule, then={**rule.then, change.column: told})
    except CellError as error:
        raise _unreadable(change, error) from None
    names = [column.name for column in (*table.inputs, *table.outputs)]
    raise _missing(change, "column", "列", change.column, names)


def _missing(change: Change, en: str, zh: str, name: str, known: Iterable[str]) -> RuleError:
    listed = ", ".join(known)
    return RuleError(
        f"{change.table}.{change.row}.{change.column}: there is no {en} {name!r}; use one of "
        f"{listed}",
        f"{change.table}.{change.row}.{change.column}：没有{zh}“{name}”，可用：{listed}",
    )


def _unreadable(change: Change, error: CellError) -> RuleError:
    told = finding(
        error.code,
        change.table,
        row=change.row,
        column=change.column,
        value=error.value,
        wanted=error.wanted,
    )
    where = f"{change.table}.{change.row}.{change.column}"
    return RuleError(f"{where}: {told.message_en}", f"{where}：{told.message_zh}")
