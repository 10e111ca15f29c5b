"""What a diff of rule sets names, and how two changes of one base are put together."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from domain.rules.cells import above, at_least
from domain.rules.defaults import default_rule_set
from domain.rules.diff import diff
from domain.rules.merge import changed_tables, merged
from domain.rules.ruleset import RuleSet
from domain.rules.tables import Rule, Table

BASE = default_rule_set()


def changed(table: str, **facts: object) -> RuleSet:
    """Return the default set with one table changed, under another version."""
    tables: Mapping[str, Table] = {
        **BASE.tables,
        table: replace(BASE.tables[table], **facts),  # type: ignore[arg-type]
    }
    return replace(BASE, version="next", tables=tables)


def rows_of(table: str) -> dict[str, Rule]:
    return {rule.id: rule for rule in BASE.tables[table].rules}


def with_threshold(amount: int) -> RuleSet:
    rules = [
        replace(rule, when={"amount": above(Decimal(amount))}) if rule.id == "above_2000" else rule
        for rule in BASE.tables["approval"].rules
    ]
    return changed("approval", rules=tuple(rules))


def test_two_versions_that_say_the_same_do_not_differ() -> None:
    found = diff(BASE, replace(BASE, version="copy"))
    assert found.is_empty
    assert found.sentences("en") == found.sentences("zh") == ()


def test_a_changed_threshold_is_named_with_before_and_after_in_both_languages() -> None:
    found = diff(BASE, with_threshold(5000))
    (table,) = found.tables
    (row,) = table.rows
    (cell,) = row.cells
    assert (table.table, row.row, row.change, cell.column) == (
        "approval",
        "above_2000",
        "changed",
        "amount",
    )
    assert cell.before_json == {"operator": ">", "values": ["2000"]}
    assert cell.after_json == {"operator": ">", "values": ["5000"]}
    assert found.sentences("en") == (
        "table approval, row above_2000: order amount > 2000 CNY → order amount > 5000 CNY",
    )
    assert found.sentences("zh") == (
        "表 approval，行 above_2000：订单金额 > 2000 CNY → 订单金额 > 5000 CNY",
    )


def test_equal_numbers_spelt_differently_are_no_difference() -> None:
    rules = [
        replace(rule, when={"amount": above(Decimal("2000.00"))})
        if rule.id == "above_2000"
        else rule
        for rule in BASE.tables["approval"].rules
    ]
    assert diff(BASE, changed("approval", rules=tuple(rules))).is_empty


def test_rows_added_removed_and_moved_are_named_with_their_places() -> None:
    rows = rows_of("approval")
    new = replace(rows["above_2000"], id="huge", when={"amount": at_least(Decimal(10**6))})
    order = (rows["first_cooperation"], new, rows["above_2000"], rows["otherwise"])
    (table,) = diff(BASE, changed("approval", rules=order)).tables
    named = [(row.row, row.change, row.place_before, row.place_after) for row in table.rows]
    assert ("huge", "added", None, 2) in named
    assert ("above_10000", "removed", 1, None) in named
    swapped = (rows["first_cooperation"], rows["above_10000"], *order[2:])
    (table,) = diff(BASE, changed("approval", rules=swapped)).tables
    assert [row.change for row in table.rows] == ["moved"]


def test_an_output_that_came_and_a_table_that_went_are_named() -> None:
    rows = [
        replace(rule, then={**rule.then, "limit_seconds": 3600}) if rule.id == "in_review" else rule
        for rule in BASE.tables["stages"].rules
    ]
    after = changed("stages", rules=tuple(rows))
    tables = {name: table for name, table in after.tables.items() if name != "priority"}
    found = diff(BASE, replace(after, tables=tables, base_currency="EUR"))
    assert [(table.table, table.change) for table in found.tables] == [
        ("stages", "changed"),
        ("priority", "removed"),
    ]
    words = "\n".join(found.sentences("zh"))
    assert "时限 = 7200 秒 → 时限 = 3600 秒" in words
    assert "本位币 CNY → EUR" in words


def test_the_json_form_is_the_same_every_time() -> None:
    first, second = (diff(BASE, with_threshold(5000)).to_json() for _ in range(2))
    assert first == second
    assert first["same"] is False


def test_changes_of_different_tables_are_put_together() -> None:
    mine, theirs = with_threshold(5000), changed("routing", rules=BASE.tables["routing"].rules[1:])
    done = merged(BASE, replace(mine, version="mine"), theirs)
    assert done.rule_set is not None
    assert done.rule_set.version == "mine"
    assert done.rule_set.tables["approval"] == mine.tables["approval"]
    assert done.rule_set.tables["routing"] == theirs.tables["routing"]
    assert list(done.rule_set.tables) == list(BASE.tables)


def test_different_changes_of_one_table_are_a_conflict_and_equal_ones_are_not() -> None:
    mine, theirs = with_threshold(5000), with_threshold(6000)
    assert merged(BASE, mine, theirs).conflicts == ("approval",)
    assert merged(BASE, mine, with_threshold(5000)).rule_set == mine


def test_a_table_that_one_side_removed_stays_removed() -> None:
    tables = {name: table for name, table in BASE.tables.items() if name != "priority"}
    done = merged(BASE, replace(BASE, version="m", tables=tables), with_threshold(5000))
    assert done.rule_set is not None
    assert "priority" not in done.rule_set.tables
    assert changed_tables(BASE, done.rule_set) == ["approval", "priority"]
