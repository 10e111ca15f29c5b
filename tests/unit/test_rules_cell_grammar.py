"""Cells as people write them, in English and Chinese: what is read, refused, and written back."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.cell_grammar import quoted, unquoted
from domain.rules.cell_reading import read_answer, read_condition
from domain.rules.cell_values import CellError
from domain.rules.cell_writing import answer_text, condition_text, duration_text
from domain.rules.cells import (
    ANY,
    INPUT_TYPES,
    IS_FALSE,
    IS_TRUE,
    Cell,
    CellValue,
    Column,
    ColumnType,
    Operator,
    OutputValue,
    above,
    at_least,
    at_most,
    below,
    between,
    eq,
    ne,
    none_of,
    one_of,
    operators_of,
    value_count_fits,
    value_fits,
)
from domain.rules.findings import RuleCode
from domain.rules.headers import meant
from domain.rules.shapes import SHAPES

AMOUNT = Column("amount", ColumnType.MONEY, "amount", "金额", unit="CNY")
SHARE = Column("share", ColumnType.NUMBER, "share", "占比", unit="%")
COUNTRY = Column("country", ColumnType.COUNTRY, "country", "国家")
FLAG = Column("flag", ColumnType.BOOLEAN, "flag", "标记")
WAIT = Column("wait", ColumnType.DURATION, "wait", "等待")
KIND = Column("kind", ColumnType.TEXT, "kind", "类型", ("business", "consumer"))
WORD = Column("word", ColumnType.TEXT, "word", "文字")
D = Decimal


@pytest.mark.parametrize(
    ("column", "text", "cell"),
    [
        (AMOUNT, "> 10000", above(D(10000))),
        (AMOUNT, "≥10,000", at_least(D(10000))),
        (AMOUNT, "<= 5000 CNY", at_most(D(5000))),
        (AMOUNT, "＞１０，０００", above(D(10000))),
        (AMOUNT, "低于 5000 元", below(D(5000))),
        (AMOUNT, "¥1,234.50", eq(D("1234.5"))),
        (AMOUNT, "≤ 1万", at_most(D(10000))),
        (AMOUNT, "2000..10000", between(D(2000), D(10000))),
        (AMOUNT, "(2000, 10000]", between(D(2000), D(10000), low_open=True)),
        (AMOUNT, "【2,000，10,000）", between(D(2000), D(10000), high_open=True)),
        (AMOUNT, "介于 2000 和 10000", between(D(2000), D(10000))),
        (AMOUNT, "2000-10000", between(D(2000), D(10000))),
        (AMOUNT, "> 2000 且 ≤ 10000", between(D(2000), D(10000), low_open=True)),
        (AMOUNT, "-3", eq(D(-3))),
        (AMOUNT, "1000、2,000", one_of(D(1000), D(2000))),
        (SHARE, "> 30%", above(D(30))),
        (COUNTRY, "= DE", eq("DE")),
        (COUNTRY, "!= de", ne("DE")),
        (COUNTRY, "in DE, FR, IT", one_of("DE", "FR", "IT")),
        (COUNTRY, "属于 DE、FR", one_of("DE", "FR")),
        (COUNTRY, "DE，ＦＲ", one_of("DE", "FR")),
        (COUNTRY, "不属于 DE", none_of("DE")),
        (COUNTRY, "≠ DE, FR", none_of("DE", "FR")),
        (COUNTRY, "IN, US", one_of("IN", "US")),
        (COUNTRY, "IN", eq("IN")),
        (COUNTRY, "in {IN}", one_of("IN")),
        (FLAG, "是", IS_TRUE),
        (FLAG, "FALSE", IS_FALSE),
        (FLAG, "= yes", IS_TRUE),
        (WAIT, "2小时", eq(7200)),
        (WAIT, "> 4 h 30 min", above(16200)),
        (WAIT, "90s..1 d", between(90, 86400)),
        (KIND, "企业", eq("business")),
        (KIND, "≠ Consumer", ne("consumer")),
        (WORD, "dhl express", eq("dhl express")),
        (WORD, '"> 5"', eq("> 5")),
        *((AMOUNT, text, ANY) for text in ("", " ", "any", "任意", "-", "ANY")),
    ],
)
def test_conditions_are_read_as_people_write_them(column: Column, text: str, cell: Cell) -> None:
    assert read_condition(column, text, "CNY") == cell


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        (AMOUNT, "> 1000 USD", RuleCode.WRONG_CURRENCY),
        (AMOUNT, "$1000", RuleCode.WRONG_CURRENCY),
        (AMOUNT, "1000美元", RuleCode.WRONG_CURRENCY),
        (AMOUNT, "> 1000 XYZ", RuleCode.BAD_FORMAT),
        (AMOUNT, "> much", RuleCode.BAD_FORMAT),
        (AMOUNT, "0,5", RuleCode.BAD_FORMAT),
        (AMOUNT, "(2000, 5000, 9000]", RuleCode.BAD_FORMAT),
        (AMOUNT, "> 5, > 6", RuleCode.BAD_FORMAT),
        (AMOUNT, ">", RuleCode.BAD_FORMAT),
        (AMOUNT, "> 1e99", RuleCode.WRONG_TYPE),
        (COUNTRY, "Germany", RuleCode.WRONG_TYPE),
        (COUNTRY, "> DE", RuleCode.WRONG_OPERATOR),
        (FLAG, "maybe", RuleCode.BAD_FORMAT),
        (FLAG, "> 是", RuleCode.WRONG_OPERATOR),
        (WAIT, "> 30", RuleCode.BAD_FORMAT),
        (WAIT, "0.5 s", RuleCode.BAD_FORMAT),
        (WAIT, "3 moons", RuleCode.BAD_FORMAT),
        (KIND, "dealer", RuleCode.NOT_ALLOWED),
        (WORD, '"open', RuleCode.BAD_FORMAT),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_kind(
    column: Column, text: str, code: RuleCode
) -> None:
    with pytest.raises(CellError) as refused:
        read_condition(column, text, "CNY")
    assert refused.value.code is code


ROLES = SHAPES["approval"].outputs[2]
OPTIONAL = Column("calendar", ColumnType.TEXT, "calendar", "日历", optional=True)
TITLE = Column("title", ColumnType.TEXT, "title", "名称")
LIMIT = Column("limit", ColumnType.DURATION, "limit", "时限", optional=True)
COUNT = Column("count", ColumnType.INTEGER, "count", "数量")


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        (ROLES, "ops_director, finance", ("ops_director", "finance")),
        (ROLES, "运营总监、财务", ("ops_director", "finance")),
        (ROLES, "Operations Director; Finance", ("ops_director", "finance")),
        (ROLES, "", ()),
        (ROLES, "（无）", ()),
        (OPTIONAL, "", None),
        (OPTIONAL, "-", None),
        (OPTIONAL, "(none)", ""),
        (TITLE, "无", ""),
        (TITLE, "Upon receipt, at the dock", "Upon receipt, at the dock"),
        (LIMIT, "", None),
        (LIMIT, "1 d", 86400),
        (COUNT, "２", 2),
        (AMOUNT, "5000 CNY", D(5000)),
        (FLAG, "no", False),
    ],
)
def test_outputs_are_read_as_people_write_them(
    column: Column, text: str, value: OutputValue
) -> None:
    assert read_answer(column, text, "CNY") == value


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        (TITLE, "", RuleCode.OUTPUT_MISSING),
        (FLAG, "-", RuleCode.OUTPUT_MISSING),
        (COUNT, "1.5", RuleCode.WRONG_TYPE),
        (ROLES, "finance, janitor", RuleCode.NOT_ALLOWED),
    ],
)
def test_outputs_that_cannot_be_are_refused(column: Column, text: str, code: RuleCode) -> None:
    with pytest.raises(CellError) as refused:
        read_answer(column, text, "CNY")
    assert refused.value.code is code


NUMBERS = st.decimals(
    min_value=-(10**17), max_value=10**17, allow_nan=False, allow_infinity=False, places=4
)
ANY_TEXT = st.text(max_size=8) | st.sampled_from(["any", "任意", "IN", "not in x", "> 5", "a, b"])
CODES = st.sampled_from(["DE", "IN", "NO", "US", "AN"])
VALUES: dict[str, st.SearchStrategy[CellValue]] = {
    "amount": NUMBERS,
    "share": NUMBERS,
    "country": CODES,
    "wait": st.integers(0, 10**9),
    "kind": st.sampled_from(["business", "consumer"]),
    "word": ANY_TEXT,
}
COLUMNS = (AMOUNT, SHARE, COUNTRY, FLAG, WAIT, KIND, WORD)
LANGUAGES = st.sampled_from(["en", "zh"])


@st.composite
def conditions(draw: st.DrawFn) -> tuple[Column, Cell]:
    """A column and a well-formed cell of it."""
    column = draw(st.sampled_from(COLUMNS))
    operator = draw(st.sampled_from(sorted(operators_of(column.type))))
    if operator in (Operator.ANY, Operator.IS_TRUE, Operator.IS_FALSE):
        return column, Cell(operator)
    value = VALUES[column.name]
    if operator in (Operator.IN, Operator.NOT_IN):
        return column, Cell(operator, tuple(draw(st.lists(value, min_size=1, max_size=4))))
    if operator is not Operator.BETWEEN:
        return column, Cell(operator, (draw(value),))
    ends = (draw(value), draw(value))
    return column, Cell(operator, ends, draw(st.booleans()), draw(st.booleans()))


@settings(max_examples=250, deadline=None)
@given(conditions(), LANGUAGES)
def test_every_condition_reads_back_as_it_was(pair: tuple[Column, Cell], lang: str) -> None:
    column, cell = pair
    assert read_condition(column, condition_text(column, cell, lang), "CNY") == cell


@settings(max_examples=150, deadline=None)
@given(st.data(), LANGUAGES)
def test_every_output_reads_back_as_it_was(data: st.DataObject, lang: str) -> None:
    texts = ANY_TEXT.map(str)
    column, values = data.draw(
        st.sampled_from(
            [
                (TITLE, texts),
                (OPTIONAL, st.none() | texts),
                (LIMIT, st.none() | st.integers(0, 10**9)),
                (COUNT, st.integers(-(10**9), 10**9)),
                (FLAG, st.booleans()),
                (AMOUNT, NUMBERS),
                (Column("l", ColumnType.TEXT_LIST, "l", "l"), st.lists(texts, max_size=3)),
                (ROLES, st.lists(st.sampled_from(ROLES.allowed or ()), max_size=3)),
            ]
        )
    )
    drawn = data.draw(values)
    value: OutputValue = tuple(drawn) if isinstance(drawn, list) else drawn
    assert read_answer(column, answer_text(column, value, lang), "CNY") == value


@pytest.mark.parametrize("table", SHAPES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_word_of_every_closed_list_reads_back_as_its_code(table: str, lang: str) -> None:
    for column in (*SHAPES[table].inputs, *SHAPES[table].outputs):
        for code in column.allowed or ():
            if column.type in INPUT_TYPES:
                shown = condition_text(column, eq(code), lang)
                assert read_condition(column, shown, "CNY") == eq(code)
                assert '"' not in shown or code == "none"
            value: OutputValue = (code,) if column.type is ColumnType.TEXT_LIST else code
            assert read_answer(column, answer_text(column, value, lang), "CNY") == value


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=12))
def test_quoted_text_is_printable_and_reads_back(text: str) -> None:
    assert quoted(text).isprintable()
    assert unquoted(quoted(text)) == (text, len(quoted(text)))


def test_durations_are_written_in_the_units_people_use() -> None:
    assert duration_text(16200, "en") == "4 h 30 min"
    assert duration_text(90061, "zh") == "1 天 1 小时 1 分钟 1 秒"
    assert duration_text(0, "en") == "0 s"


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(COLUMNS),
    st.text(max_size=20) | st.text("0123456789<>=,.()[] -~至inDEk万", max_size=12),
)
def test_no_text_whatever_breaks_the_reader(column: Column, text: str) -> None:
    with suppress(CellError):
        cell = read_condition(column, text, "CNY")
        assert cell.operator in operators_of(column.type)
        assert value_count_fits(cell)
        assert all(value_fits(column.type, value) for value in cell.values)


@pytest.mark.parametrize("text", ["5 and 10", "5 和 10", "5 与 10"])
def test_two_numbers_with_and_between_them_are_not_taken_for_a_range(text: str) -> None:
    with pytest.raises(CellError) as refused:
        read_condition(SHARE, text, "CNY")
    assert refused.value.code is RuleCode.BAD_FORMAT


@pytest.mark.parametrize("start", ["1", "> 1", "between 1", "not in 1", "(1"])
def test_blanks_without_end_are_refused_before_they_take_hours(start: str) -> None:
    for column in (AMOUNT, SHARE, WAIT):
        with pytest.raises(CellError):
            read_condition(column, start + " " * 32_000 + "x y", "CNY")


def test_a_header_of_blanks_is_read_at_once() -> None:
    assert meant([AMOUNT], "amount" + " " * 32_000 + "x") is None
    assert meant([AMOUNT], "amount  (CNY) ") == "amount"
