"""Properties of rule tables over generated tables and points, against a naive reference."""

import json
from collections.abc import Callable
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.cells import Cell, CellValue, Column, ColumnType, Operator, is_empty
from domain.rules.checks import check
from domain.rules.evaluation import AmbiguousMatch, compile_table, evaluate, match
from domain.rules.findings import RuleCode
from domain.rules.serialization import table_from_json, table_to_json
from domain.rules.tables import HitPolicy, Rule, Table

AMOUNTS = [Decimal(text) for text in ("-3", "0", "0.5", "2000.00", "2000.01", "1E+4")]
COLUMNS = (
    Column("amount", ColumnType.MONEY, "amount", "金额", unit="CNY"),
    Column("flag", ColumnType.BOOLEAN, "flag", "标记"),
    Column("country", ColumnType.COUNTRY, "country", "国家"),
    Column("kind", ColumnType.TEXT, "kind", "类型", ("a", "b", "c")),
    Column("wait", ColumnType.DURATION, "wait", "等待", unit="s"),
)
VALUES: dict[str, list[CellValue]] = {
    "amount": list(AMOUNTS),
    "country": ["DE", "FR", "US"],
    "kind": ["a", "b", "c"],
    "wait": [0, 1, 3, 60],
}
# Dense enough that every elementary piece between the values above holds a point.
GRID: dict[str, list[CellValue]] = {
    "amount": [
        *AMOUNTS,
        *(Decimal(t) for t in ("-9", "-1", "0.1", "7", "2000.005", "5000", "1E9")),
    ],
    "flag": [True, False],
    "country": ["DE", "FR", "US", "JP"],
    "kind": ["a", "b", "c"],
    "wait": [0, 1, 2, 3, 4, 59, 60, 61],
}
OUTPUTS = (
    Column("text", ColumnType.TEXT, "text", "文本"),
    Column("roles", ColumnType.TEXT_LIST, "roles", "角色"),
    Column("limit", ColumnType.DURATION, "limit", "时限", optional=True),
    Column("share", ColumnType.NUMBER, "share", "比例"),
    Column("stop", ColumnType.BOOLEAN, "stop", "停止"),
)
COMPARE = [Operator.EQ, Operator.NE]
ORDER = [Operator.LT, Operator.LE, Operator.GT, Operator.GE]


@st.composite
def cells(draw: st.DrawFn, column: Column) -> Cell:
    """A well-formed cell of a column that is not empty by its own bounds."""
    if column.type is ColumnType.BOOLEAN:
        return Cell(draw(st.sampled_from([Operator.IS_TRUE, Operator.IS_FALSE])))
    value = st.sampled_from(VALUES[column.name])
    ordered = column.type in (ColumnType.MONEY, ColumnType.DURATION)
    shape = draw(st.sampled_from(["one", "many", "between"] if ordered else ["one", "many"]))
    if shape == "one":
        return Cell(draw(st.sampled_from(COMPARE + (ORDER if ordered else []))), (draw(value),))
    if shape == "many":
        members = draw(st.lists(value, min_size=1, max_size=3))
        return Cell(draw(st.sampled_from([Operator.IN, Operator.NOT_IN])), tuple(members))
    low, high = sorted([draw(value), draw(value)])
    return Cell(Operator.BETWEEN, (low, high), draw(st.booleans()), draw(st.booleans()))


