"""How tables are evaluated: hit policies, bounds, defaults, impossible inputs."""

from decimal import Decimal
from enum import StrEnum

import pytest

from domain.rules.cells import (
    ANY,
    IS_FALSE,
    IS_TRUE,
    Cell,
    Column,
    ColumnType,
    above,
    at_least,
    at_most,
    below,
    between,
    cell_test,
    eq,
    ne,
    none_of,
    one_of,
)
from domain.rules.evaluation import (
    AmbiguousMatch,
    InputError,
    RuleError,
    compile_table,
    evaluate,
    inputs_from_json,
    match,
)
from domain.rules.tables import HitPolicy, Rule, Table

AMOUNT = Column("amount", ColumnType.MONEY, "amount", "金额", unit="CNY")
COUNT = Column("count", ColumnType.NUMBER, "count", "数量")
KIND = Column("kind", ColumnType.TEXT, "kind", "类型", ("a", "b"))
WAIT = Column("wait", ColumnType.DURATION, "wait", "等待")
FLAG = Column("flag", ColumnType.BOOLEAN, "flag", "标记")
TIER = Column("tier", ColumnType.TEXT, "tier", "档位")


def _table(policy: HitPolicy, *rules: Rule, default: str | None = None) -> Table:
    answer = None if default is None else {"tier": default}
    return Table("t", policy, (AMOUNT,), (TIER,), rules, answer)


def _row(name: str, cell: Cell = ANY) -> Rule:
    return Rule(name, {"amount": cell}, {"tier": name})


def _amount(value: str) -> dict[str, object]:
    return {"amount": Decimal(value)}


@pytest.mark.parametrize(
    ("cell", "accepted", "refused"),
    [
        (below(Decimal(2)), "1.99", "2.00"),
        (at_most(Decimal(2)), "2.00", "2.01"),
        (above(Decimal(2)), "2.01", "2.00"),
        (at_least(Decimal(2)), "2.00", "1.99"),
        (eq(Decimal(2)), "2.00", "2.01"),
        (ne(Decimal(2)), "2.01", "2.00"),
        (one_of(Decimal(1), Decimal(2)), "2.00", "3"),
        (none_of(Decimal(1), Decimal(2)), "3", "2.00"),
        (between(Decimal(1), Decimal(2)), "2.00", "2.01"),
        (between(Decimal(1), Decimal(2)), "1.00", "0.99"),
        (between(Decimal(1), Decimal(2), high_open=True), "1.00", "2.00"),
        (between(Decimal(1), Decimal(2), low_open=True), "2.00", "1.00"),
    ],
)
def test_a_cell_keeps_its_bounds(cell: Cell, accepted: str, refused: str) -> None:
    passes = cell_test(cell)
    assert passes(Decimal(accepted))
    assert not passes(Decimal(refused))


def test_truth_cells_tell_true_from_false() -> None:
    assert [cell_test(IS_TRUE)(True), cell_test(IS_TRUE)(False)] == [True, False]
    assert [cell_test(IS_FALSE)(True), cell_test(IS_FALSE)(False)] == [False, True]


def test_first_takes_the_topmost_row_and_explains_only_the_rows_above() -> None:
    table = _table(
        HitPolicy.FIRST, _row("high", above(Decimal(9))), _row("mid", above(Decimal(5))), _row("x")
    )
    found = evaluate(compile_table(table), _amount("7"), "v7")
    assert (found.matched, found.version, found.outputs) == ("mid", "v7", {"tier": "mid"})
    assert [item.to_json() for item in found.rejected] == [
        {"row": "high", "column": "amount", "operator": ">", "values": ["9"], "actual": "7"}
    ]


def test_a_rejected_row_names_only_its_first_failing_cell() -> None:
    rule = Rule("r", {"flag": IS_TRUE, "amount": above(Decimal(5))}, {})
    table = Table("t", HitPolicy.FIRST, (AMOUNT, FLAG), (), (rule,))
    found = evaluate(compile_table(table), {"amount": Decimal(1), "flag": False})
    assert [item.column.name for item in found.rejected] == ["amount"]


def test_unique_explains_every_other_row() -> None:
    table = _table(HitPolicy.UNIQUE, _row("low", below(Decimal(5))), _row("5", eq(Decimal(5))))
    found = evaluate(compile_table(table), _amount("4"))
    assert (found.matched, [item.row for item in found.rejected]) == ("low", ["5"])


def test_unique_with_two_hits_is_an_error_that_names_both_rows() -> None:
    table = _table(HitPolicy.UNIQUE, _row("one"), _row("two", above(Decimal(5))))
    compiled = compile_table(table)
    assert match(compiled, _amount("5")) == 0
    with pytest.raises(AmbiguousMatch, match="one and two"):
        match(compiled, _amount("6"))
    with pytest.raises(AmbiguousMatch, match="one and two"):
        evaluate(compiled, _amount("6"))


