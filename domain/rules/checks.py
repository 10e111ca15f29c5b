"""Static checks of a table: form of its columns and cells, then gaps, overlaps and dead rows."""

from collections.abc import Iterator, Mapping
from functools import partial

from domain.rules.cells import (
    INPUT_TYPES,
    Cell,
    Column,
    ColumnType,
    OutputValue,
    is_empty,
    operators_of,
    value_count_fits,
    value_fits,
)
from domain.rules.examples import nearest, typical
from domain.rules.findings import Both, RuleCode, RuleFinding, Shown, finding
from domain.rules.gaps import gap_hint
from domain.rules.regions import Point, Regions, regions
from domain.rules.tables import DEFAULT_ROW, HitPolicy, Rule, Table
from domain.rules.wording import interval_text

# Combinations looked at before the check gives up and says so; about a second of work.
MAX_COMBINATIONS = 200_000


def check(table: Table) -> tuple[RuleFinding, ...]:
    """Everything wrong with a table; empty when it may be published.

    Gaps, overlaps and unreachable rows are looked for once the inputs are well-formed, exactly,
    over the whole input space; a table too large for that gets CHECK_TOO_LARGE.
    """
    form = (*_column_findings(table), *_row_findings(table), *_condition_findings(table))
    outputs = tuple(_answer_findings(table))
    return (*form, *outputs) if form else (*outputs, *_region_findings(table))


def _column_findings(table: Table) -> Iterator[RuleFinding]:
    seen: set[str] = set()
    for column in (*table.inputs, *table.outputs):
        if column.name in seen:
            yield finding(
                RuleCode.DUPLICATE_COLUMN, table.name, column=column.name, value=column.name
            )
        seen.add(column.name)
    for column in table.inputs:
        if column.type not in INPUT_TYPES or column.optional or column.allowed == ():
            yield finding(
                RuleCode.WRONG_COLUMN,
                table.name,
                column=column.name,
                value=column.name,
                wanted=f"a required input of type {_listed(INPUT_TYPES)}",
            )


def _row_findings(table: Table) -> Iterator[RuleFinding]:
    seen = {DEFAULT_ROW, ""}
    for rule in table.rules:
        if rule.id in seen:
            yield finding(RuleCode.DUPLICATE_ROW, table.name, row=rule.id, value=rule.id)
        seen.add(rule.id)


def _condition_findings(table: Table) -> Iterator[RuleFinding]:
    for rule in table.rules:
        for name, cell in rule.when.items():
            column = table.input(name)
            if column is None:
                yield _unknown(table, rule.id, name, table.inputs)
            else:
                yield from _cell_findings(table, rule.id, column, cell)


def _cell_findings(table: Table, row: str, column: Column, cell: Cell) -> Iterator[RuleFinding]:
    report = partial(finding, table=table.name, row=row, column=column.name)
    operators = operators_of(column.type)
    if cell.operator not in operators or not value_count_fits(cell):
        yield report(
            RuleCode.WRONG_OPERATOR,
            value=f"{cell.operator.value} ({len(cell.values)})",
            wanted=f"{_listed(operators)}, each with its number of values",
        )
        return
    wrong = [_value_finding(table, row, column, value) for value in cell.values]
    yield from (item for item in wrong if item is not None)
    if not any(wrong) and is_empty(cell):
        example = {each.name: typical(each) for each in table.inputs} | {
            column.name: cell.values[0]
        }
        yield report(
            RuleCode.EMPTY_RANGE,
            value=Both(interval_text(column, cell, "en"), interval_text(column, cell, "zh")),
            example=example,
        )


def _answer_findings(table: Table) -> Iterator[RuleFinding]:
    answers = [(rule.id, rule.then) for rule in table.rules]
    if table.default is not None:
        answers.append((DEFAULT_ROW, table.default))
    for row, then in answers:
        for name in then:
            if table.output(name) is None:
                yield _unknown(table, row, name, table.outputs)
        for column in table.outputs:
            yield from _output_findings(table, row, column, then)


