"""What the static checks of a table find, and the example they show for it."""

from decimal import Decimal
from itertools import pairwise

import pytest

from domain.rules.cells import (
    IS_FALSE,
    IS_TRUE,
    Cell,
    Column,
    ColumnType,
    Operator,
    above,
    at_most,
    below,
    between,
    eq,
    ne,
    none_of,
    one_of,
)
from domain.rules.checks import check
from domain.rules.evaluation import compile_table, match
from domain.rules.findings import RuleCode, RuleFinding
from domain.rules.tables import HitPolicy, Rule, Table

AMOUNT = Column("amount", ColumnType.MONEY, "amount", "金额", unit="CNY")
FLAG = Column("flag", ColumnType.BOOLEAN, "flag", "标记")
COUNTRY = Column("country", ColumnType.COUNTRY, "country", "国家")
KIND = Column("kind", ColumnType.TEXT, "kind", "类型", ("a", "b"))
WAIT = Column("wait", ColumnType.DURATION, "wait", "等待")
TIER = Column("tier", ColumnType.TEXT, "tier", "档位", ("x", "y"))
NOTE = Column("note", ColumnType.TEXT, "note", "备注", optional=True)
ALL = (AMOUNT, FLAG, COUNTRY, KIND, WAIT)


def _table(policy: HitPolicy, *cells: dict[str, Cell]) -> Table:
    rules = tuple(Rule(f"r{index}", when) for index, when in enumerate(cells))
    used = {name for when in cells for name in when}
    return Table("t", policy, tuple(c for c in ALL if c.name in used), (), rules)


def _codes(table: Table) -> list[RuleCode]:
    return [item.code for item in check(table)]


def _one(table: Table) -> RuleFinding:
    (found,) = check(table)
    assert found.message_en
    assert found.message_zh
    return found


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        (AMOUNT, eq("5"), RuleCode.WRONG_TYPE),
        (AMOUNT, eq(5), RuleCode.WRONG_TYPE),
        (AMOUNT, above(Decimal("NaN")), RuleCode.WRONG_TYPE),
        (AMOUNT, above(Decimal("1E+40")), RuleCode.WRONG_TYPE),
        (AMOUNT, IS_TRUE, RuleCode.WRONG_OPERATOR),
        (AMOUNT, Cell(Operator.BETWEEN, (Decimal(1),)), RuleCode.WRONG_OPERATOR),
        (AMOUNT, Cell(Operator.IN), RuleCode.WRONG_OPERATOR),
        (AMOUNT, between(Decimal(2), Decimal(1)), RuleCode.EMPTY_RANGE),
        (AMOUNT, between(Decimal(1), Decimal(1), low_open=True), RuleCode.EMPTY_RANGE),
        (FLAG, eq(True), RuleCode.WRONG_OPERATOR),
        (COUNTRY, eq("Germany"), RuleCode.WRONG_TYPE),
        (COUNTRY, above("DE"), RuleCode.WRONG_OPERATOR),
        (KIND, one_of("a", "c"), RuleCode.NOT_ALLOWED),
        (WAIT, above(-1), RuleCode.WRONG_TYPE),
        (WAIT, above(Decimal(1)), RuleCode.WRONG_TYPE),
    ],
)
def test_a_cell_that_does_not_fit_its_column_is_found_at_its_place(
    column: Column, cell: Cell, code: RuleCode
) -> None:
    rules = (Rule("bad", {column.name: cell}), Rule("rest"))
    found = _one(Table("t", HitPolicy.FIRST, (column,), (), rules))
    assert (found.code, found.table, found.row, found.column) == (code, "t", "bad", column.name)


def test_unknown_columns_are_found_on_both_sides() -> None:
    rule = Rule("r", {"weight": eq("1")}, {"colour": "red"})
    found = check(Table("t", HitPolicy.FIRST, (KIND,), (), (rule,)))
    assert [(item.code, item.column) for item in found] == [
        (RuleCode.UNKNOWN_COLUMN, "weight"),
        (RuleCode.UNKNOWN_COLUMN, "colour"),
    ]


@pytest.mark.parametrize(
    ("then", "code"),
    [
        ({}, RuleCode.OUTPUT_MISSING),
        ({"tier": None}, RuleCode.OUTPUT_MISSING),
        ({"tier": "z"}, RuleCode.NOT_ALLOWED),
        ({"tier": 5}, RuleCode.WRONG_TYPE),
    ],
)
def test_outputs_are_checked_in_rows_and_default(then: dict[str, str], code: RuleCode) -> None:
    row = Table("t", HitPolicy.FIRST, (), (TIER, NOTE), (Rule("r", {}, then),))
    default = Table("t", HitPolicy.FIRST, (), (TIER, NOTE), (), then)
    assert (_one(row).code, _one(row).row) == (code, "r")
    assert (_one(default).code, _one(default).row) == (code, "default")


def test_doubled_names_are_found() -> None:
    rules = (Rule("r", {"flag": IS_TRUE}), Rule("r"), Rule("default"))
    found = check(Table("t", HitPolicy.FIRST, (FLAG, FLAG), (), rules))
    assert [item.code for item in found] == [
        RuleCode.DUPLICATE_COLUMN,
        RuleCode.DUPLICATE_ROW,
        RuleCode.DUPLICATE_ROW,
    ]


def test_an_output_type_is_no_input_type() -> None:
    column = Column("roles", ColumnType.TEXT_LIST, "roles", "角色")
    assert _codes(Table("t", HitPolicy.FIRST, (column,), (), (Rule("r"),))) == [
        RuleCode.WRONG_COLUMN
    ]


