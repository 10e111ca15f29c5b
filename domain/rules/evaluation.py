"""Evaluation of a table: compiled once, answered fast, explained from the same compiled cells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice

from domain.rules.cells import (
    Cell,
    Column,
    ColumnType,
    OutputValue,
    Test,
    cell_test,
    foreign_guard,
    guards,
)
from domain.rules.explanation import Evaluation, Rejection
from domain.rules.tables import DEFAULT_ROW, HitPolicy, Rule, Table
from domain.rules.wording import plain


class RuleError(ValueError):
    """A rule table cannot answer; `en` and `zh` say what was wrong and what to do."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


class InputError(RuleError):
    """An input is missing or outside the domain of its column."""


class AmbiguousMatch(RuleError):
    """Two rows of a UNIQUE table match the same inputs."""


class NoMatch(RuleError):
    """No row matches and the table has no default."""


@dataclass(frozen=True, slots=True)
class CompiledTable:
    """A table with its cells turned into functions; build it once per rule set version."""

    table: Table
    guards: tuple[tuple[str, dict[type, Test | None], Test], ...]
    rows: tuple[tuple[tuple[int, Test], ...], ...]
    cells: tuple[tuple[tuple[Column, Cell], ...], ...]


def compile_table(table: Table) -> CompiledTable:
    """Compile a table that passed its checks.

    Raises RuleError for a cell on a column that the table does not have.
    """
    names = [column.name for column in table.inputs]
    for rule in table.rules:
        _refuse_unknown_columns(table, rule, names)
    cells = tuple(
        tuple((c, rule.when[c.name]) for c in table.inputs if c.name in rule.when)
        for rule in table.rules
    )
    rows = tuple(
        tuple((names.index(column.name), cell_test(cell)) for column, cell in row) for row in cells
    )
    guarded = tuple((c.name, guards(c), foreign_guard(c)) for c in table.inputs)
    return CompiledTable(table, guarded, rows, cells)


def _refuse_unknown_columns(table: Table, rule: Rule, names: list[str]) -> None:
    for name in rule.when:
        if name not in names:
            raise RuleError(
                f"table {table.name}, row {rule.id}: there is no input column {name!r}; "
                "check the table before using it",
                f"表 {table.name} 行 {rule.id}：没有输入列“{name}”，请先检查该表",
            )


def match(compiled: CompiledTable, inputs: Mapping[str, object]) -> int | None:
    """Index of the (first) matching row, or None; the fast path without explanation.

    Raises InputError for a missing or impossible input, AmbiguousMatch when a UNIQUE table has
    two hits.
    """
    values = _values(compiled, inputs)
    if compiled.table.hit_policy is HitPolicy.UNIQUE:
        hits = _refuse_two(compiled, list(_hits(compiled, values)))
        return hits[0] if hits else None
    # The loop of `_hits` once more: a generator would cost a fifth of the whole answer.
    for index, row in enumerate(compiled.rows):
        for position, passes in row:
            if not passes(values[position]):
                break
        else:
            return index
    return None


def evaluate(
    compiled: CompiledTable, inputs: Mapping[str, object], version: str = ""
) -> Evaluation:
    """Answer with its explanation; `version` is the id of the rule set and is passed through.

    No matching row and no default gives an Evaluation whose `matched` is None. Raises as `match`.
    """
    values = _values(compiled, inputs)
    table = compiled.table
    wanted = 1 if table.hit_policy is HitPolicy.FIRST else None
    hits = list(islice(_hits(compiled, values), wanted))
    if table.hit_policy is HitPolicy.UNIQUE:
        _refuse_two(compiled, hits)
    rows, results = _answers(table, hits)
    return Evaluation(
        table=table,
        version=version,
        inputs={column.name: value for column, value in zip(table.inputs, values, strict=True)},
        rows=rows,
        results=results,
        rejected=tuple(_rejections(compiled, values, hits)),
    )


def inputs_from_json(table: Table, stored: Mapping[str, object]) -> dict[str, object]:
    """Inputs as an explanation stored them, turned back into what `evaluate` takes.

    Raises InputError for text that is not a number in a number column.
    """
    return {
        column.name: _restored(table, column, stored[column.name])
        for column in table.inputs
        if column.name in stored
    }


def _answers(
    table: Table, hits: list[int]
) -> tuple[tuple[str, ...], tuple[Mapping[str, OutputValue], ...]]:
    if not hits and table.default is not None:
        return (DEFAULT_ROW,), (table.default,)
    rules = [table.rules[index] for index in hits]
    return tuple(rule.id for rule in rules), tuple(rule.then for rule in rules)


def _values(compiled: CompiledTable, inputs: Mapping[str, object]) -> list[object]:
    values = []
    for name, by_type, foreign in compiled.guards:
        value = inputs.get(name)
        guard = by_type.get(type(value), foreign)
        if guard is not None and not guard(value):
            raise _input_error(compiled.table, name, value)
        values.append(value)
    return values


def _hits(compiled: CompiledTable, values: list[object]) -> Iterator[int]:
    for index, row in enumerate(compiled.rows):
        for position, passes in row:
            if not passes(values[position]):
                break
        else:
            yield index


def _rejections(
    compiled: CompiledTable, values: list[object], hits: list[int]
) -> Iterator[Rejection]:
    """Rows that were looked at and failed; under FIRST those above the match only."""
    first_only = compiled.table.hit_policy is HitPolicy.FIRST and hits
    last = hits[0] if first_only else len(compiled.rows)
    for index in range(last):
        for (position, passes), (column, cell) in zip(
            compiled.rows[index], compiled.cells[index], strict=True
        ):
            if not passes(values[position]):
                yield Rejection(compiled.table.rules[index].id, column, cell, values[position])
                break


def _refuse_two(compiled: CompiledTable, hits: list[int]) -> list[int]:
    if len(hits) < 2:
        return hits
    table = compiled.table
    first, second = table.rules[hits[0]].id, table.rules[hits[1]].id
    raise AmbiguousMatch(
        f"table {table.name}: rows {first} and {second} both match; make them exclusive",
        f"表 {table.name}：行 {first} 与行 {second} 同时命中，请修改使其互斥",
    )


def _input_error(table: Table, name: str, value: object) -> InputError:
    column = table.input(name)
    wanted = column.type.value if column is not None else ""
    if column is not None and column.allowed is not None:
        wanted = f"{wanted} {{{', '.join(column.allowed)}}}"
    return InputError(
        f"table {table.name}, input {name}: {plain(value)!r} is not a {wanted}; pass one",
        f"表 {table.name} 输入 {name}：{plain(value)!r} 不是 {wanted}，请传入正确的值",
    )


def _restored(table: Table, column: Column, value: object) -> object:
    if column.type not in (ColumnType.NUMBER, ColumnType.MONEY) or not isinstance(value, str):
        return value
    try:
        return Decimal(value)
    except InvalidOperation:
        raise _input_error(table, column.name, value) from None