def _output_findings(
    table: Table, row: str, column: Column, then: Mapping[str, OutputValue]
) -> Iterator[RuleFinding]:
    value = then.get(column.name)
    if value is None:
        if not column.optional:
            name = column.name
            yield finding(RuleCode.OUTPUT_MISSING, table.name, row=row, column=name, value=name)
        return
    wrong = _value_finding(table, row, column, value)
    if wrong is not None:
        yield wrong


def _value_finding(
    table: Table, row: str, column: Column, value: OutputValue
) -> RuleFinding | None:
    report = partial(finding, table=table.name, row=row, column=column.name)
    if not value_fits(column.type, value):
        return report(RuleCode.WRONG_TYPE, value=value, wanted=column.type.value)
    if column.allowed is None:
        return None
    items = value if isinstance(value, tuple) else (value,)
    strange = [item for item in items if item not in column.allowed]
    if not strange:
        return None
    return report(RuleCode.NOT_ALLOWED, value=strange[0], wanted=", ".join(column.allowed))


def _region_findings(table: Table) -> Iterator[RuleFinding]:
    found = regions(table, MAX_COMBINATIONS)
    if found is None:
        rows = f"{len(table.rules)} x {len(table.inputs)}"
        yield finding(RuleCode.CHECK_TOO_LARGE, table.name, value=rows)
        return
    for index, rule in enumerate(table.rules):
        inside = {mask: point for mask, point in found.items() if mask >> index & 1}
        if not inside:
            yield _empty_row(table, rule)
        elif table.hit_policy is HitPolicy.FIRST:
            yield from _unreachable(table, index, inside)
        elif table.hit_policy is HitPolicy.UNIQUE:
            yield from _overlap(table, index, inside)
    if 0 in found and table.default is None and table.hit_policy is not HitPolicy.COLLECT:
        hint = gap_hint(table, found[0])
        yield finding(RuleCode.GAP, table.name, example=found[0], hint=hint)


def _empty_row(table: Table, rule: Rule) -> RuleFinding:
    """The order nearest to a row that none satisfies, and the column that keeps it from fitting."""
    example, impossible = nearest(table, rule)
    return finding(RuleCode.EMPTY_ROW, table.name, row=rule.id, column=impossible, example=example)


def _unreachable(table: Table, index: int, inside: Regions) -> Iterator[RuleFinding]:
    takers = {_first_row(mask) for mask in inside}
    if index not in takers:
        mask, example = next(iter(inside.items()))
        yield finding(
            RuleCode.UNREACHABLE,
            table.name,
            row=table.rules[index].id,
            value=", ".join(table.rules[taker].id for taker in sorted(takers)),
            example=example,
            answers=_shown(table, example, _first_row(mask), index),
        )


def _overlap(table: Table, index: int, inside: Regions) -> Iterator[RuleFinding]:
    """One finding per row, with the first row above it that it overlaps."""
    shared = {mask: point for mask, point in inside.items() if _first_row(mask) < index}
    if shared:
        mask = min(shared, key=_first_row)
        yield finding(
            RuleCode.OVERLAP,
            table.name,
            row=table.rules[index].id,
            value=table.rules[_first_row(mask)].id,
            example=shared[mask],
            answers=_shown(table, shared[mask], _first_row(mask), index),
        )


def _shown(table: Table, example: Point, *rows: int) -> tuple[Shown, ...]:
    return tuple(Shown(table.rules[i].id, example, table.rules[i].then) for i in rows)


def _first_row(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def _unknown(table: Table, row: str, name: str, columns: tuple[Column, ...]) -> RuleFinding:
    wanted = ", ".join(column.name for column in columns)
    return finding(
        RuleCode.UNKNOWN_COLUMN, table.name, row=row, column=name, value=name, wanted=wanted
    )


def _listed(names: frozenset[ColumnType] | frozenset[object]) -> str:
    return ", ".join(sorted(str(name) for name in names))
