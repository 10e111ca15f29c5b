"""A higher amount never needs fewer signatures, and rules that let nothing through say so."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.amount_walk import signatures
from domain.rules.cells import (
    IS_FALSE,
    IS_TRUE,
    Cell,
    CellValue,
    OutputValue,
    above,
    at_least,
    at_most,
    below,
    between,
    eq,
    none_of,
    one_of,
)
from domain.rules.checks import check
from domain.rules.defaults import default_rule_set
from domain.rules.evaluation import compile_table, evaluate
from domain.rules.findings import RuleCode, RuleFinding, errors
from domain.rules.gaps import missing_row
from domain.rules.held_orders import held_findings
from domain.rules.monotonic import monotonicity_findings
from domain.rules.ruleset import check_rule_set
from domain.rules.shapes import SHAPES
from domain.rules.tables import HitPolicy, Rule, Table
from tests.unit.test_rules_properties import _hits, tables

SHAPE = SHAPES["approval"]
BASE = default_rule_set()
D = Decimal
AUTO: dict[str, OutputValue] = {"tier": "auto", "policy": "auto", "roles": ()}


def _signed(policy: str, *roles: str, quorum: int | None = None) -> dict[str, OutputValue]:
    return {"tier": policy, "policy": policy, "roles": roles, "quorum": quorum}


def _approval(*rows: tuple[dict[str, Cell], Mapping[str, OutputValue]]) -> Table:
    rules = tuple(Rule(f"r{i}", when, then) for i, (when, then) in enumerate(rows))
    return Table("approval", HitPolicy.FIRST, SHAPE.inputs, SHAPE.outputs, rules)


def _codes(found: tuple[RuleFinding, ...]) -> list[RuleCode]:
    return [item.code for item in found]


def test_a_threshold_the_wrong_way_round_is_found_with_two_orders() -> None:
    table = _approval(
        ({"amount": at_most(D(5000))}, _signed("countersign", "finance", "ops_director")),
        ({}, AUTO),
    )
    (found,) = monotonicity_findings(table)
    assert (found.code, found.row, found.column) == (RuleCode.MONOTONICITY, "r1", "amount")
    assert "5000 needs 2 (row r0), 5001 needs 0 (row r1)" in found.message_en
    assert "5000 需 2 个签核" in found.message_zh
    lower, higher = found.answers
    assert (lower.row, lower.inputs["amount"]) == ("r0", D(5000))
    assert (higher.row, higher.inputs, found.example) == ("r1", higher.inputs, higher.inputs)
    assert list(higher.inputs) == [column.name for column in SHAPE.inputs]
    for shown in found.answers:
        assert evaluate(compile_table(table), shown.inputs).matched == shown.row


def test_a_fall_in_one_country_only_is_found_there() -> None:
    german = {"country": eq("DE"), "amount": above(D(9000))}
    table = _approval(
        (german, _signed("any_of", "finance")),
        ({"amount": above(D(5000))}, _signed("any_of", "finance", quorum=2)),
        ({}, AUTO),
    )
    (found,) = monotonicity_findings(table)
    assert found.example is not None
    assert (found.row, found.example["country"]) == ("r0", "DE")


def test_more_signatures_by_a_side_condition_are_no_fall() -> None:
    assert tuple(monotonicity_findings(BASE.tables["approval"])) == ()
    table = replace(BASE.tables["approval"], name="other")
    assert tuple(monotonicity_findings(table)) == ()


@pytest.mark.parametrize(
    ("outputs", "count"),
    [
        (AUTO, 0),
        (_signed("any_of", "finance", "sales"), 1),
        (_signed("any_of", "finance", "sales", quorum=2), 2),
        (_signed("countersign", "finance", "sales"), 2),
        (_signed("countersign", "finance", "sales", quorum=2), 4),
        (_signed("sequential", "finance", "sales", "auditor"), 3),
    ],
)
def test_signatures_are_counted_as_the_policy_asks_for_them(
    outputs: Mapping[str, OutputValue], count: int
) -> None:
    assert signatures(outputs) == count


BOUNDS = [D(0), D(100), D("100.01"), D(5000)]
AMOUNT_CELLS = [
    *(make(bound) for bound in BOUNDS for make in (above, at_least, below, at_most, eq)),
    between(D(100), D(5000), low_open=True),
]
SIDE_CELLS: dict[str, list[Cell]] = {
    "first_cooperation": [IS_TRUE, IS_FALSE],
    "customer_kind": [eq("business"), eq("consumer")],
    "country": [eq("DE"), one_of("DE", "FR"), none_of("FR")],
}
ANSWERS = st.sampled_from(
    [AUTO, _signed("any_of", "finance"), _signed("countersign", "finance", "sales")]
)


@st.composite
def approvals(draw: st.DrawFn) -> Table:
    """An approval table of up to four rows, with or without a catch-all."""
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        when = {name: draw(st.sampled_from(cells)) for name, cells in SIDE_CELLS.items()}
        kept = {name: cell for name, cell in when.items() if draw(st.integers(0, 3)) == 0}
        if draw(st.booleans()):
            kept["amount"] = draw(st.sampled_from(AMOUNT_CELLS))
        rows.append((kept, draw(ANSWERS)))
    if draw(st.booleans()):
        rows.append(({}, draw(ANSWERS)))
    return _approval(*rows)


# Every bound and a point between and beyond any two of them.
GRID = [D(-1), D(0), D("0.01"), D(50), *BOUNDS[1:], D("100.005"), D(3000), D(6000)]


def _falls(table: Table) -> set[tuple[str, str]]:
    """Pairs of rows between which signatures fall, by trying every pair of amounts."""
    found = set()
    for side in product([True, False], ["business", "consumer"], ["DE", "FR", "US"]):
        point: dict[str, CellValue] = dict(zip(SIDE_CELLS, side, strict=True))
        answers = []
        for amount in sorted(set(GRID)):
            hits = _hits(table, {**point, "amount": amount})
            if hits:
                rule = table.rules[hits[0]]
                answers.append((rule.id, signatures(rule.then)))
        for i, (low, many) in enumerate(answers):
            found |= {(low, high) for high, few in answers[i + 1 :] if few < many}
    return found


@settings(max_examples=50, deadline=None)
@given(approvals())
def test_falls_are_found_exactly_where_brute_force_finds_them(table: Table) -> None:
    found = list(monotonicity_findings(table))
    pairs = {(item.answers[0].row, item.answers[1].row) for item in found}
    assert pairs <= _falls(table)
    assert {high for _, high in pairs} == {high for _, high in _falls(table)}
    for item in found:
        lower, higher = item.answers
        assert D(str(lower.inputs["amount"])) < D(str(higher.inputs["amount"]))
        assert signatures(lower.outputs) > signatures(higher.outputs)
        for shown in item.answers:
            assert evaluate(compile_table(table), shown.inputs).matched == shown.row


@settings(max_examples=50, deadline=None)
@given(approvals())
def test_a_table_that_never_approves_by_itself_is_told_from_one_that_does(table: Table) -> None:
    answered = [
        table.rules[hits[0]].then["policy"]
        for side in product([True, False], ["business", "consumer"], ["DE", "FR", "US"])
        for amount in GRID
        if amount >= D("0.01")
        and (hits := _hits(table, {**dict(zip(SIDE_CELLS, side, strict=True)), "amount": amount}))
    ]
    expected = bool(answered) and "auto" not in answered
    assert [item.code for item in held_findings(table)] == (
        [RuleCode.HOLDS_EVERYTHING] if expected else []
    )


@pytest.mark.parametrize(
    ("table", "row", "outputs"),
    [
        ("routing", None, {"group": "", "warehouse": "", "carrier": ""}),
        ("confirmation", None, {"mode": "customer_service"}),
        ("approval", "otherwise", {"policy": "any_of", "roles": ("finance",)}),
    ],
)
def test_rules_that_hold_everything_are_a_warning_that_blocks_nothing(
    table: str, row: str | None, outputs: dict[str, OutputValue]
) -> None:
    old = BASE.tables[table]
    rules = tuple(
        replace(rule, then={**rule.then, **outputs}) if row in (None, rule.id) else rule
        for rule in old.rules
    )
    found = check_rule_set(replace(BASE, tables={**BASE.tables, table: replace(old, rules=rules)}))
    assert _codes(found) == [RuleCode.HOLDS_EVERYTHING]
    assert found[0].severity == "warning"
    assert errors(found) == ()


def test_a_fall_keeps_a_rule_set_from_being_published() -> None:
    old = BASE.tables["approval"]
    swapped = replace(
        old,
        rules=(
            Rule("cheap", {"amount": below(D(100))}, _signed("any_of", "finance")),
            *old.rules,
        ),
    )
    found = check_rule_set(replace(BASE, tables={**BASE.tables, "approval": swapped}))
    assert RuleCode.MONOTONICITY in _codes(errors(found))


def test_a_table_without_a_catch_all_is_told_which_row_to_add() -> None:
    table = _approval(
        ({"amount": above(D(5000))}, _signed("any_of", "finance")),
        ({"amount": between(D(0), D(2000)), "country": eq("DE")}, AUTO),
        ({"amount": below(D(0))}, AUTO),
        ({"amount": between(D(0), D(2000)), "country": none_of("DE")}, AUTO),
    )
    (found,) = check(table)
    assert found.code is RuleCode.GAP
    assert "order amount within (2000 CNY, 5000 CNY]" in found.message_en
    assert "any in every condition" in found.message_en
    assert "订单金额" in found.message_zh


@settings(max_examples=50, deadline=None)
@given(tables())
def test_the_row_to_add_takes_in_the_example_and_no_order_of_another_row(table: Table) -> None:
    for item in check(table):
        if item.code is not RuleCode.GAP or item.example is None:
            continue
        when = missing_row(table, dict(item.example))  # type: ignore[arg-type]
        filled = replace(table, hit_policy=HitPolicy.UNIQUE, rules=(Rule("new", when),))
        assert evaluate(compile_table(filled), item.example).matched == "new"
        both = replace(filled, rules=(*table.rules, Rule("new", when)))
        assert not [x for x in check(both) if x.code is RuleCode.OVERLAP and x.row == "new"]


@settings(max_examples=50, deadline=None)
@given(tables())
def test_findings_about_rows_show_what_each_of_them_answers(table: Table) -> None:
    by_id = {rule.id: rule for rule in table.rules}
    for item in check(table):
        assert item.example is not None
        assert set(item.example) == {column.name for column in table.inputs}
        if item.code in (RuleCode.UNREACHABLE, RuleCode.OVERLAP):
            first, second = item.answers
            assert second.row == item.row
            hits = [table.rules[i].id for i in _hits(table, dict(item.example))]  # type: ignore[arg-type]
            assert first.row == hits[0]
            assert {first.row, second.row} <= set(hits)
            assert [shown.outputs for shown in item.answers] == [
                by_id[shown.row].then for shown in item.answers
            ]


def test_an_empty_range_and_an_impossible_row_show_the_order_they_miss() -> None:
    backwards = _approval(({"amount": between(D(9), D(2))}, AUTO), ({}, AUTO))
    (found,) = check(backwards)
    assert found.code is RuleCode.EMPTY_RANGE
    assert found.example == {
        "amount": D(9),
        "first_cooperation": False,
        "customer_kind": "business",
        "country": "DE",
    }
    closed = ({"customer_kind": none_of("business", "consumer"), "country": eq("FR")}, AUTO)
    (found,) = check(_approval(closed, ({}, AUTO)))
    assert (found.code, found.column) == (RuleCode.EMPTY_ROW, "customer_kind")
    assert found.example is not None
    assert found.example["country"] == "FR"


def test_amounts_far_apart_are_walked_in_their_order() -> None:
    bounds = [D(10) ** n for n in range(12)]
    rows = [({"amount": between(a, b, high_open=True)}, AUTO) for a, b in pairwise(bounds)]
    table = _approval(*rows, ({}, _signed("any_of", "finance")))
    (found,) = [item for item in monotonicity_findings(table) if item.row == "r0"]
    assert found.answers[0].row == "r11"
