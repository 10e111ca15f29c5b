"""Rule tables as sheets that people edit: nothing lost on the way, every fault at its cell."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.spreadsheet.grids import read_grids, write_grids
from domain.grids import Grid
from domain.rules.cell_values import CellError
from domain.rules.cells import Cell, Column, ColumnType, OutputValue, eq, one_of
from domain.rules.defaults import default_rule_set
from domain.rules.findings import RuleCode, RuleFinding, errors
from domain.rules.reminders import read_reminder
from domain.rules.ruleset import RuleSet, check_rule_set
from domain.rules.shapes import SHAPES
from domain.rules.sheets import base_version, from_sheets, placed, to_sheets
from domain.rules.tables import HitPolicy, Rule, Table
from tests.unit.test_rules_properties import tables

BASE = default_rule_set()
LANGUAGES = st.sampled_from(["en", "zh"])
STAGES = SHAPES["stages"]


def _read(sheets: list[Grid], base: RuleSet = BASE) -> RuleSet:
    found, findings = from_sheets(sheets, base, base.version)
    assert findings == ()
    assert found is not None
    return found


def _edited(lang: str, name: str, edit: Callable[[list[list[str]]], object]) -> list[Grid]:
    """The default sheets with one of them changed, by way of a real workbook."""
    sheets = read_grids(write_grids(to_sheets(BASE, lang)))
    for sheet in sheets:
        if sheet.name == name:
            edit(sheet.rows)
    return sheets


def _faults(sheets: list[Grid]) -> list[tuple[RuleCode, str, str]]:
    found, findings = from_sheets(sheets, BASE, "v2")
    assert (found is None) == any(item.severity == "error" for item in findings)
    assert all(item.message_en and item.message_zh for item in findings)
    return [(item.code, item.sheet, item.cell) for item in findings]


def _rule(rule_set: RuleSet, table: str, row: str) -> Rule:
    return next(rule for rule in rule_set.tables[table].rules if rule.id == row)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_default_rules_survive_a_real_workbook(lang: str) -> None:
    assert _read(read_grids(write_grids(to_sheets(BASE, lang)), "rules.xlsx")) == BASE


@pytest.mark.parametrize(
    ("lang", "name", "header"),
    [
        ("zh", "阶段", ["阶段", "触发条件", "责任人", "超时提醒"]),
        ("en", "Stages", ["Stage", "Entered when", "Owner", "Reminder when overdue"]),
    ],
)
def test_the_stage_sheet_has_exactly_the_four_columns(
    lang: str, name: str, header: list[str]
) -> None:
    sheet = next(sheet for sheet in to_sheets(BASE, lang) if sheet.name == name)
    assert sheet.rows[0] == header
    assert {len(row) for row in sheet.rows} == {4}


def test_the_stage_sheet_reads_as_the_table_people_know() -> None:
    sheet = next(sheet for sheet in to_sheets(BASE, "zh") if sheet.name == "阶段")
    assert sheet.rows[1] == ["待确认", "客户提交订单", "客服", "30 分钟标红；2 小时算停滞"]
    assert sheet.rows[4][3] == "14 天算停滞；签收后 7 天完成"


@st.composite
def rule_sets(draw: st.DrawFn) -> RuleSet:
    """A few generated tables, some with a default, in a rule set of any version."""
    found: dict[str, Table] = {}
    for name in draw(st.sampled_from([("t",), ("t", "second table"), ("t", "a/b*c", "#row")])):
        table = replace(draw(tables()), name=name)
        has_default = draw(st.booleans())
        if table.rules and has_default:
            table = replace(table, default=table.rules[0].then)
        found[name] = table
    return RuleSet(draw(st.text(max_size=6)), found)


@settings(max_examples=35, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rule_sets(), LANGUAGES)
def test_generated_tables_survive_their_sheets(rule_set: RuleSet, lang: str) -> None:
    assert _read(to_sheets(rule_set, lang), rule_set) == rule_set


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rule_sets(), LANGUAGES)
def test_generated_tables_survive_real_workbooks(rule_set: RuleSet, lang: str) -> None:
    sheets = read_grids(write_grids(to_sheets(rule_set, lang)))
    assert _read(sheets, rule_set) == rule_set


TEXTS = st.text(max_size=6) | st.sampled_from(["备货中", "A (b)", "in_review", "any", "x; y"])
SECONDS = st.none() | st.integers(0, 10**8)


@st.composite
def stage_rule_sets(draw: st.DrawFn) -> RuleSet:
    """A stages table with rows for some stages, for several, and for the rest."""
    outputs: dict[str, st.SearchStrategy[OutputValue]] = {
        **dict.fromkeys(("label_en", "label_zh", "entered_when_en", "entered_when_zh"), TEXTS),
        **dict.fromkeys(("limit_seconds", "stall_seconds", "window_seconds"), SECONDS),
        "owner_role": st.sampled_from(["customer_service", "approvers", "system"]),
        "on_breach": st.sampled_from(["red", "escalate", "warn", "none"]),
        "calendar": st.none() | TEXTS,
    }
    cells = [{"stage": eq(stage)} for stage in STAGES.inputs[0].allowed or ()]
    some = draw(st.lists(st.sampled_from(cells), unique_by=str, max_size=4))
    several: dict[str, Cell] = {"stage": one_of("shipped", "completed")}
    ends: list[list[dict[str, Cell]]] = [[], [{}], [several, {}]]
    rest = draw(st.sampled_from(ends))
    rules = tuple(
        Rule(f"r{i}", when, {name: draw(value) for name, value in outputs.items()}, draw(TEXTS))
        for i, when in enumerate([*some, *rest])
    )
    table = Table("stages", HitPolicy.FIRST, STAGES.inputs, STAGES.outputs, rules)
    return RuleSet("v", {"stages": table})


@settings(max_examples=60, deadline=None)
@given(stage_rule_sets(), LANGUAGES)
def test_generated_stages_survive_their_four_columns(rule_set: RuleSet, lang: str) -> None:
    assert _read(to_sheets(rule_set, lang), rule_set) == rule_set


def test_a_changed_threshold_changes_that_cell_and_nothing_else() -> None:
    def edit(rows: list[list[str]]) -> None:
        rows[3][1] = "＞５，０００ 元"

    found = _read(_edited("zh", "审批", edit))
    assert str(_rule(found, "approval", "above_2000").when["amount"].values[0]) == "5000"
    same = replace(_rule(BASE, "approval", "above_2000"), when={})
    assert replace(_rule(found, "approval", "above_2000"), when={}) == same
    assert {n: t for n, t in found.tables.items() if n != "approval"} == {
        n: t for n, t in BASE.tables.items() if n != "approval"
    }


def test_columns_may_be_moved_and_named_in_either_language_or_by_code() -> None:
    def edit(rows: list[list[str]]) -> None:
        rows[0][1:4] = ["amount", "首次合作", "Customer Kind"]
        for row in rows:
            row.reverse()

    assert _read(_edited("en", "Approval", edit)).tables == BASE.tables


def test_a_title_above_the_header_and_blank_rows_are_passed_over() -> None:
    def edit(rows: list[list[str]]) -> None:
        rows.insert(0, ["Our routing", ""])
        rows.insert(3, ["", ""])

    assert _read(_edited("en", "Routing", edit)).tables == BASE.tables


def test_a_row_is_added_removed_and_moved() -> None:
    def edit(rows: list[list[str]]) -> None:
        rows.insert(1, ["uk", "GB、IE", "eu", "de", "dpd", "英国"])
        del rows[2]

    found = _read(_edited("zh", "分派", edit))
    assert [rule.id for rule in found.tables["routing"].rules] == ["uk", "europe", "manual_review"]
    assert _rule(found, "routing", "uk") == Rule(
        "uk",
        {"country": one_of("GB", "IE")},
        {"group": "eu", "warehouse": "de", "carrier": "dpd"},
        "英国",
    )


def test_a_stage_is_edited_in_words_of_either_language() -> None:
    def edit(rows: list[list[str]]) -> None:
        rows[1][3] = "45 min: red\nstalled after 3 h; calendar: group"
        rows[2] = ["审核中", "enters approval", "approvers", "3小时后升级"]
        rows[3][0] = "Picking (preparing)"
        rows[4][3] = ""

    found = _read(_edited("en", "Stages", edit))
    first = _rule(found, "stages", "pending_confirmation").then
    assert (first["limit_seconds"], first["on_breach"], first["calendar"]) == (2700, "red", "group")
    assert first["stall_seconds"] == 10800
    second = _rule(found, "stages", "in_review").then
    assert (second["limit_seconds"], second["on_breach"]) == (10800, "escalate")
    assert (second["stall_seconds"], second["entered_when_zh"]) == (None, "进入审批")
    third = _rule(found, "stages", "preparing").then
    assert (third["label_en"], third["label_zh"]) == ("Picking", "备货中")
    assert _rule(found, "stages", "shipped").then["stall_seconds"] is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("警告", {"on_breach": "warn"}),
        ("due after 4 h", {"limit_seconds": 14400}),
        ("4 小时到期", {"limit_seconds": 14400}),
        ("completed 7 d after delivery", {"window_seconds": 604800}),
        ("签收后７天自动完成", {"window_seconds": 604800}),
        ("2h escalate; stalled after 8h",
         {"limit_seconds": 7200, "on_breach": "escalate", "stall_seconds": 28800}),
        ("日历：warehouse-de", {"calendar": "warehouse-de"}),
        ("-", {}),
    ],
)  # fmt: skip
def test_reminders_are_read_as_people_write_them(text: str, said: dict[str, object]) -> None:
    def edit(rows: list[list[str]]) -> None:
        rows[1][3] = text

    then = _rule(_read(_edited("zh", "阶段", edit)), "stages", "pending_confirmation").then
    fields = ("limit_seconds", "stall_seconds", "window_seconds", "calendar")
    expected = {**dict.fromkeys(fields), "on_breach": "none", **said}
    assert {name: then[name] for name in expected} == expected


def _put(row: int, column: int, text: str) -> Callable[[list[list[str]]], None]:
    def edit(rows: list[list[str]]) -> None:
        rows[row][column] = text

    return edit


@pytest.mark.parametrize(
    ("name", "row", "column", "text", "code", "cell"),
    [
        ("Approval", 1, 1, "> 1000 USD", RuleCode.WRONG_CURRENCY, "B2"),
        ("Approval", 1, 1, "> lots", RuleCode.BAD_FORMAT, "B2"),
        ("Approval", 2, 4, "Germany", RuleCode.WRONG_TYPE, "E3"),
        ("Approval", 2, 2, "> 5", RuleCode.WRONG_OPERATOR, "C3"),
        ("Approval", 1, 7, "finance, janitor", RuleCode.NOT_ALLOWED, "H2"),
        ("Approval", 1, 6, "", RuleCode.OUTPUT_MISSING, "G2"),
        ("Approval", 1, 8, "2.5", RuleCode.WRONG_TYPE, "I2"),
        ("Approval", 0, 1, "order amount (USD)", RuleCode.WRONG_CURRENCY, "B1"),
        ("Approval", 4, 0, "", RuleCode.ROW_ID_MISSING, "A5"),
        ("Approval", 0, 0, "first cooperation", RuleCode.DUPLICATE_COLUMN, "C1"),
        ("Stages", 1, 0, "Waiting", RuleCode.NOT_ALLOWED, "A2"),
        ("Stages", 2, 2, "janitor", RuleCode.NOT_ALLOWED, "C3"),
        ("Stages", 2, 3, "red soon", RuleCode.BAD_FORMAT, "D3"),
        ("Stages", 2, 3, "red after 2 h; warning", RuleCode.BAD_FORMAT, "D3"),
        ("Stages", 2, 3, "red after 2", RuleCode.BAD_FORMAT, "D3"),
        ("Stall", 1, 2, "5", RuleCode.BAD_FORMAT, "C2"),
        ("About", 1, 1, "USD", RuleCode.WRONG_CURRENCY, "B2"),
        ("About", 4, 2, "SECOND", RuleCode.BAD_FORMAT, "C5"),
    ],
)
def test_a_fault_is_reported_at_its_cell(
    name: str, row: int, column: int, text: str, code: RuleCode, cell: str
) -> None:
    assert (code, name, cell) in _faults(_edited("en", name, _put(row, column, text)))


def test_an_unknown_column_and_a_missing_one_are_reported() -> None:
    def edit(rows: list[list[str]]) -> None:
        rows[0][1] = "continent"
        rows[2].append("stray")

    assert _faults(_edited("en", "Routing", edit)) == [
        (RuleCode.UNKNOWN_COLUMN, "Routing", "B1"),
        (RuleCode.UNKNOWN_COLUMN, "Routing", "G3"),
        (RuleCode.COLUMN_MISSING, "Routing", "A1"),
    ]


def test_conditions_of_the_default_row_are_refused() -> None:
    rows = [["Row", "destination country", "group", "warehouse", "carrier"]]
    rows.append(["default", "DE", "eu", "de", "dhl"])
    faults = _faults([Grid("routing", rows)])
    assert (RuleCode.BAD_FORMAT, "routing", "B2") in faults


def test_a_second_default_row_is_reported_instead_of_replacing_the_first() -> None:
    sheets = _edited("en", "Approval", lambda rows: rows.extend([["default", *rows[-1][1:]]] * 2))
    codes = [code for code, _, _ in _faults(sheets)]
    assert RuleCode.DUPLICATE_ROW in codes


def test_a_hostile_reminder_is_refused_before_it_takes_hours() -> None:
    for text in ("x" + " " * 900 + "y", "x" + " " * 30_000 + "y", '"\\' * 10_000):
        with pytest.raises(CellError):
            read_reminder(text)


def test_a_missing_sheet_keeps_its_table_and_says_so() -> None:
    sheets = [sheet for sheet in to_sheets(BASE, "en") if sheet.name in ("About", "Routing")]
    found, findings = from_sheets(sheets, BASE, "v2")
    assert found is not None
    assert (found.tables, found.version) == (BASE.tables, "v2")
    kept = {item.table for item in findings if item.code is RuleCode.TABLE_KEPT}
    assert kept == BASE.tables.keys() - {"routing"}
    assert {item.severity for item in findings} == {"warning"}


def test_a_csv_of_one_table_is_recognised_by_its_name() -> None:
    lines = ["row,country,group,warehouse,carrier", 'rest,"not in DE, FR",na,lax,ups']
    (sheet,) = read_grids("\n".join(lines).encode(), "routing.csv")
    found, _ = from_sheets([sheet], BASE, "v2")
    assert found is not None
    assert [rule.id for rule in found.tables["routing"].rules] == ["rest"]


@pytest.mark.parametrize("content", ["Dear all,\nsee the new rules attached.", "order;total\n1;2"])
def test_a_file_without_any_table_of_the_rules_is_refused(content: str) -> None:
    sheets = read_grids(content.encode(), "rules.xlsx")
    found, findings = from_sheets(sheets, BASE, "v2")
    assert found is None
    (refused,) = errors(findings)
    assert refused.code is RuleCode.NO_SHEET
    assert "approval" in refused.message_en
    assert "approval" in refused.message_zh


def test_strange_and_doubled_sheets_are_named() -> None:
    sheets = to_sheets(BASE, "en")
    routing = next(sheet for sheet in sheets if sheet.name == "Routing")
    extra = [replace(routing, name="分派"), Grid("Holidays", [["x"]])]
    found = _faults([*sheets, *extra])
    assert found == [
        (RuleCode.DUPLICATE_SHEET, "分派", ""),
        (RuleCode.UNKNOWN_SHEET, "Holidays", ""),
    ]


def test_the_workbook_says_which_version_it_was_made_of() -> None:
    sheets = to_sheets(replace(BASE, version="2026-11 final"), "zh")
    assert base_version(sheets) == "2026-11 final"
    found, findings = from_sheets(sheets, BASE, "v2")
    assert found is not None
    assert [item.code for item in findings] == [RuleCode.OTHER_BASE]


def test_a_hit_policy_is_changed_in_the_sheet_about_the_rules() -> None:
    found = _read(_edited("en", "About", _put(5, 2, "unique")))
    assert found.tables["confirmation"].hit_policy is HitPolicy.UNIQUE


def test_an_older_table_gains_an_output_when_its_sheet_has_the_column() -> None:
    later = ("quorum", "if_nobody", "rescue")
    approval = BASE.tables["approval"]
    old = replace(
        approval,
        outputs=tuple(column for column in approval.outputs if column.name not in later),
        rules=tuple(
            replace(rule, then={n: v for n, v in rule.then.items() if n not in later})
            for rule in approval.rules
        ),
    )
    base = RuleSet("old", {**BASE.tables, "approval": old})
    assert _read(to_sheets(base, "en"), base) == base
    sheets = to_sheets(base, "en")
    sheet = next(each for each in sheets if each.name == "Approval")
    for row, cell in zip(sheet.rows, ["signatures per role", "2"], strict=False):
        row.append(cell)
    found = _read(sheets, base)
    assert _rule(found, "approval", "above_10000").then["quorum"] == 2
    assert found.tables["approval"].output("quorum") == approval.output("quorum")


def test_findings_of_the_check_are_placed_in_the_sheets() -> None:
    def edit(rows: list[list[str]]) -> None:
        rows[2][1] = "US"
        rows[3][1] = "GB"

    sheets = _edited("en", "Routing", edit)
    found = placed(check_rule_set(_read(sheets)), sheets, BASE)
    at: dict[RuleCode, RuleFinding] = {item.code: item for item in found}
    assert (at[RuleCode.UNREACHABLE].sheet, at[RuleCode.UNREACHABLE].cell) == ("Routing", "A3")
    assert (at[RuleCode.GAP].sheet, at[RuleCode.GAP].cell) == ("Routing", "A1")


def test_a_table_whose_columns_carry_our_own_names_keeps_them() -> None:
    columns = (
        Column("note", ColumnType.TEXT, "Note", "备注"),
        Column("row", ColumnType.NUMBER, "note", "行编号"),
    )
    rule = Rule("r", {"row": eq(Decimal(5))}, {"note": "x"}, "mine")
    table = Table("t", HitPolicy.FIRST, columns[1:], columns[:1], (rule,))
    rule_set = RuleSet("v", {"t": table})
    for lang in ("en", "zh"):
        assert _read(to_sheets(rule_set, lang), rule_set) == rule_set


SCRAPS = st.text(max_size=10) | st.sampled_from(
    [
        "",
        "default",
        '"',
        "(",
        "A (x",
        "任意",
        "> ",
        "1,",
        "..",
        "红",
        "red after",
        "; ;",
        "Row",
        "阶段",
    ]
)


@settings(max_examples=25, deadline=None)
@given(st.data(), LANGUAGES)
def test_no_edit_whatever_breaks_the_reader(data: st.DataObject, lang: str) -> None:
    sheets = to_sheets(BASE, lang)
    for _ in range(data.draw(st.integers(1, 6))):
        rows = data.draw(st.sampled_from(sheets)).rows
        cells = data.draw(st.sampled_from([row for row in rows if row]))
        cells[data.draw(st.integers(0, len(cells) - 1))] = data.draw(SCRAPS)
    found, findings = from_sheets(sheets, BASE, "v2")
    assert (found is None) == any(item.severity == "error" for item in findings)
    if found is not None:
        placed(check_rule_set(found), sheets, BASE)