def test_collect_answers_with_all_rows_in_order() -> None:
    table = _table(HitPolicy.COLLECT, _row("a"), _row("b", above(Decimal(5))), _row("c"))
    found = evaluate(compile_table(table), _amount("1"))
    assert found.rows == ("a", "c")
    assert [result["tier"] for result in found.results] == ["a", "c"]
    assert [item.row for item in found.rejected] == ["b"]


def test_no_hit_leaves_matched_empty_and_explains_all_rows() -> None:
    compiled = compile_table(_table(HitPolicy.FIRST, _row("high", above(Decimal(9)))))
    found = evaluate(compiled, _amount("1"))
    assert match(compiled, _amount("1")) is None
    assert (found.matched, found.outputs, len(found.rejected)) == (None, {}, 1)
    assert found.sentences("en")[-1] == "no row applies"
    assert found.sentences("zh")[-1] == "没有任何行命中"


def test_the_default_answers_when_no_row_does() -> None:
    table = _table(HitPolicy.UNIQUE, _row("high", above(Decimal(9))), default="low")
    found = evaluate(compile_table(table), _amount("1"))
    assert (found.matched, found.outputs) == ("default", {"tier": "low"})


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (AMOUNT, None),
        (AMOUNT, 5),
        (AMOUNT, 5.0),
        (AMOUNT, "5"),
        (AMOUNT, Decimal("NaN")),
        (AMOUNT, Decimal("Infinity")),
        (COUNT, True),
        (COUNT, 1.5),
        (KIND, "c"),
        (KIND, ["a"]),
        (WAIT, -1),
        (WAIT, True),
        (WAIT, Decimal(1)),
        (FLAG, 1),
        (FLAG, "true"),
    ],
)
def test_an_impossible_input_is_named_instead_of_guessed(column: Column, value: object) -> None:
    table = Table("t", HitPolicy.FIRST, (column,), (), (Rule("all"),))
    with pytest.raises(InputError, match=column.name) as caught:
        match(compile_table(table), {column.name: value})
    assert column.name in caught.value.zh


def test_a_missing_input_is_an_error() -> None:
    with pytest.raises(InputError, match="amount"):
        match(compile_table(_table(HitPolicy.FIRST, _row("all"))), {})


class _Kind(StrEnum):
    A = "a"


def test_string_enums_and_integer_counts_are_welcome() -> None:
    rule = Rule("r", {"kind": eq("a"), "count": eq(Decimal(0))}, {})
    table = Table("t", HitPolicy.FIRST, (KIND, COUNT), (), (rule,))
    found = evaluate(compile_table(table), {"kind": _Kind.A, "count": 0, "unused": object()})
    assert found.matched == "r"
    assert found.to_json()["inputs"] == {"kind": "a", "count": 0}


def test_a_cell_on_an_unknown_column_is_refused_at_compile_time() -> None:
    table = _table(HitPolicy.FIRST, Rule("r", {"weight": above(Decimal(1))}))
    with pytest.raises(RuleError, match="weight"):
        compile_table(table)


def test_stored_inputs_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="amount"):
        inputs_from_json(_table(HitPolicy.FIRST), {"amount": "much"})


@pytest.mark.parametrize(
    ("cell", "column", "english", "chinese"),
    [
        (
            between(Decimal(1), Decimal(2), high_open=True),
            AMOUNT,
            "it needs amount within [1 CNY, 2 CNY), but it is 5 CNY",
            "要求 金额 介于 [1 CNY, 2 CNY)，实际为 5 CNY",
        ),
        (
            at_most(Decimal("2.50")),
            AMOUNT,
            "it needs amount ≤ 2.50 CNY, but it is 5 CNY",
            "要求 金额 ≤ 2.50 CNY，实际为 5 CNY",
        ),
        (one_of("a"), KIND, "it needs kind in {a}, but it is b", "要求 类型 属于 {a}，实际为 b"),
        (
            none_of("b"),
            KIND,
            "it needs kind not in {b}, but it is b",
            "要求 类型 不属于 {b}，实际为 b",
        ),
        (ne("b"), KIND, "it needs kind ≠ b, but it is b", "要求 类型 ≠ b，实际为 b"),
        (IS_TRUE, FLAG, "it needs flag = yes, but it is no", "要求 标记 = 是，实际为 否"),
        (
            below(60),
            WAIT,
            "it needs wait < 60 s, but it is 90 s",
            "要求 等待 < 60 秒，实际为 90 秒",
        ),
    ],
)
def test_each_kind_of_cell_reads_well(
    cell: Cell, column: Column, english: str, chinese: str
) -> None:
    values: dict[str, object] = {"amount": Decimal(5), "kind": "b", "flag": False, "wait": 90}
    table = Table("t", HitPolicy.FIRST, (column,), (), (Rule("r", {column.name: cell}),))
    rejected = evaluate(compile_table(table), values).rejected[0]
    assert rejected.sentence("en").endswith(english)
    assert rejected.sentence("zh").endswith(chinese)
