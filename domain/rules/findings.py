"""Findings about rule tables: where, which code, in words of two languages, with an example."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

from domain.rules.cells import OutputValue
from domain.rules.wording import plain

Severity = Literal["error", "warning"]


class Both(NamedTuple):
    """Words that differ by language, to be put into a message."""

    en: str
    zh: str


class Shown(NamedTuple):
    """What a row makes of an example order, `row` being what the table calls it."""

    row: str
    inputs: Mapping[str, object]
    outputs: Mapping[str, OutputValue]

    def to_json(self) -> dict[str, object]:
        """Plain JSON form; Decimals as text."""
        return {
            "row": self.row,
            "inputs": {name: plain(value) for name, value in self.inputs.items()},
            "outputs": {name: plain(value) for name, value in self.outputs.items()},
        }


class RuleCode(StrEnum):
    """Kind of a finding."""

    UNKNOWN_COLUMN = "UNKNOWN_COLUMN"
    DUPLICATE_COLUMN = "DUPLICATE_COLUMN"
    DUPLICATE_ROW = "DUPLICATE_ROW"
    WRONG_TYPE = "WRONG_TYPE"
    WRONG_OPERATOR = "WRONG_OPERATOR"
    WRONG_COLUMN = "WRONG_COLUMN"
    NOT_ALLOWED = "NOT_ALLOWED"
    EMPTY_RANGE = "EMPTY_RANGE"
    EMPTY_ROW = "EMPTY_ROW"
    OUTPUT_MISSING = "OUTPUT_MISSING"
    UNREACHABLE = "UNREACHABLE"
    OVERLAP = "OVERLAP"
    GAP = "GAP"
    CHECK_TOO_LARGE = "CHECK_TOO_LARGE"
    BAD_FORMAT = "BAD_FORMAT"
    TABLE_MISSING = "TABLE_MISSING"
    WRONG_CURRENCY = "WRONG_CURRENCY"
    NO_SIGNERS = "NO_SIGNERS"
    NO_DEADLINE = "NO_DEADLINE"
    NO_WAREHOUSE = "NO_WAREHOUSE"
    MONOTONICITY = "MONOTONICITY"
    HOLDS_EVERYTHING = "HOLDS_EVERYTHING"
    NOBODY_HOLDS = "NOBODY_HOLDS"
    NO_SUCH_PERSON = "NO_SUCH_PERSON"
    NO_SUCH_CALENDAR = "NO_SUCH_CALENDAR"
    NO_SUCH_GROUP = "NO_SUCH_GROUP"
    COLUMN_MISSING = "COLUMN_MISSING"
    ROW_ID_MISSING = "ROW_ID_MISSING"
    TABLE_KEPT = "TABLE_KEPT"
    UNKNOWN_SHEET = "UNKNOWN_SHEET"
    DUPLICATE_SHEET = "DUPLICATE_SHEET"
    NO_SHEET = "NO_SHEET"
    OTHER_BASE = "OTHER_BASE"


_MESSAGES: dict[RuleCode, tuple[str, str]] = {
    RuleCode.UNKNOWN_COLUMN: (
        "there is no column {value!r}; the columns are {wanted}",
        "没有列“{value}”；可用的列：{wanted}",
    ),
    RuleCode.DUPLICATE_COLUMN: (
        "column {value!r} is listed twice; rename or remove one",
        "列“{value}”重复，请改名或删除其一",
    ),
    RuleCode.DUPLICATE_ROW: (
        "row id {value!r} is taken; give every row its own id",
        "行编号“{value}”重复，请为每行使用不同编号",
    ),
    RuleCode.WRONG_TYPE: (
        "{value!r} is not a valid {wanted}; enter one",
        "“{value}”不是有效的 {wanted}，请改正",
    ),
    RuleCode.WRONG_OPERATOR: (
        "operator {value!r} does not fit here; use {wanted}",
        "运算符“{value}”不适用，可用：{wanted}",
    ),
    RuleCode.WRONG_COLUMN: (
        "column {value!r} must be {wanted}; restore it",
        "列“{value}”必须是 {wanted}，请恢复",
    ),
    RuleCode.NOT_ALLOWED: (
        "{value!r} is not one of {wanted}; choose from the list",
        "“{value}”不在可选值 {wanted} 中，请从中选择",
    ),
    RuleCode.EMPTY_RANGE: (
        "no value lies within {value}; put the lower bound first",
        "{value} 范围内没有任何值，请先写较小的界限",
    ),
    RuleCode.EMPTY_ROW: (
        "no input at all satisfies the cells of this row; correct or remove it",
        "没有任何输入能满足该行条件，请改正或删除",
    ),
    RuleCode.OUTPUT_MISSING: (
        "the row gives no {value!r}; fill it in",
        "该行缺少输出“{value}”，请填写",
    ),
    RuleCode.UNREACHABLE: (
        "the row can never apply, {value} already take every case of it; move or remove it",
        "该行永远不会命中：其所有情形已被 {value} 覆盖，请移动或删除",
    ),
    RuleCode.OVERLAP: (
        "the row and {value} both match the example; make them exclusive",
        "该行与 {value} 同时命中示例，请修改使其互斥",
    ),
    RuleCode.GAP: (
        "no row matches the example; add a row for it or a default",
        "示例没有任何行命中，请增加一行或默认值",
    ),
    RuleCode.CHECK_TOO_LARGE: (
        "the table has too many combinations to be checked ({value}); split it",
        "表的组合过多，无法检查（{value}），请拆分",
    ),
    RuleCode.BAD_FORMAT: (
        "{value!r} is not {wanted}; correct it",
        "“{value}”不是 {wanted}，请改正",
    ),
    RuleCode.TABLE_MISSING: (
        "the rule set has no table {value!r}; add it",
        "规则集缺少表“{value}”，请补充",
    ),
    RuleCode.WRONG_CURRENCY: (
        "amounts are in {value}, the base currency is {wanted}; convert the thresholds",
        "金额以 {value} 计，而本位币为 {wanted}，请换算阈值",
    ),
    RuleCode.NO_SIGNERS: (
        "policy {value!r} and roles {wanted} disagree: auto has none, every other needs some",
        "审批方式“{value}”与角色 {wanted} 不符：自动通过不设角色，其他方式必须设角色",
    ),
    RuleCode.NO_DEADLINE: (
        "open stage {value!r} has neither a limit nor a stall threshold; set one",
        "未结束的阶段“{value}”既无时限也无停滞阈值，请至少设置一个",
    ),
    RuleCode.NO_WAREHOUSE: (
        "group {value!r} has no warehouse; name one",
        "作业组“{value}”没有仓库，请指定",
    ),
    RuleCode.MONOTONICITY: (
        "a higher amount needs fewer signatures: {value}; raise the signatures of this row",
        "金额更高反而需要更少签核：{value}，请提高该行的签核要求",
    ),
    RuleCode.HOLDS_EVERYTHING: (
        "every order waits for a person: {value}; is that meant?",
        "所有订单都要等待人工处理：{value}，请确认是否有意为之",
    ),
    RuleCode.NOBODY_HOLDS: (
        "nobody at work holds the role {value!r}{wanted}; give it to somebody or change the row",
        "在职人员中没有人担任“{value}”{wanted}，请指派人员或修改该行",
    ),
    RuleCode.NO_SUCH_PERSON: (
        "there is no person {value!r} at work; name the id of one who is",
        "在职人员中没有“{value}”，请填写在职人员的编号",
    ),
    RuleCode.NO_SUCH_CALENDAR: (
        "there is no working calendar {value!r}; choose one of {wanted}",
        "没有工作日历“{value}”，可选：{wanted}",
    ),
    RuleCode.NO_SUCH_GROUP: (
        "there is no group {value!r}; choose one of {wanted}",
        "没有作业组“{value}”，可选：{wanted}",
    ),
    RuleCode.COLUMN_MISSING: (
        "the sheet has no column {value!r}; restore it",
        "工作表缺少列“{value}”，请恢复",
    ),
    RuleCode.ROW_ID_MISSING: (
        "the row has no id; give it one of its own, such as {value!r}",
        "该行没有行编号；请填写不重复的编号，例如“{value}”",
    ),
    RuleCode.TABLE_KEPT: (
        "there is no sheet of table {value!r}; the table of {wanted} is kept",
        "没有表“{value}”的工作表，沿用 {wanted} 中的该表",
    ),
    RuleCode.UNKNOWN_SHEET: (
        "the sheet {value!r} belongs to no table and was not read; the tables are {wanted}",
        "工作表“{value}”不属于任何规则表，未读取；规则表有：{wanted}",
    ),
    RuleCode.DUPLICATE_SHEET: (
        "the sheet {value!r} is the second one of its table; keep one of them",
        "工作表“{value}”与另一工作表对应同一规则表，请只保留一个",
    ),
    RuleCode.NO_SHEET: (
        "the file is no workbook of rules: no sheet is one of the tables {wanted}; "
        "export a version, edit it and send that file",
        "该文件不是规则工作簿：没有任何工作表对应规则表 {wanted}；请导出一个版本，编辑后再上传",
    ),
    RuleCode.OTHER_BASE: (
        "the workbook was exported from version {value!r}, this is {wanted}; "
        "compare the two before publishing",
        "该工作簿导出自版本“{value}”，当前版本为 {wanted}，请先比较再发布",
    ),
}
# Said, but no reason to keep a rule set from being published.
_WARNINGS = frozenset(
    {
        RuleCode.HOLDS_EVERYTHING,
        RuleCode.TABLE_KEPT,
        RuleCode.UNKNOWN_SHEET,
        RuleCode.OTHER_BASE,
    }
)


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """What is wrong with a table, and an example input that shows it where there is one.

    `row` and `column` are empty when the finding is about the whole table; `path` locates it in
    the JSON form, `sheet` and `cell` (B3) in a workbook. `answers` says what the rows concerned
    make of the example, each with the inputs it was asked. A `warning` blocks nothing.
    """

    code: RuleCode
    table: str
    row: str
    column: str
    path: str
    message_en: str
    message_zh: str
    example: Mapping[str, object] | None = None
    answers: tuple[Shown, ...] = ()
    severity: Severity = "error"
    sheet: str = ""
    cell: str = ""

    def to_json(self) -> dict[str, object]:
        """Plain JSON form; Decimals as text."""
        example = self.example
        return {
            "code": self.code.value,
            "table": self.table,
            "row": self.row,
            "column": self.column,
            "path": self.path,
            "message": {"en": self.message_en, "zh": self.message_zh},
            "example": example and {name: plain(value) for name, value in example.items()},
            "answers": [shown.to_json() for shown in self.answers],
            "severity": self.severity,
            "sheet": self.sheet,
            "cell": self.cell,
        }


def errors(findings: Iterable[RuleFinding]) -> tuple[RuleFinding, ...]:
    """Those findings that keep a rule set from being published."""
    return tuple(item for item in findings if item.severity == "error")


def finding(
    code: RuleCode,
    table: str,
    *,
    row: str = "",
    column: str = "",
    path: str = "",
    value: object = "",
    wanted: object = "",
    example: Mapping[str, object] | None = None,
    answers: tuple[Shown, ...] = (),
    hint: Both | None = None,
    severity: Severity | None = None,
    sheet: str = "",
    cell: str = "",
) -> RuleFinding:
    """A finding with its messages filled in from the catalogue, `hint` behind them.

    `value` and `wanted` may be `Both`, for words that differ by language.
    """
    messages = [
        words.format(value=_in(value, i), wanted=_in(wanted, i))
        for i, words in enumerate(_MESSAGES[code])
    ]
    if hint is not None:
        messages = [f"{messages[0]}: {hint.en}", f"{messages[1]}：{hint.zh}"]
    return RuleFinding(
        code,
        table,
        row,
        column,
        path,
        messages[0],
        messages[1],
        example,
        answers,
        severity or ("warning" if code in _WARNINGS else "error"),
        sheet,
        cell,
    )


def _in(words: object, language: int) -> object:
    return words[language] if isinstance(words, Both) else plain(words)