def test_a_row_behind_a_wider_one_is_unreachable() -> None:
    table = _table(
        HitPolicy.FIRST, {"amount": above(Decimal(5))}, {"amount": above(Decimal(9))}, {}
    )
    found = _one(table)
    assert (found.code, found.row) == (RuleCode.UNREACHABLE, "r1")
    assert "r0" in found.message_en
    assert found.example is not None
    assert match(compile_table(table), found.example) == 0


def test_a_row_covered_only_by_several_rows_together_is_unreachable() -> None:
    table = _table(
        HitPolicy.FIRST,
        {"amount": above(Decimal(5)), "flag": IS_TRUE},
        {"amount": above(Decimal(3)), "flag": IS_FALSE},
        {"amount": between(Decimal(6), Decimal(7))},
        {},
    )
    found = _one(table)
    assert (found.code, found.row) == (RuleCode.UNREACHABLE, "r2")
    assert "r0, r1" in found.message_en


def test_a_closed_list_can_be_covered_and_an_open_one_cannot() -> None:
    closed = _table(HitPolicy.FIRST, {"kind": eq("a")}, {"kind": eq("b")}, {})
    opened = _table(HitPolicy.FIRST, {"country": eq("DE")}, {"country": ne("DE")}, {})
    rest = _table(HitPolicy.FIRST, {"country": eq("DE")}, {"country": eq("FR")}, {})
    assert _one(closed).row == "r2"
    assert _one(opened).row == "r2"
    assert _codes(rest) == []


@pytest.mark.parametrize(
    "when",
    [
        {"kind": none_of("a", "b")},
        {"wait": between(1, 2, low_open=True, high_open=True)},
        {"wait": below(0)},
    ],
)
@pytest.mark.parametrize("policy", list(HitPolicy))
def test_a_row_that_nothing_satisfies_is_found(policy: HitPolicy, when: dict[str, Cell]) -> None:
    table = _table(policy, when)
    assert RuleCode.EMPTY_ROW in _codes(table)


def test_a_gap_comes_with_a_point_that_no_row_takes() -> None:
    table = _table(
        HitPolicy.FIRST, {"amount": at_most(Decimal(2000))}, {"amount": above(Decimal("2000.01"))}
    )
    found = _one(table)
    assert found.code is RuleCode.GAP
    assert found.example is not None
    assert Decimal(2000) < Decimal(str(found.example["amount"])) <= Decimal("2000.01")
    assert match(compile_table(table), found.example) is None


def test_touching_open_bounds_leave_a_gap_of_one_point() -> None:
    found = _one(
        _table(HitPolicy.UNIQUE, {"amount": below(Decimal(5))}, {"amount": above(Decimal(5))})
    )
    assert (found.code, found.example) == (RuleCode.GAP, {"amount": Decimal(5)})
    assert found.to_json()["example"] == {"amount": "5"}


def test_whole_seconds_have_no_gap_between_neighbours() -> None:
    assert _codes(_table(HitPolicy.UNIQUE, {"wait": at_most(5)}, {"wait": above(5)})) == []
    halves = ({"wait": below(6)}, {"wait": above(5)})
    assert _codes(_table(HitPolicy.UNIQUE, *halves)) == []


def test_a_table_without_rows_is_one_gap_unless_it_has_a_default() -> None:
    assert _codes(Table("t", HitPolicy.FIRST, (AMOUNT,), (), ())) == [RuleCode.GAP]
    assert _codes(Table("t", HitPolicy.FIRST, (AMOUNT,), (), (), {})) == []


def test_the_example_of_an_open_text_gap_is_a_value_nobody_mentions() -> None:
    found = _one(_table(HitPolicy.FIRST, {"country": one_of("DE", "ZZ")}))
    assert found.example == {"country": "XA"}


def test_an_overlap_names_the_other_row_and_a_point_in_both() -> None:
    table = _table(
        HitPolicy.UNIQUE,
        {"amount": at_most(Decimal(5))},
        {"amount": between(Decimal(5), Decimal(9))},
        {"amount": above(Decimal(9))},
    )
    found = _one(table)
    assert (found.code, found.row, found.example) == (
        RuleCode.OVERLAP,
        "r1",
        {"amount": Decimal(5)},
    )
    assert "r0" in found.message_en


def test_collect_tables_may_overlap_and_leave_gaps() -> None:
    cells = ({"amount": above(Decimal(5))}, {"amount": above(Decimal(9))})
    assert _codes(_table(HitPolicy.COLLECT, *cells)) == []


def test_neighbouring_large_amounts_are_told_apart_exactly() -> None:
    low, high = Decimal("999999999999999999"), Decimal("999999999999999999.000000000000000001")
    found = _one(_table(HitPolicy.UNIQUE, {"amount": at_most(low)}, {"amount": above(high)}))
    assert found.example is not None
    assert low < Decimal(str(found.example["amount"])) <= high


def test_a_routing_table_of_every_country_is_checked_in_full() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = [f"{a}{b}" for a in letters[:10] for b in letters]
    rules = tuple(Rule(code, {"country": eq(code)}) for code in codes)
    table = Table("t", HitPolicy.UNIQUE, (COUNTRY,), (), rules)
    assert _one(table).code is RuleCode.GAP


def test_a_table_too_large_to_check_says_so() -> None:
    bounds = [Decimal(value) for value in range(20)]
    columns = tuple(Column(f"n{i}", ColumnType.NUMBER, "n", "数") for i in range(5))
    rules = tuple(
        Rule(f"{column.name}-{low}", {column.name: between(low, high)})
        for column in columns
        for low, high in pairwise(bounds)
    )
    assert _codes(Table("t", HitPolicy.FIRST, columns, (), rules)) == [RuleCode.CHECK_TOO_LARGE]