@st.composite
def rules(draw: st.DrawFn, name: str, columns: tuple[Column, ...]) -> Rule:
    """A row with a cell on some of the columns and outputs of every kind."""
    chosen = [column for column in columns if draw(st.booleans())]
    found = {column.name: draw(cells(column)) for column in chosen}
    return Rule(
        name,
        {column: cell for column, cell in found.items() if not is_empty(cell)},
        {
            "text": draw(st.text(max_size=5)),
            "roles": tuple(draw(st.lists(st.text(max_size=3), max_size=2))),
            "limit": draw(st.none() | st.integers(0, 10**9)),
            "share": draw(st.decimals(-100, 100, places=3)),
            "stop": draw(st.booleans()),
        },
        draw(st.text(max_size=5)),
    )


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A well-formed table of up to four rows over up to three columns."""
    columns = tuple(
        draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=3, unique_by=lambda c: c.name))
    )
    rows = tuple(draw(rules(f"r{index}", columns)) for index in range(draw(st.integers(0, 4))))
    return Table("t", draw(st.sampled_from(HitPolicy)), columns, OUTPUTS, rows)


def _accepts(cell: Cell, value: CellValue) -> bool:
    """Reference reading of a cell, written as differently from the product as it can be."""
    held = cell.values
    readings: dict[Operator, Callable[[], bool]] = {
        Operator.IS_TRUE: lambda: value is True,
        Operator.IS_FALSE: lambda: value is False,
        Operator.EQ: lambda: value == held[0],
        Operator.NE: lambda: value != held[0],
        Operator.IN: lambda: any(value == item for item in held),
        Operator.NOT_IN: lambda: all(value != item for item in held),
        Operator.LT: lambda: value < held[0],  # type: ignore[operator]
        Operator.LE: lambda: value <= held[0],  # type: ignore[operator]
        Operator.GT: lambda: value > held[0],  # type: ignore[operator]
        Operator.GE: lambda: value >= held[0],  # type: ignore[operator]
        Operator.BETWEEN: lambda: (
            held[0] <= value <= held[1]  # type: ignore[operator]
            and not (cell.low_open and value == held[0])
            and not (cell.high_open and value == held[1])
        ),
    }
    return readings[cell.operator]()


def _hits(table: Table, point: dict[str, CellValue]) -> list[int]:
    return [
        index
        for index, rule in enumerate(table.rules)
        if all(_accepts(cell, point[name]) for name, cell in rule.when.items())
    ]


def _grid(table: Table) -> list[dict[str, CellValue]]:
    names = [column.name for column in table.inputs]
    return [
        dict(zip(names, values, strict=True)) for values in product(*(GRID[name] for name in names))
    ]


def _expected(table: Table) -> set[tuple[RuleCode, str]]:
    """What a brute-force walk over the grid says is wrong with the table."""
    hits = [_hits(table, point) for point in _grid(table)]
    rows = range(len(table.rules))
    found = {
        (RuleCode.EMPTY_ROW, table.rules[i].id) for i in rows if not any(i in hit for hit in hits)
    }
    if table.hit_policy is HitPolicy.FIRST:
        firsts = {hit[0] for hit in hits if hit}
        inside = {i for hit in hits for i in hit}
        found |= {(RuleCode.UNREACHABLE, table.rules[i].id) for i in inside - firsts}
    if table.hit_policy is HitPolicy.UNIQUE:
        found |= {(RuleCode.OVERLAP, table.rules[i].id) for hit in hits for i in hit[1:]}
    if table.hit_policy is not HitPolicy.COLLECT and [] in hits:
        found.add((RuleCode.GAP, ""))
    return found


@settings(max_examples=150, deadline=None)
@given(tables())
def test_the_check_finds_exactly_what_brute_force_finds(table: Table) -> None:
    found = check(table)
    assert {(item.code, item.row) for item in found} == _expected(table)
    assert len(found) == len(_expected(table))


@settings(max_examples=150, deadline=None)
@given(tables())
def test_every_example_shows_what_its_finding_says(table: Table) -> None:
    index = {rule.id: i for i, rule in enumerate(table.rules)}
    for item in check(table):
        if item.code is RuleCode.EMPTY_ROW:
            continue
        assert item.example is not None
        hits = _hits(table, dict(item.example))  # type: ignore[arg-type]
        if item.code is RuleCode.GAP:
            assert hits == []
        else:
            assert index[item.row] in hits[1:]


@settings(max_examples=150, deadline=None)
@given(tables(), st.data())
def test_evaluation_equals_a_naive_reading_of_the_table(table: Table, data: st.DataObject) -> None:
    point = {column.name: data.draw(st.sampled_from(GRID[column.name])) for column in table.inputs}
    hits, compiled = _hits(table, point), compile_table(table)
    if table.hit_policy is HitPolicy.UNIQUE and len(hits) > 1:
        with pytest.raises(AmbiguousMatch):
            evaluate(compiled, point)
        return
    found = evaluate(compiled, point, "v1")
    expected = hits if table.hit_policy is HitPolicy.COLLECT else hits[:1]
    assert found.rows == tuple(table.rules[index].id for index in expected)
    assert found.results == tuple(table.rules[index].then for index in expected)
    assert match(compiled, point) == (hits[0] if hits else None)
    for item in found.rejected:
        assert not _accepts(item.cell, point[item.column.name])
    seen = {*found.rows, *(item.row for item in found.rejected)}
    above_match = hits[0] + 1 if table.hit_policy is HitPolicy.FIRST and hits else None
    assert seen == {rule.id for rule in table.rules[:above_match]}
    json.dumps(found.to_json())


@settings(max_examples=150, deadline=None)
@given(tables())
def test_a_table_survives_json_without_loss(table: Table) -> None:
    text = json.dumps(table_to_json(table))
    again = table_from_json(json.loads(text))
    assert again == table
    assert json.dumps(table_to_json(again)) == text


FREE: dict[ColumnType, st.SearchStrategy[CellValue]] = {
    ColumnType.MONEY: st.decimals(-20000, 20000, places=4),
    ColumnType.BOOLEAN: st.booleans(),
    ColumnType.COUNTRY: st.sampled_from(["DE", "FR", "US", "", "XX"]),
    ColumnType.TEXT: st.sampled_from(["a", "b", "c"]),
    ColumnType.DURATION: st.integers(0, 100),
}


@settings(max_examples=150, deadline=None)
@given(tables(), st.data())
def test_no_random_point_contradicts_a_table_that_passed(table: Table, data: st.DataObject) -> None:
    codes = {item.code for item in check(table)}
    unreachable = {item.row for item in check(table) if item.code is RuleCode.UNREACHABLE}
    point = {column.name: data.draw(FREE[column.type]) for column in table.inputs}
    hits = _hits(table, point)
    if table.hit_policy is not HitPolicy.COLLECT and RuleCode.GAP not in codes:
        assert hits
    if table.hit_policy is HitPolicy.UNIQUE and RuleCode.OVERLAP not in codes:
        assert len(hits) <= 1
    if table.hit_policy is HitPolicy.FIRST and hits:
        assert table.rules[hits[0]].id not in unreachable
